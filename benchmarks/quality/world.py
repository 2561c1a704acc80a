"""A warehouse of its own for a data set: raw tables, seeds, database and the commands on them."""

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.quality.sets import DataSet, NoData, SetError

PROJECT = Path(__file__).parents[2]
SEEDS = PROJECT / "seeds"
START = "guessed"
FITTED = "fitted"
# Seeds that say how the project works, not what a company is like: every company has all rows.
KEPT_WHOLE = ("*_settings.csv", "fit_bands.csv", "fit_candidates.csv")
# Exit code of the fit when it found nothing that predicts, and so wrote no scorecard.
NOTHING_PREDICTS = 3

# Sets without dates: the first day is of no importance, the number of days is about how finely
# time-ordered validation can cut.
FIRST_DAY = date(2024, 1, 1)
DAYS = 100

# Raw tables a set need not have are empty ones of these columns.
EMPTY_ACTIVITIES = """
    select
        cast(null as varchar) as activity_id,
        cast(null as varchar) as lead_id,
        cast(null as varchar) as activity_type,
        cast(null as timestamp) as occurred_at
    where false
"""

# Days get their leads in the order of arrival, equally many each; the two days between the parts
# are the last of the training and the first of the test and one day of gap for the horizon.
DATED = """
    create table dated as
    with numbered as (
        select
            *,
            row_number() over (order by {order_by}) - 1 as arrival,
            cast(floor({train_share} * count(*) over ()) as bigint) as train_rows,
            count(*) over () as all_rows
        from "{table}"
    ),
    days as (
        select
            *,
            case
                when arrival < train_rows
                    then arrival * {train_days} // train_rows
                else
                    {train_days} + 1
                    + (arrival - train_rows) * {test_days} // (all_rows - train_rows)
            end as arrival_day
        from numbered
    )
    select
        * exclude (arrival, train_rows, all_rows, arrival_day),
        cast(date '{first_day}' + cast(arrival_day as integer) as timestamp) as created_at,
        cast(date '{first_day}' + cast(arrival_day as integer) + 1 as timestamp) as closed_at
    from days
"""


class CommandFailed(SetError):
    """A command of the project failed; the text is what it printed."""


