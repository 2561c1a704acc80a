"""What builds of many leads take, beside programs that do less.

Usage: python -m benchmarks.scale [LEADS ...] [--per-lead N] [--memory LIMIT] [--out FILE]
       [--markdown FILE] [--keep FOLDER]

For each number of leads: raw tables, the floor (a query that only counts activities), the direct
program (one script that computes the champion's current scores), the models from the raw tables to
`lead_scores`, once more with the activities of another day, once more with a small file, all of it
with the past days of the project's own settings, with little memory, and other ways to score the
same leads. Each step is a process of its own. Exit code 1: the direct program and the build found
different scores.
"""

import argparse
import datetime
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import duckdb

from benchmarks.processes import Measured, run, tool
from benchmarks.scale.raw import AS_OF, add_day, simulate, size
from benchmarks.scale.table import as_markdown, print_table
from benchmarks.scale.yardsticks import champion

PROJECT = Path(__file__).parents[2]
DEFAULT_LEADS = (10_000, 100_000, 1_000_000)
ACTIVITIES_PER_LEAD = 100
# Current scores alone: no past days, no back-test.
CURRENT_ONLY = {
    "history_daily_days": 0,
    "history_monthly_periods": 0,
    "backtest_lead_ages_days": [],
}
# Every lead has up to 48 scored days with history: builds of more leads take hours.
MOST_LEADS_WITH_HISTORY = 100_000
SCORES = ("--resource-type", "seed", "--resource-type", "model", "--select", "+lead_scores")
BETWEEN_DAYS = ("--selector", "new_activities")
NEXT_DAY = AS_OF + datetime.timedelta(days=1)
# Of the leads, and of the activities.
NEXT_DAY_SHARES = (0.03, 0.01)
SMALL_FILE_SHARES = (0.001, 0.0001)
# Leads so few that what a build takes is dbt's own.
HARDLY_ANY_LEADS = 100
PEERS = ("naive_bayes_sql", "naive_bayes_pandas", "pandas_rules", "lightgbm")


def main() -> int:
    """Read the command line, measure and print."""
    given = parse()
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = (given.keep or Path(scratch)).resolve()
        overhead = Bench(folder / "hardly_any", HARDLY_ANY_LEADS, given.per_lead)
        overhead.prepare()
        dbt_seconds = overhead.build("build", *SCORES)["seconds"]
        for leads in given.leads:
            bench = Bench(folder / f"{leads}_leads", leads, given.per_lead)
            results.append(bench.measure(given.memory, given.peers) | {"dbt_seconds": dbt_seconds})
            if not given.keep:
                shutil.rmtree(bench.folder)
            # The next size may take an hour: what is known is kept.
            facts = {"machine": machine(), "results": results}
            if given.out:
                given.out.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
            if given.markdown:
                given.markdown.write_text(as_markdown(facts), encoding="utf-8")
    print_table(results)
    return 0 if all(result["same_scores"] for result in results) else 1


