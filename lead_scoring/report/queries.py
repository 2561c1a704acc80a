"""What the page reads from the warehouse: small tables, a list of plain rows each."""

import datetime
import math
import os
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

Row = dict[str, object]

# Tables of the evaluation that are read as they are. Drift of single rules is read only where there
# is some: a row per rule and month would be thousands.
WHOLE_TABLES = {
    "backtest_maturity": "select * from backtest_maturity order by scorecard_id, cohort_month",
    "band_performance": (
        "select * from band_performance "
        "order by scorecard_id, dimension, slice, slice_value, band_rank"
    ),
    "score_gains": "select * from score_gains order by scorecard_id, dimension, split, decile",
    "scorecard_metrics": "select * from scorecard_metrics order by scorecard_id, dimension, split",
    "score_calibration": "select * from score_calibration order by scorecard_id, dimension",
    "score_reliability": (
        "select * from score_reliability order by scorecard_id, dimension, split, bin"
    ),
    "rule_performance": "select * from rule_performance order by scorecard_id, rule_id",
    "scorecard_comparison": (
        "select * from scorecard_comparison "
        "order by scorecard_id, contender_type desc, auc_difference desc, contender_id"
    ),
    "score_drift": (
        "select * from score_drift where drift_of <> 'rule' or status in ('some', 'major') "
        "order by scorecard_id, drift_of, rule_id, month"
    ),
    "capacity_line": "select * from capacity_line order by scorecard_id, capacity_share",
    "experiment_results": (
        "select * from experiment_results order by starts_on, experiment_id, arm"
    ),
}

HISTORY = """
    select scorecard_id, as_of_date, band, count(*) as leads
    from lead_score_log
    group by scorecard_id, as_of_date, band
    order by scorecard_id, as_of_date, band
"""

# Leads by score today, in steps that a chart can show.
SCORE_STEP = 5
TODAY = f"""
    select
        scorecard_id,
        cast(floor(score / {SCORE_STEP}) * {SCORE_STEP} as double) as from_score,
        band,
        count(*) as leads
    from lead_scores
    group by scorecard_id, from_score, band
    order by scorecard_id, from_score, band
"""

# Each lead counts once, at the youngest age at which it was scored.
SOURCES = """
    with

    first_scored as (
        select
            *,
            row_number() over (
                partition by scorecard_id, lead_id order by as_of_date, lead_age_days
            ) as position
        from backtest
    ),

    with_source as (
        select
            first_scored.scorecard_id,
            first_scored.is_converted,
            coalesce(nullif(trim(leads.lead_source), ''), 'not given') as name
        from first_scored
        left join stg_raw__leads as leads
            on first_scored.lead_id = leads.lead_id and leads.row_status = 'accepted'
        where first_scored.position = 1
    )

    select
        scorecard_id,
        name,
        count(*) as leads,
        sum(case when is_converted then 1 else 0 end) as conversions
    from with_source
    group by scorecard_id, name
    order by scorecard_id, leads desc, name
"""

# Each lead counts once per topic, at the middle one of the ages at which leads are scored: by then
# it has had time to show an interest, and most of those who will convert have not done so yet.
TOPICS = """
    with

    ages as (
        select
            lead_age_days,
            row_number() over (order by lead_age_days) as position,
            count(*) over () as age_count
        from (select distinct lead_age_days from backtest)
    ),

    scored_once as (
        select
            backtest.*,
            row_number() over (
                partition by backtest.scorecard_id, backtest.lead_id order by backtest.as_of_date
            ) as position
        from backtest
        inner join ages on backtest.lead_age_days = ages.lead_age_days
        where ages.position = floor(ages.age_count / 2) + 1
    ),

    topic_leads as (
        select distinct
            scored_once.scorecard_id,
            scored_once.lead_id,
            scored_once.lead_age_days,
            scored_once.is_converted,
            trim(activities.topic) as name
        from scored_once
        inner join int_activities__accepted as activities
            on
                scored_once.lead_id = activities.lead_id
                and activities.occurred_date <= scored_once.as_of_date
        where
            scored_once.position = 1
            and not activities.is_bot
            and nullif(trim(activities.topic), '') is not null
    ),

    everybody as (
        select
            scorecard_id,
            lead_age_days,
            'all leads' as name,
            count(*) as leads,
            sum(case when is_converted then 1 else 0 end) as conversions,
            true as is_everybody
        from scored_once
        where position = 1
        group by scorecard_id, lead_age_days
    ),

    by_topic as (
        select
            scorecard_id,
            lead_age_days,
            name,
            count(*) as leads,
            sum(case when is_converted then 1 else 0 end) as conversions,
            false as is_everybody
        from topic_leads
        group by scorecard_id, lead_age_days, name
    )

    select * from everybody
    union all
    select * from by_topic
    order by scorecard_id, is_everybody, leads desc, name
"""

KNOWN_ROWS = """
    select
        scorecard_id,
        count(*) as scored_rows,
        count(distinct lead_id) as leads,
        sum(case when is_converted then 1 else 0 end) as conversions,
        min(as_of_date) as first_date,
        max(as_of_date) as last_date
    from backtest
    group by scorecard_id
"""


class ReportError(Exception):
    """There is no page to write; the message says why and what to do."""


