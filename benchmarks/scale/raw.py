"""Raw tables of a size: a simulated company with a given number of activities per lead, and files
that come later."""

import datetime
import math
import subprocess
from pathlib import Path
from typing import NamedTuple

import duckdb

from benchmarks.processes import tool

AS_OF = datetime.date(2026, 6, 30)
SEED = 42


class Size(NamedTuple):
    """How much there is of what.

    Attributes:
        leads: Rows of `leads`.
        activities: Rows of all files of `activities`.
        bytes: Size of all files.
    """

    leads: int
    activities: int
    bytes: int


def simulate(people: int, activities_per_person: float, raw: Path) -> None:
    """Write the raw tables of a company.

    The simulated people do less than asked for: the rest are activities of theirs a second time,
    under another id, in a file of their own.

    Args:
        people: Number of people.
        activities_per_person: Activities to have in all, divided by people.
        raw: Folder for the files.
    """
    command = [tool("lead-scoring"), "simulate", "--leads", str(people), "--seed", str(SEED)]
    subprocess.run(
        [*command, "--as-of", str(AS_OF), "--out", str(raw)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with duckdb.connect() as connection:
        (there,) = connection.execute(f"select count(*) from '{raw}/activities.parquet'").fetchone()
        wanted = people * activities_per_person / there - 1
        for copy in range(math.ceil(wanted)):
            share = min(1.0, wanted - copy)
            connection.execute(f"""
                copy (
                    select * replace (activity_id || '/{copy}' as activity_id)
                    from '{raw}/activities.parquet'
                    where hash(activity_id, {copy}) / 18446744073709551615 < {share}
                ) to '{raw}/activities_more_{copy}.parquet'
            """)


def add_day(
    raw: Path,
    day: datetime.date,
    lead_share: float,
    activity_share: float,
    loaded_on: datetime.date | None = None,
) -> None:
    """Add a file with activities of one day.

    Args:
        raw: Folder of the raw files.
        day: The day; what the activities are is taken from what their leads did before.
        lead_share: Share of the leads with any.
        activity_share: Activities, as a share of all there are.
        loaded_on: Day on which the file came; the day itself when not given.
    """
    loaded_on = loaded_on or day
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"""
            copy (
                with counted as (
                    select count(*) * {activity_share} as wanted,
                    count(distinct lead_id) * {lead_share} as leads
                    from '{raw}/activities*.parquet'
                ),
                chosen as (
                    select
                        *,
                        row_number() over (partition by lead_id order by activity_id) as number
                    from '{raw}/activities*.parquet'
                    where hash(lead_id, '{loaded_on}') / 18446744073709551615 < {lead_share}
                )
                select
                    chosen.* exclude (number) replace (
                        activity_id || '/{loaded_on}' as activity_id,
                        '{day} 09:00:00' as occurred_at,
                        timestamp '{loaded_on} 23:00:00' as loaded_at
                    )
                from chosen
                cross join counted
                where number <= ceil(wanted / leads)
            ) to '{raw}/activities_{loaded_on}.parquet'
        """)


def size(raw: Path) -> Size:
    """Count what there is."""
    with duckdb.connect() as connection:
        leads, activities = (
            connection.execute(f"select count(*) from '{raw}/{table}*.parquet'").fetchone()[0]
            for table in ("leads", "activities")
        )
    return Size(leads, activities, sum(path.stat().st_size for path in raw.glob("*.parquet")))