class Bench:
    """Measurements with one number of leads, in a folder of their own."""

    def __init__(self, folder: Path, leads: int, per_lead: float):
        """Make the folder."""
        self.folder, self.leads, self.per_lead = folder, leads, per_lead
        self.raw = folder / "raw"
        self.database = folder / "lead_scoring.duckdb"
        self.with_history = folder / "history" / "lead_scoring.duckdb"
        folder.mkdir(parents=True)
        self.log = (folder / "commands.log").open("w", encoding="utf-8")

    def say(self, text: str) -> None:
        """Tell what is being done."""
        now = datetime.datetime.now().strftime("%H:%M:%S")
        print(f"{now}  {self.leads:,} leads: {text}", flush=True)

    def prepare(self) -> None:
        """Make the raw tables."""
        self.say("simulating")
        simulate(self.leads, self.per_lead, self.raw)

    def measure(self, memory: str | None, peers: bool) -> dict:
        """Make the raw tables and measure all steps.

        Args:
            memory: Memory limit of one more build, such as 4GiB; None for none.
            peers: Whether other ways to score are measured.
        """
        self.prepare()
        result = {"size": size(self.raw)._asdict(), "steps": {}}
        steps = result["steps"]
        steps["floor"] = self.yardstick("floor")
        steps["direct"] = self.yardstick("direct")
        steps["build"] = self.build("build", *SCORES)
        result["same_scores"] = self.same_scores()
        if peers:
            result["peers"] = {name: self.peer(name) for name in PEERS}
        has_history = self.leads <= MOST_LEADS_WITH_HISTORY
        if has_history:
            steps["history"] = self.build("with history", *SCORES, database=self.with_history)
        add_day(self.raw, NEXT_DAY, *NEXT_DAY_SHARES)
        steps["next_day"] = self.build("next day", *SCORES)
        if has_history:
            steps["history_next_day"] = self.build(
                "next day with history", *SCORES, database=self.with_history
            )
        # Activities of the day that was scored, in a file that comes after it.
        day_after = NEXT_DAY + datetime.timedelta(days=1)
        add_day(self.raw, NEXT_DAY, *SMALL_FILE_SHARES, loaded_on=day_after)
        steps["small_file"] = self.build("small file", *BETWEEN_DAYS)
        if memory:
            self.database.unlink()
            steps["little_memory"] = self.build(f"with {memory}", *SCORES, memory=memory)
            result["memory"] = memory
        result["size_in_the_end"] = size(self.raw)._asdict()
        result["database_bytes"] = self.database.stat().st_size
        return result

    def yardstick(self, name: str) -> dict:
        """Run the floor or the direct program."""
        out = self.folder / f"{name}.parquet"
        return self.run(
            name,
            [
                *(sys.executable, "-m", "benchmarks.scale.yardsticks", name),
                *("--raw", str(self.raw), "--as-of", str(AS_OF)),
                *("--out", str(out), "--scorecard", champion()),
            ],
            {},
            Path(f"{out}.tmp"),
        )

    def peer(self, name: str) -> dict:
        """Run another way to score the leads of the warehouse; returns its seconds by step."""
        out = self.folder / f"{name}.parquet"
        took = self.run(
            name,
            [
                *(sys.executable, "-m", "benchmarks.scale.peers", name),
                *("--database", str(self.database), "--out", str(out)),
                *("--scorecard", champion()),
            ],
            {},
            Path(f"{out}.tmp"),
        )
        text = (self.folder / "commands.log").read_text(encoding="utf-8")
        told = json.loads(text.strip().splitlines()[-1])
        return took | {"leads": told["leads"], "by_step": told["seconds"]}

    def build(
        self, name: str, *arguments: str, database=None, memory: str = "80%", **variables
    ) -> dict:
        """Run `dbt build`, of current scores alone unless the database is the one with history."""
        database = database or self.database
        database.parent.mkdir(exist_ok=True)
        if database is not self.with_history:
            variables |= CURRENT_ONLY
        return self.run(
            name,
            [
                *(tool("dbt"), "build", "--quiet", *arguments, "--vars", json.dumps(variables)),
                *("--target-path", str(database.parent / "target")),
                *("--log-path", str(self.folder / "logs")),
            ],
            {
                "DBT_PROFILES_DIR": str(PROJECT),
                "LEAD_SCORING_RAW": str(self.raw),
                "LEAD_SCORING_DUCKDB": str(database),
                "LEAD_SCORING_DUCKDB_MEMORY": memory,
                # Those that the yardsticks and peers read.
                "LEAD_SCORING_SEEDS": str(PROJECT / "seeds"),
            },
            Path(f"{database}.tmp"),
        )

    def run(self, name: str, command: list[str], environment: dict[str, str], spills: Path) -> dict:
        """Run a command; its output goes to the log, its end is printed when it fails."""
        self.say(name)
        try:
            took = run(command, environment, PROJECT, spills, self.log)
        except subprocess.CalledProcessError:
            lines = Path(self.log.name).read_text(encoding="utf-8").splitlines()
            raise SystemExit("\n".join([*lines[-30:], f"{' '.join(command)} failed."])) from None
        return as_dict(took)

    def same_scores(self) -> bool:
        """Whether the direct program found the scores of the project, of every lead."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            (different,) = connection.execute(f"""
                select count(*)
                from (
                    select lead_id, score from lead_scores where scorecard_id = '{champion()}'
                ) as scores
                full join '{self.folder}/direct.parquet' as direct using (lead_id)
                where scores.score is distinct from direct.score
            """).fetchone()
        return different == 0


def as_dict(took: Measured) -> dict:
    """What a step took, rounded to what repeats."""
    return took._asdict() | {"seconds": round(took.seconds, 1)}


def machine() -> dict:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": str(datetime.date.today()),
        "cores": os.cpu_count(),
        "memory_gib": math.floor(memory / 2**30),
        "system": platform.platform(terse=True),
        "versions": {
            name: version(name) for name in ("duckdb", "dbt-core", "dbt-duckdb", "lead-scoring")
        },
    }


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=__doc__.splitlines()[0]
    )
    parser.add_argument("leads", nargs="*", type=int, default=DEFAULT_LEADS, metavar="LEADS")
    parser.add_argument(
        "--per-lead", type=float, default=ACTIVITIES_PER_LEAD, help="activities per lead"
    )
    parser.add_argument("--memory", metavar="LIMIT", help="one more build with so much, as 4GiB")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="leave out peers")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the results as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the table as Markdown")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what was made there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
