"""Runs one of the two yardsticks that the project's speed is measured against.

Usage: python -m benchmarks.scale.yardsticks floor|direct --raw FOLDER --as-of DAY --out FILE
       --scorecard ID [--seeds FOLDER] [--memory-limit 4GB] [--threads N]

floor: one query that reads the lead of every activity and counts. direct: one hand-written script
from the raw files to the current scores of one scorecard. Nothing but DuckDB runs, in this process,
so whoever starts it can measure seconds and memory from outside.
"""

import argparse
import csv
import datetime
import sys
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent
PROJECT = FOLDER.parents[1]
# The table that each script leaves behind.
RESULTS = {"floor": "lead_counts", "direct": "scores"}
RAW_TABLES = {
    "floor": ("activities",),
    "direct": ("activities", "leads", "lead_changes", "companies", "outcomes"),
}


class YardstickError(Exception):
    """What was asked for cannot be run; the text says what to change."""


def main() -> int:
    """Run the yardstick of the command line; returns the exit code."""
    given = parse()
    try:
        rows = run(
            given.yardstick, given.raw, given.as_of, given.out, given.scorecard, seeds=given.seeds,
            memory_limit=given.memory_limit, threads=given.threads,
        )  # fmt: skip
    except (YardstickError, duckdb.Error) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{given.yardstick}: {rows:,} leads")
    return 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("yardstick", choices=RESULTS)
    parser.add_argument("--raw", type=Path, required=True, help="folder of the raw Parquet files")
    parser.add_argument(
        "--as-of", type=datetime.date.fromisoformat, required=True, help="day that is scored"
    )
    parser.add_argument("--out", type=Path, required=True, help="Parquet file for the result")
    parser.add_argument("--seeds", type=Path, default=PROJECT / "seeds", help="folder of the seeds")
    parser.add_argument("--scorecard", required=True, help="of open leads, without a segment")
    parser.add_argument("--memory-limit", help="of DuckDB, such as 4GB; default: DuckDB's own")
    parser.add_argument("--threads", type=int, help="of DuckDB; default: all cores, as in a build")
    return parser.parse_args()


def run(
    yardstick: str,
    raw: Path,
    as_of: datetime.date,
    out: Path,
    scorecard_id: str,
    seeds: Path = PROJECT / "seeds",
    memory_limit: str | None = None,
    threads: int | None = None,
) -> int:
    """Run a yardstick and write its result.

    Args:
        yardstick: `floor` or `direct`.
        raw: Folder of the raw Parquet files.
        as_of: The day that is scored; what happened on it counts.
        out: Parquet file, one row per lead.
        scorecard_id: A scorecard for open leads without a segment.
        seeds: Folder of the seeds.
        memory_limit: What DuckDB may use, such as `4GB`; the rest goes to the folder `<out>.tmp`.
        threads: Threads of DuckDB; default: all cores, which is what a build takes.

    Returns:
        How many leads the result has.

    Raises:
        YardstickError: Raw files are missing, or the script cannot score this scorecard.
        duckdb.Error: The script failed.
    """
    for table in RAW_TABLES[yardstick]:
        if not list(raw.glob(f"{table}*.parquet")):
            raise YardstickError(
                f"there is no {table}*.parquet in {raw}: name a folder that "
                "`lead-scoring simulate` wrote"
            )
    with duckdb.connect(config={"temp_directory": f"{out}.tmp"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        if threads:
            connection.execute(f"set threads = {threads:d}")
        if memory_limit:
            connection.execute("set memory_limit = ?", [memory_limit])
        given = {"raw": raw, "seeds": seeds, "scorecard_id": scorecard_id, "as_of": as_of}
        for name, value in given.items():
            value = value if isinstance(value, datetime.date) else str(value)
            connection.execute(f"set variable {name} = ?", [value])
        if yardstick == "direct":
            check_scorecard(connection)
        connection.execute((FOLDER / f"{yardstick}.sql").read_text(encoding="utf-8"))
        result = RESULTS[yardstick]
        connection.execute(f"copy {result} to '{quoted(out)}' (format parquet)")
        return connection.execute(f"select count(*) from {result}").fetchall()[0][0]


def champion(seeds: Path = PROJECT / "seeds") -> str:
    """The scorecard that speaks for open leads of no segment."""
    with (seeds / "scorecards" / "scorecards.csv").open(newline="", encoding="utf-8") as file:
        (found,) = (
            row["scorecard_id"]
            for row in csv.DictReader(file)
            if (row["role"], row["population"], row["segment_id"]) == ("champion", "open_leads", "")
        )
    return found


def check_scorecard(connection: duckdb.DuckDBPyConnection) -> None:
    """Stop if the script would not score the scorecard as the project does.

    Raises:
        YardstickError: It is not for open leads, has a segment, or is not there.
    """
    found = connection.execute("""
        select lower(population), segment_id
        from read_csv(getvariable('seeds') || '/scorecards/scorecards.csv', all_varchar = true)
        where scorecard_id = getvariable('scorecard_id')
    """).fetchall()
    if found != [("open_leads", None)]:
        raise YardstickError(
            "direct.sql scores one scorecard of scorecards.csv that is for open_leads and has no "
            f"segment; the one that was named is {found or 'not there'}"
        )


def quoted(path: Path) -> str:
    """A path as it stands between single quotes."""
    return str(path).replace("'", "''")


if __name__ == "__main__":
    sys.exit(main())
