"""Time and peak memory of builds: the demo, 200,000 people, and one more day of data.

Usage: python -m benchmarks.build_times [--leads N]

Everything is written to a temporary folder. A build is a process of its own; its peak memory is
what the operating system reports of it.
"""

import argparse
import datetime
import subprocess
import tempfile
from pathlib import Path

import duckdb

from benchmarks.processes import run, tool

PROJECT = Path(__file__).parents[1]
AS_OF = datetime.date(2026, 6, 30)
SHORT_HISTORY = (
    "{history_daily_days: 0, history_monthly_periods: 3, backtest_lead_ages_days: [7, 30]}"
)
PARTS = {
    "evaluation": ["path:models/evaluation"],
    "sales and marketing": ["path:models/marts/sales", "path:models/marts/marketing"],
}


def main() -> None:
    """Print a line of seconds and gigabytes for each build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=200_000, help="people of the large build")
    people = parser.parse_args().leads
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        simulate(5_000, demo)
        build("demo", demo, demo)
        build("demo again", demo, demo)
        large = Path(folder) / "large"
        simulate(people, large)
        yesterday = without_last_day(large)
        build(f"{people:,} people", yesterday, large, "--vars", SHORT_HISTORY)
        for part, models in PARTS.items():
            only = ("--select", *models)
            build(f"again, {part}", yesterday, large, *only, "--vars", SHORT_HISTORY)
        build("one more day", large, large, "--vars", SHORT_HISTORY)


def simulate(people: int, raw: Path) -> None:
    """Write the raw tables of a company with so many people."""
    command = [tool("lead-scoring"), "simulate", "--leads", str(people), "--as-of", str(AS_OF)]
    subprocess.run([*command, "--out", str(raw)], check=True, stdout=subprocess.DEVNULL)


def without_last_day(raw: Path) -> Path:
    """A folder with the raw tables as they were a day before the last."""
    known = {
        "activities": f"loaded_at is null or loaded_at < '{AS_OF}'",
        "leads": f"created_at is null or created_at not like '{AS_OF}%'",
        "outcomes": f"cast(occurred_at as date) <> '{AS_OF}'",
        "lead_changes": "true",
        "companies": "true",
    }
    folder = raw.with_name("yesterday")
    folder.mkdir()
    with duckdb.connect() as connection:
        for table, condition in known.items():
            connection.execute(
                f"copy (select * from '{raw}/{table}.parquet' where {condition}) "
                f"to '{folder}/{table}.parquet'"
            )
    return folder


def build(what: str, raw: Path, database: Path, *arguments: str) -> None:
    """Run dbt build on raw tables into a database and print what it took.

    Raises:
        CalledProcessError: the build failed.
    """
    command = [tool("dbt"), "build", "--quiet"]
    places = {
        "LEAD_SCORING_RAW": str(raw),
        "LEAD_SCORING_DUCKDB": f"{database}.duckdb",
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": f"{database}_target",
        "DBT_LOG_PATH": f"{database}_logs",
    }
    took = run([*command, *arguments], places, PROJECT)
    print(f"{what:24} {took.seconds:6.1f} s   up to {took.peak_bytes / 1e9:.1f} GB", flush=True)


if __name__ == "__main__":
    main()