class World:
    """A data set in a folder, with everything that is made of it.

    Arguments:
        data_set: what to make.
        data: folder that the files of the set are in.
        folder: where to make it; must not be there.
    """

    def __init__(self, data_set: DataSet, data: Path, folder: Path) -> None:
        """Decide where everything is going to be; nothing is written yet."""
        self.data_set = data_set
        self.data = data
        self.folder = folder
        self.raw = folder / "raw"
        self.seeds = folder / "seeds"
        self.database = folder / "lead_scoring.duckdb"
        self.target = folder / "target"
        self.variables = self._variables()

    def _variables(self) -> dict[str, Any]:
        """Vars of the set; those that follow from the rest of its description need not be told."""
        told = dict(self.data_set.vars)
        path = told.pop("file", None)
        if path:
            told = yaml.safe_load((PROJECT / path).read_text(encoding="utf-8")) | told
        if not self.data_set.tables:
            return told
        found = {
            "has_lead_changes": "lead_changes" in self.data_set.tables,
            "has_companies": "companies" in self.data_set.tables,
            "history_daily_days": 0,
            "history_monthly_periods": 0,
            "lead_attributes": [
                name for name in self.data_set.attributes if name not in contract_columns()
            ],
        }
        if self.data_set.undated:
            train_days, test_days = self._days()
            found |= {
                "backtest_lead_ages_days": [0],
                "conversion_horizon_days": 1,
                "backtest_test_from": str(FIRST_DAY + timedelta(train_days + 1)),
                "as_of_date": str(FIRST_DAY + timedelta(train_days + 1 + test_days)),
            }
        return found | told

    def _days(self) -> tuple[int, int]:
        """Days of training and of test of a set without dates."""
        train_days = round(DAYS * float(self.data_set.undated["train_share"]))
        return train_days, DAYS - train_days

    def prepare(self) -> None:
        """Write the raw tables and the seeds.

        Raises:
            NoData: a file of the set is not there.
            SetError: a query of the set fails, or gives no table of the contract.
        """
        if self.folder.exists():
            raise SetError(f"{self.folder} is there already; name a new folder with --keep.")
        self._find_files()
        self.raw.mkdir(parents=True)
        if self.data_set.command:
            self._prepare_by_command()
        else:
            self._prepare_by_queries()
        if self.data_set.seeds:
            shutil.copytree(PROJECT / self.data_set.seeds, self.seeds)
        else:
            self._write_seeds()

    def _find_files(self) -> None:
        """Stop before anything is written when a file of the set is not there."""
        named = [word for word in self.data_set.command or [] if "{data}" in word]
        wanted = [Path(word.format(data=self.data, raw=self.raw)) for word in named]
        wanted += [self.data / file for file in self.data_set.files.values()]
        for path in wanted:
            if not path.exists():
                raise NoData(f"there is no {path}")

    def _prepare_by_command(self) -> None:
        words = [word.format(data=self.data, raw=self.raw) for word in self.data_set.command]
        self.run(*words)

    def _prepare_by_queries(self) -> None:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            for table, file in self.data_set.files.items():
                source = self._reader(self.data / file)
                try:
                    connection.execute(
                        f'create table "{table}" as '
                        f"select row_number() over () as file_row, * from {source}"
                    )
                except duckdb.Error as error:
                    raise SetError(
                        f"{self.data_set.name}: cannot read {self.data / file}: {error}"
                    ) from error
            try:
                if self.data_set.undated:
                    self._date(connection)
                for table, query in (
                    {"activities": EMPTY_ACTIVITIES} | self.data_set.tables
                ).items():
                    path = str(self.raw / f"{table}.parquet").replace("'", "''")
                    connection.execute(f"copy ({query}) to '{path}' (format parquet)")
            except duckdb.Error as error:
                raise SetError(f"{self.data_set.name}: a query fails: {error}") from error

    def _reader(self, path: Path) -> str:
        """The call that reads a file; all columns of a CSV are text, so that nothing is guessed."""
        name = str(path).replace("'", "''")
        if path.suffix == ".parquet":
            return f"read_parquet('{name}')"
        nulls = ", ".join(
            "'" + text.replace("'", "''") + "'" for text in ("", *self.data_set.missing)
        )
        return f"read_csv('{name}', header = true, all_varchar = true, nullstr = [{nulls}])"

    def _date(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give a table that is in order of arrival the days of creation and closing."""
        told = self.data_set.undated
        train_days, test_days = self._days()
        connection.execute(
            DATED.format(
                table=told["table"],
                order_by=told.get("order_by", "file_row"),
                train_share=float(told["train_share"]),
                train_days=train_days,
                test_days=test_days,
                first_day=FIRST_DAY,
            )
        )
        connection.execute(f'drop table "{told["table"]}"')
        connection.execute(f'alter table dated rename to "{told["table"]}"')

    def _write_seeds(self) -> None:
        """Write the seeds: the settings, the headers of all others, the set's rows."""
        rows = self._seed_rows()
        for path in SEEDS.rglob("*.csv"):
            target = self.seeds / path.relative_to(SEEDS)
            target.parent.mkdir(parents=True, exist_ok=True)
            if any(path.match(pattern) for pattern in KEPT_WHOLE):
                shutil.copy(path, target)
                continue
            with path.open(encoding="utf-8", newline="") as file:
                header = next(csv.reader(file))
            with target.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header, lineterminator="\n")
                writer.writeheader()
                try:
                    writer.writerows(rows.get(path.stem, []))
                except ValueError as error:
                    raise SetError(f"{self.data_set.name}: {path.stem}: {error}") from error

    def _seed_rows(self) -> dict[str, list[dict[str, Any]]]:
        """Rows of the seeds that the description of the set fills."""
        start = self.data_set.start
        rules = [
            {
                "scorecard_id": START,
                "rule_id": f"{rule.get('signal')}_{number}",
                "dimension": "fit" if rule.get("measure", "value") == "value" else "engagement",
                "measure": "value",
                "reason": rule.get("rationale"),
                "rationale": "Guessed before looking at the data",
            }
            | rule
            for number, rule in enumerate(start["rules"], start=1)
        ]
        return {
            "scorecards": [
                {
                    "scorecard_id": START,
                    "role": "champion",
                    "population": "open_leads",
                    "method": "manual",
                    "base_points": start.get("base_points", 0),
                    "mql_score": start["mql_score"],
                    "description": "Points that were guessed before looking at the data",
                }
            ],
            "score_dimensions": [
                {"scorecard_id": START, "dimension": dimension}
                for dimension in sorted({rule["dimension"] for rule in rules})
            ],
            "score_bands": [
                {
                    "scorecard_id": START,
                    "dimension": "total",
                    "band": "hot",
                    "min_points": start["mql_score"],
                },
                {"scorecard_id": START, "dimension": "total", "band": "cold"},
            ],
            "score_rules": rules,
            "activity_types": [
                {"is_bot_suspect": "false"} | row for row in self.data_set.activity_types
            ],
            "lead_attributes": [
                {"attribute": name, "description": description}
                for name, description in self.data_set.attributes.items()
                if name in contract_columns()
            ],
        }

    def environment(self) -> dict[str, str]:
        """Environment variables that lead every command of the project here."""
        return {
            # The commands of this checkout, whichever one was installed.
            "PYTHONPATH": str(PROJECT),
            "LEAD_SCORING_RAW": str(self.raw),
            "LEAD_SCORING_SEEDS": str(self.seeds),
            "LEAD_SCORING_DUCKDB": str(self.database),
            "DBT_PROFILES_DIR": str(PROJECT),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_VERSION_CHECK": "false",
        }

    def run(self, program: str, *arguments: str, accepted: tuple[int, ...] = (0,)) -> int:
        """Run a command in the project on this warehouse.

        Arguments:
            program: `python` for the Python that runs this, else a command beside it.
            arguments: of the command.
            accepted: exit codes that are no failure.

        Returns:
            The exit code.

        Raises:
            CommandFailed: any other exit code.
        """
        beside = Path(sys.executable)
        command = [str(beside if program == "python" else beside.with_name(program)), *arguments]
        done = subprocess.run(
            command,
            cwd=PROJECT,
            env=os.environ | self.environment(),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        with (self.folder / "commands.log").open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}\n")
        if done.returncode not in accepted:
            raise CommandFailed(
                f"{self.data_set.name}: {program} {arguments[0]} failed with exit code"
                f" {done.returncode}:\n{(done.stdout + done.stderr).strip()[-3000:]}"
            )
        return done.returncode

    def build(self, *models: str) -> None:
        """Build models with all that they need.

        Raises:
            CommandFailed: the build fails.
        """
        self.run(
            "dbt", "build", "--quiet",
            "--resource-type", "seed", "--resource-type", "model",
            "--select", *(f"+{model}" for model in models),
            "--vars", self.vars_text,
        )  # fmt: skip

    @property
    def vars_text(self) -> str:
        """The vars as the command line takes them."""
        return json.dumps(self.variables)

    def fit(self) -> tuple[bool, float]:
        """Fit a scorecard and make it champion.

        Returns:
            Whether anything predicts, so that there is a scorecard; and the seconds it took.

        Raises:
            CommandFailed: the fit refuses, or it cannot be made champion.
        """
        options = []
        for option, value in self.data_set.fit.items():
            for each in value if isinstance(value, list) else [value]:
                options += [f"--{option}", str(each)]
        start = time.perf_counter()
        code = self.run(
            "lead-scoring", "fit", "--scorecard", FITTED, *options,
            "--seeds", str(self.seeds), "--vars", self.vars_text,
            accepted=(0, NOTHING_PREDICTS),
        )  # fmt: skip
        seconds = time.perf_counter() - start
        if code == NOTHING_PREDICTS:
            return False, seconds
        self.run("lead-scoring", "promote", FITTED, "--seeds", str(self.seeds))
        return True, seconds

    def scoring_seconds(self) -> float:
        """Seconds that the last build spent in the models that score."""
        manifest = json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))
        results = json.loads((self.target / "run_results.json").read_text(encoding="utf-8"))
        return sum(
            result["execution_time"]
            for result in results["results"]
            if manifest["nodes"][result["unique_id"]]["original_file_path"].startswith(
                "models/scoring/"
            )
        )

    def query(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Rows of a query as mappings of column to value."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            found = connection.execute(sql, list(values))
            columns = [column[0] for column in found.description]
            return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def contract_columns() -> set[str]:
    """Columns that the contract of the raw leads knows; others are named in a var."""
    path = PROJECT / "models" / "staging" / "raw" / "_raw__sources.yml"
    [source] = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    [leads] = [table for table in source["tables"] if table["name"] == "leads"]
    return {column["name"] for column in leads["columns"]}