@dataclass
class Settings:
    """Numbers of the statistics, as the warehouse used them.

    Attributes:
        confidence_z: width of an interval in standard errors.
        psi_some: population stability index from which there is some drift.
        psi_major: the same for major drift.
    """

    confidence_z: float
    psi_some: float
    psi_major: float

    @property
    def confidence(self) -> float:
        """Share of intervals that hold the truth, 0..1."""
        return math.erf(self.confidence_z / math.sqrt(2))


@dataclass
class Evidence:
    """All rows that the page shows.

    Attributes:
        as_of_date: newest day that is scored.
        horizon_days: days within which a conversion counts; None when the back-test is empty.
        splits: row of `backtest_splits` by split.
        scorecards: champions, in the order of the seed.
        tables: rows by table; None for a table that has not been built.
    """

    as_of_date: datetime.date | None
    horizon_days: int | None
    settings: Settings
    splits: dict[str, Row]
    scorecards: list[Row]
    tables: dict[str, list[Row] | None] = field(default_factory=dict)

    def rows(self, table: str, scorecard_id: str, **wanted) -> list[Row]:
        """Rows of a table about a scorecard, with the given values in the given columns."""
        return [
            row
            for row in self.tables.get(table) or []
            if row["scorecard_id"] == scorecard_id
            and all(row.get(column) == value for column, value in wanted.items())
        ]

    def is_built(self, table: str) -> bool:
        """Whether the warehouse has the table."""
        return self.tables.get(table) is not None


def read_evidence(database: Path | None = None) -> Evidence:
    """Read what the page shows from a DuckDB file that dbt built.

    Arguments:
        database: the file; default the environment's LEAD_SCORING_DUCKDB, else lead_scoring.duckdb.

    Raises:
        ReportError: the file does not exist, cannot be read, or holds no evaluation.
    """
    database = database or Path(os.environ.get("LEAD_SCORING_DUCKDB") or "lead_scoring.duckdb")
    if not database.is_file():
        raise ReportError(f"there is no database {database}; run `make build` first")
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            return _read(connection, database)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise ReportError(
                f"{database} is in use by another program, such as a running `dbt build`; "
                "wait until it is done and try again"
            ) from None
        raise ReportError(f"cannot read {database}: {_first_line(error)}") from None
    except duckdb.CatalogException as error:
        raise ReportError(
            f"{database} lacks what the page reads ({_first_line(error)}); run `dbt build` first"
        ) from None
    except duckdb.BinderException as error:
        raise ReportError(
            f"{database} was built by another version of the project ({_first_line(error)}); "
            "run `dbt build` again"
        ) from None
    except duckdb.Error as error:
        raise ReportError(f"cannot read {database}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _read(connection, database: Path) -> Evidence:
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables"
        ).fetchall()
    }
    if "backtest" not in present or not present & set(WHOLE_TABLES):
        raise ReportError(f"{database} holds no evaluation tables yet; run `dbt build` first")
    clock = _rows(connection, "select as_of_date from int_clock__as_of")
    as_of_date = clock[0]["as_of_date"] if clock else None
    splits = {}
    if "backtest_splits" in present:
        splits = {row["split"]: row for row in _rows(connection, "select * from backtest_splits")}
    evidence = Evidence(
        as_of_date=as_of_date,
        horizon_days=_horizon(as_of_date, splits),
        settings=_settings(connection),
        splits=splits,
        scorecards=_rows(
            connection,
            "select * from stg_config__scorecards where role = 'champion' order by row_number",
        ),
    )
    for table, query in WHOLE_TABLES.items():
        evidence.tables[table] = _rows(connection, query) if table in present else None
    for name, query, needs in (
        ("known_rows", KNOWN_ROWS, "backtest"),
        ("history", HISTORY, "lead_score_log"),
        ("today", TODAY, "lead_scores"),
        ("sources", SOURCES, "stg_raw__leads"),
        ("topics", TOPICS, "int_activities__accepted"),
    ):
        evidence.tables[name] = _rows(connection, query) if needs in present else None
    for name in ("sources", "topics"):
        for row in evidence.tables[name] or []:
            row["rate"] = row["conversions"] / row["leads"]
            row["rate_low"], row["rate_high"] = wilson(
                row["conversions"], row["leads"], evidence.settings.confidence_z
            )
    return evidence


def _rows(connection, query: str) -> list[Row]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def _plain(value):
    """A value as numbers and dates of Python; what is no number is missing."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    return value


def _settings(connection) -> Settings:
    (row,) = _rows(
        connection,
        "select confidence_z, psi_some, psi_major from stg_config__evaluation_settings",
    )
    return Settings(**row)


def _horizon(as_of_date, splits: dict[str, Row]) -> int | None:
    """Days that have to pass before an outcome is known: from the first day that is not."""
    waiting = splits.get("not_yet_known", {}).get("starts_on")
    known = splits.get("test", {}).get("ends_on")
    if as_of_date and waiting:
        return (as_of_date - waiting).days + 1
    if as_of_date and known:
        return (as_of_date - known).days
    return None


def wilson(successes: float, trials: float, z: float) -> tuple[float, float]:
    """Interval of a share (Wilson 1927, without continuity correction).

    Arguments:
        successes, trials: counts, trials above 0.
        z: half the width in standard errors of a normal distribution.
    """
    share = successes / trials
    spread = z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
