"""What the page reads from the warehouse: small tables, a list of plain rows each."""

import datetime
import math
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lead_scoring.built import UnreadableError, database_file, read_only

Row = dict[str, object]

# Tables that are read as they are. Drift of single rules is read only where there
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
    "sales_sla_summary": (
        "select * from sales_sla_summary order by is_rebuilt, grouped_by, group_value"
    ),
}

# Best first; what is known of the bands may not tell their order yet.
BANDS = """
    select scorecard_id, band, min_points
    from stg_config__bands
    where dimension = 'total'
    order by scorecard_id, min_points desc nulls last
"""

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

# Names of a kind (sources, campaigns, topics, assets) that the page lists: the largest ones.
NAMES_LISTED = 40


def _performance(table: str) -> str:
    """Query of the largest names of each kind, with the rate of leads of the same score."""
    return f"""
        with

        ranked as (
            select
                *,
                cast(expected_conversions as double) / nullif(compared_leads, 0) as expected_rate,
                count(*) over (partition by population, dimension) as name_count,
                row_number() over (
                    partition by population, dimension order by leads desc, name
                ) as size_rank
            from {table}
        )

        select * from ranked
        where size_rank <= {NAMES_LISTED}
        order by population, dimension, size_rank
    """


# What waits for sales, counted in several ways.
QUEUE_GROUPS = {
    "all": "'all'",
    "priority": "coalesce(priority, 'none')",
    "owner": "coalesce(owner_name, owner_id, 'nobody')",
    "cause": "queued_because",
}
SALES_QUEUE_GROUPS = (
    "union all".join(
        f"""
    select
        '{grouping}' as grouped_by,
        {value} as group_value,
        count(*) as leads,
        sum(case when is_over_capacity then 0 else 1 end) as today_leads,
        sum(case when is_over_capacity then 1 else 0 end) as over_capacity_leads,
        sum(case when is_overdue then 1 else 0 end) as overdue_leads,
        sum(case when owner_id is null then 1 else 0 end) as nobodys_leads,
        sum(expected_value) as expected_value,
        min(due_at) as oldest_due_at
    from sales_queue
    group by group_value
    """
        for grouping, value in QUEUE_GROUPS.items()
    )
    + "order by grouped_by, group_value"
)

# Leads of the queue that the page names.
QUEUE_LISTED = 25
SALES_QUEUE_TOP = f"""
    select
        *,
        coalesce(
            nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''), lead_id
        ) as full_name,
        concat_ws('; ', reason_1, reason_2, reason_3) as reasons,
        case when is_over_capacity then 'over capacity' else 'today' end as turn
    from sales_queue
    order by queue_position
    limit {QUEUE_LISTED}
"""

SALES_STATES = "select state, count(*) as leads from sales_lead_states group by state"

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

    @property
    def test_days(self) -> Row | None:
        """First and last test day; None while no outcome of a test day is known."""
        test = self.splits.get("test", {})
        first, last = test.get("starts_on"), test.get("ends_on")
        return test if first and last and first <= last else None

    def is_built(self, table: str) -> bool:
        """Whether the warehouse has the table."""
        return self.tables.get(table) is not None


def read_evidence(database: Path | None = None) -> Evidence:
    """Read what the page shows from a DuckDB file that dbt built.

    Arguments:
        database: the file; default the environment's LEAD_SCORING_DUCKDB, else lead_scoring.duckdb.

    Raises:
        UnreadableError: the file does not exist, cannot be read, or holds no evaluation.
    """
    with read_only(database) as connection:
        return _read(connection, database_file(database))


def _read(connection, database: Path) -> Evidence:
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables"
        ).fetchall()
    }
    if "backtest" not in present or not present & set(WHOLE_TABLES):
        raise UnreadableError(f"{database} holds no evaluation tables yet; run `dbt build` first")
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
        ("bands", BANDS, "stg_config__bands"),
        ("known_rows", KNOWN_ROWS, "backtest"),
        ("history", HISTORY, "lead_score_log"),
        ("today", TODAY, "lead_scores"),
        ("queue_groups", SALES_QUEUE_GROUPS, "sales_queue"),
        ("queue_top", SALES_QUEUE_TOP, "sales_queue"),
        ("sales_states", SALES_STATES, "sales_lead_states"),
        ("source_performance", _performance("source_performance"), "source_performance"),
        ("content_performance", _performance("content_performance"), "content_performance"),
    ):
        evidence.tables[name] = _rows(connection, query) if needs in present else None
    return evidence


def _rows(connection, query: str) -> list[Row]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def _plain(value):
    """A value as a number of Python where it is one; what is no number is missing."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
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
