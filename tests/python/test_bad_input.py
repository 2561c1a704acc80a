"""Bad input: a broken table stops the run in one sentence, a bad row harms no other."""

import csv
import datetime
import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from conftest import SEEDS, Warehouse

pytestmark = pytest.mark.slow

# Few days make fast builds.
SETTINGS = {
    "history_daily_days": 1,
    "history_monthly_periods": 1,
    "backtest_lead_ages_days": [0, 7],
    "lead_attributes": ["deal_size"],
}

COLUMNS = {
    "leads": (
        "lead_id created_at updated_at email first_name last_name phone job_title company_id "
        "company_name industry employee_count annual_revenue country region lead_source campaign "
        "lifecycle_stage owner_id is_deleted deal_size"
    ),
    "lead_changes": "lead_id attribute new_value changed_at",
    "companies": (
        "company_id domain company_name industry employee_count annual_revenue country "
        "lifecycle_stage"
    ),
    "activities": (
        "activity_id lead_id activity_type occurred_at topic asset campaign channel loaded_at "
        "properties"
    ),
    "outcomes": "lead_id outcome occurred_at amount reason",
}

# What a build leaves for people, and what it is made of.
SCORE_TABLES = [
    "score_spine",
    "score_subjects",
    "score_attribute_hits",
    "score_activity_hits",
    "score_dimension_totals",
    "score_totals",
    "score_ledger",
    "lead_score_log",
    "lead_scores",
    "lead_dimension_scores",
    "lead_score_reasons",
]

# One scorecard small enough to add up by hand, and one for customers.
SCORECARD_SEEDS = {
    "scorecards": """
        scorecard_id,role,population,segment_id,method,base_points,min_score,max_score,mql_score,description
        small_v1,champion,open_leads,,manual,10,0,100,30,Open leads
        upsell_v1,champion,customers,,manual,0,0,100,10,Customers
    """,
    "score_dimensions": """
        scorecard_id,dimension,min_points,max_points
        small_v1,fit,-20,40
        small_v1,engagement,-20,40
        upsell_v1,engagement,-20,40
    """,
    "score_rules": """
        scorecard_id,rule_id,dimension,signal,measure,topic,window_days,operator,value,points,half_life_days,max_points,segment_id,reason,rationale
        small_v1,leader,fit,seniority,value,,,in,vp|director,10,,,,Leads a department,Budget
        small_v1,industry,fit,industry,value,,,in,Software|Retail,5,,,,Core industry,References
        small_v1,size,fit,employee_count,value,,,between,50..499,8,,,,Company of 50 to 499,Fast
        small_v1,size_below_ten,fit,employee_count,value,,,<,10,-6,,,,Very small company,Too small
        small_v1,deal,fit,deal_size,value,,,>=,1000,4,,,,Asks for a large deal,Worth the time
        small_v1,dach,fit,market_region,value,,,=,dach,3,,,,In DACH,Partners there
        small_v1,free_mail,fit,email_type,value,,,=,free,-4,,,,Free email address,Not verified
        small_v1,pricing,engagement,pricing_page_view,each,,,,,6,14,18,,Visited pricing,Intent
        small_v1,security,engagement,webinar_attend,each,security,,,,5,,,,Security webinar,Topic
        small_v1,regular,engagement,any_activity,active_days,,30,>=,3,4,,,,Comes back,Habit
        small_v1,silent,engagement,any_activity,events,,30,=,0,-5,,,,Silent for a month,Cold
        upsell_v1,pricing,engagement,pricing_page_view,each,,,,,6,14,18,,Looks at plans,Intent
    """,
    "score_rules_fitted": """
        scorecard_id,rule_id,dimension,signal,measure,topic,window_days,operator,value,points,half_life_days,max_points,segment_id,reason,rationale
    """,
    "score_bands": """
        scorecard_id,dimension,band,min_points
        small_v1,total,hot,30
        small_v1,total,cold,
        small_v1,fit,A,10
        small_v1,fit,B,
        small_v1,engagement,1,10
        small_v1,engagement,2,
        upsell_v1,total,hot,10
        upsell_v1,total,cold,
    """,
    "priority_grid": """
        scorecard_id,fit_band,engagement_band,priority,sla_hours,next_step
        small_v1,A,1,p1,4,Call
        small_v1,A,2,p2,24,Write
        small_v1,B,1,p2,24,Write
        small_v1,B,2,p3,,Wait
    """,
    "segments": """
        segment_id,attribute,operator,value
        retail,industry,=,Retail
    """,
}
KEPT_PATTERNS = {"vp", "director", "intern"}
KEPT_ROWS = 10
KEPT_WHOLE = {
    "activity_types",
    "lead_attributes",
    "bot_filters",
    "evaluation_settings",
    "fit_bands",
    "fit_candidates",
    "learning_exclusions",
    "marketing_settings",
}


def write_small_seeds(folder: Path) -> Path:
    """Seeds with few rows: seeding the full lists takes longer than all else in these tests."""
    for path in SEEDS.rglob("*.csv"):
        target = folder / path.relative_to(SEEDS)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.stem in SCORECARD_SEEDS:
            lines = SCORECARD_SEEDS[path.stem].strip().splitlines()
            target.write_text("".join(f"{line.strip()}\n" for line in lines), encoding="utf-8")
        elif path.stem in KEPT_WHOLE:
            shutil.copy(path, target)
        elif path.parent.name == "operations":
            # The rows name scorecards, activity types and topics of the demo.
            header = path.read_text(encoding="utf-8").splitlines()[0]
            target.write_text(f"{header}\n", encoding="utf-8")
        else:
            with path.open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            kept = [
                row
                for number, row in enumerate(rows)
                if number < KEPT_ROWS
                or row[0] in KEPT_PATTERNS
                or row[0] in ("gmail.com", "Germany", "Deutschland")
            ]
            with target.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([header, *kept])
    return folder


def lead(number: int, **cells) -> dict:
    """A lead that differs from the others in its email only."""
    return {
        "lead_id": f"lead_{number:02}",
        "created_at": "2026-04-01 08:00:00",
        "email": f"person{number}@company{number}.example",
        "first_name": "Ada",
        "last_name": "Byron",
        "job_title": "VP Sales",
        "industry": "Software",
        "employee_count": "120",
        "country": "Germany",
        "deal_size": "5000",
    } | cells


def visit(number: int, lead_id: str, day: str = "2026-06-20", **cells) -> dict:
    """A visit of the pricing page."""
    return {
        "activity_id": f"visit_{number:02}",
        "lead_id": lead_id,
        "activity_type": "pricing_page_view",
        "occurred_at": f"{day} 12:00:00",
    } | cells


def outcome(lead_id: str, name: str = "won", day: str = "2026-06-10", **cells) -> dict:
    """A stage that a lead reached."""
    return {"lead_id": lead_id, "outcome": name, "occurred_at": f"{day} 09:00:00"} | cells


def small_company() -> dict[str, list[dict]]:
    """Raw tables of eight leads: six open, one customer, one lost."""
    return {
        "leads": [lead(number) for number in range(8)],
        "lead_changes": [
            {
                "lead_id": "lead_01",
                "attribute": "job_title",
                "new_value": "Director of IT",
                "changed_at": "2026-05-01",
            }
        ],
        "companies": [{"company_id": "company_1", "company_name": "One", "industry": "Retail"}],
        "activities": [
            *(visit(number, f"lead_{number % 6:02}") for number in range(12)),
            visit(12, "lead_00", "2026-06-30"),
        ],
        "outcomes": [outcome("lead_06"), outcome("lead_07", "lost")],
    }


def write_table(raw: Path, table: str, rows: list[dict], columns: list[str] | None = None) -> None:
    """Write one raw table as text, the type that can hold every mistake."""
    names = columns or COLUMNS[table].split()
    arrays = {name: pyarrow.array([row.get(name) for row in rows], "string") for name in names}
    pyarrow.parquet.write_table(pyarrow.table(arrays), raw / f"{table}.parquet")


def write_tables(raw: Path, tables: dict[str, list[dict]]) -> None:
    """Write raw tables."""
    raw.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        write_table(raw, table, rows)


def state(warehouse: Warehouse, tables=SCORE_TABLES) -> dict:
    """All rows of several tables."""
    return {name: warehouse.table(name) for name in tables}


def copy_of(warehouse: Warehouse, root: Path) -> Warehouse:
    """A warehouse of its own that starts from what another one has built."""
    root.mkdir(parents=True)
    warehouse.query("checkpoint")
    shutil.copytree(warehouse.raw, root / "raw")
    shutil.copytree(warehouse.root / "target", root / "target")
    shutil.copy(warehouse.database, root / warehouse.database.name)
    return Warehouse(root, seeds=warehouse.seeds, judged=False, **warehouse.variables)


def run_again(warehouse: Warehouse, *arguments: str, **variables) -> None:
    """Run every model but the check of the seeds, the slowest one, where they stay as they were."""
    result = warehouse.dbt(
        "run", *warehouse.scope, "--exclude", "staging.config.errors", *arguments, **variables
    )
    assert result.success, result.log


@pytest.fixture(scope="module")
def small_seeds(tmp_path_factory) -> Path:
    return write_small_seeds(tmp_path_factory.mktemp("small_seeds") / "seeds")


@pytest.fixture(scope="module")
def good(tmp_path_factory, small_seeds) -> Warehouse:
    """The small company, built without any mistake; tests only read and copy it."""
    warehouse = Warehouse(
        tmp_path_factory.mktemp("good"), seeds=small_seeds, judged=False, **SETTINGS
    )
    write_tables(warehouse.raw, small_company())
    warehouse.build()
    return warehouse


def said(result) -> str:
    """What a person reads of a command that failed."""
    messages = [node.message for node in result.result or [] if node.status in ("error", "fail")]
    text = "\n".join([*messages, str(result.exception or "")])
    assert not result.success
    assert "Traceback" not in text
    assert ".py" not in text
    return text


def failed_tests(result) -> set[str]:
    """Names of the data tests that failed."""
    return {node.node.name for node in result.result if node.status not in ("pass", "warn")}


def test_every_broken_table_is_named_and_the_last_scores_stay(good, tmp_path):
    broken = copy_of(good, tmp_path / "broken")
    raw = broken.raw
    part = raw / "part-0000.parquet"
    (raw / "leads.parquet").rename(part)
    (raw / "leads.parquet").mkdir()
    part.rename(raw / "leads.parquet" / part.name)
    (raw / "companies.parquet").unlink()
    write_table(raw, "activities", [visit(0, "lead_00")], ["activity_id", "topic", "occurred_at"])
    whole = (raw / "outcomes.parquet").read_bytes()
    (raw / "outcomes.parquet").write_bytes(whole[: len(whole) // 2])
    (raw / "lead_changes.parquet").write_text("lead_id,attribute\n", encoding="utf-8")

    text = said(broken.dbt("run", "--exclude", "staging.config.errors"))

    for sentence in (
        f"Raw table leads is missing: {raw}/leads.parquet/part-0000.parquet lies in a folder of its"
        f" own, and only files that lie in {raw} itself are read. Put the files of the table there,"
        " under names such as leads_1.parquet.",
        f"Raw table companies is missing: no file matches {raw}/companies*.parquet. Set"
        " LEAD_SCORING_RAW to the folder that holds the raw Parquet files, or set the var"
        " has_companies to false to build without this table.",
        f"Raw table activities ({raw}/activities*.parquet) has no column lead_id, activity_type."
        " Found: activity_id, topic, occurred_at.",
    ):
        assert f"\n  {sentence}\n" in text
    assert f"'{raw}/outcomes.parquet'" in text
    assert f"'{raw}/lead_changes.parquet'" in text
    assert state(broken) == state(good)


def test_missing_raw_folder_is_named(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "lost")
    shutil.rmtree(warehouse.raw)
    text = said(warehouse.dbt("run", "--exclude", "staging.config.errors"))
    for table in ("leads", "activities", "outcomes"):
        assert f"Raw table {table} is missing: no file matches {warehouse.raw}/{table}*" in text
    assert state(warehouse) == state(good)


@pytest.mark.parametrize(
    ("variables", "select", "sentence"),
    [
        pytest.param(
            {"lead_attributes": ["deal_size", "shoe_size", "Budget"]},
            "stg_raw__leads+",
            r"Raw table leads \(.*/leads\*\.parquet\) has no column shoe_size, budget\. Found: ",
            id="attribute-that-is-no-column",
        ),
        pytest.param(
            {"lead_attributes": ["deal_size", "deal size"]},
            "stg_raw__leads+",
            "lead_attributes.*'deal size'",
            id="attribute-that-is-no-name",
        ),
        pytest.param(
            {"as_of_date": "yesterday"},
            "int_clock__as_of+",
            "The var as_of_date is 'yesterday': write latest, today or a date such as 2026-03-01.",
            id="day-in-words",
        ),
        pytest.param(
            {"as_of_date": "2026-02-30"},
            "int_clock__as_of+",
            "The var as_of_date is '2026-02-30': write latest, today or a date such as 2026-03-01.",
            id="day-that-does-not-exist",
        ),
        pytest.param(
            {"as_of_date": "9998-01-01"},
            "int_clock__as_of+",
            "The var as_of_date is 9998-01-01, a day that has not come",
            id="day-that-has-not-come",
        ),
        pytest.param(
            {"conversion_outcome": "winner"},
            "int_outcomes__by_lead+",
            "conversion_outcome.*'winner'",
            id="conversion-that-is-no-outcome",
        ),
        pytest.param(
            {"conversion_horizon_days": "90"},
            "backtest_splits+",
            "The var conversion_horizon_days is '90' as a text: write a whole number from 1",
            id="days-as-a-text",
        ),
        pytest.param(
            {"backtest_lead_ages_days": 7},
            "score_spine+",
            "The var backtest_lead_ages_days is '7': write a list of whole numbers of days",
            id="one-age-without-a-list",
        ),
        pytest.param(
            {"max_quarantined_share": 5},
            "row_balance+",
            "The var max_quarantined_share is '5': write a number from 0 to 1",
            id="percent-for-a-share",
        ),
    ],
)
def test_impossible_var_is_explained_and_the_last_scores_stay(
    good, tmp_path, variables, select, sentence
):
    """Everything else the build has to do comes before the selected models and reads no var."""
    warehouse = copy_of(good, tmp_path / "wrong")
    columns = [*COLUMNS["leads"].split(), "deal size"]
    write_table(warehouse.raw, "leads", small_company()["leads"], columns)
    text = said(warehouse.dbt("run", "--select", select, **variables))
    assert re.search(sentence, text), text
    assert state(warehouse) == state(good)


def test_names_in_upper_case_native_types_and_no_companies(good, tmp_path):
    """Tables as a warehouse exports them, without the optional one, score the same as text."""
    warehouse = copy_of(good, tmp_path / "typed")
    (warehouse.raw / "companies.parquet").unlink()
    for table, rows in small_company().items():
        if table == "companies":
            continue
        typed = []
        for row in rows:
            cells = {name.upper(): value for name, value in row.items()}
            for name in cells.keys() & {"CREATED_AT", "OCCURRED_AT", "CHANGED_AT"}:
                cells[name] = datetime.datetime.fromisoformat(cells[name])
            for name in cells.keys() & {"EMPLOYEE_COUNT", "DEAL_SIZE"}:
                cells[name] = int(cells[name])
            if table == "leads":
                cells["IS_DELETED"] = False
            typed.append(cells)
        pyarrow.parquet.write_table(
            pyarrow.Table.from_pylist(typed), warehouse.raw / f"{table}.parquet"
        )
    run_again(warehouse, "--full-refresh", has_companies=False)
    assert state(warehouse) == state(good)


# What a text says of a moment, in UTC; nothing where it would have to be guessed.
SPELT_TIMES = {
    "2026-06-20": "2026-06-20 00:00:00",
    "2026-06-20 ": "2026-06-20 00:00:00",
    "2026-6-3": "2026-06-03 00:00:00",
    "  2026-6-3 ": "2026-06-03 00:00:00",
    "2026/06/20": "2026-06-20 00:00:00",
    "2026-06-20 10:11": "2026-06-20 10:11:00",
    "2026-06-20T10:11Z": "2026-06-20 10:11:00",
    "2026-06-20T10:11+02:00": "2026-06-20 08:11:00",
    "2026-06-20 10:11 UTC": "2026-06-20 10:11:00",
    "2026-06-20T10:11:12": "2026-06-20 10:11:12",
    "2026-06-20 10:11:12.123456": "2026-06-20 10:11:12.123456",
    "2026-06-20T10:11:12.1234567Z": "2026-06-20 10:11:12.123456",
    "2026-06-20 23:59:59.9999999": "2026-06-20 23:59:59.999999",
    "2026-06-20 1:2:3": "2026-06-20 01:02:03",
    "  2026-06-20 10:11:12 ": "2026-06-20 10:11:12",
    "2026-06-20 10:11:12 UTC": "2026-06-20 10:11:12",
    "2026-06-19 24:00:00": "2026-06-20 00:00:00",
    "2026-06-19T24:00Z": "2026-06-20 00:00:00",
    "2026-06-20 23:30:00-02": "2026-06-21 01:30:00",
    "2026-06-20 00:30:00+02:00": "2026-06-19 22:30:00",
    "2026-06-20 00:30:00+0545": "2026-06-19 18:45:00",
    "2024-02-29": "2024-02-29 00:00:00",
    "2000-02-29 12:00:00": "2000-02-29 12:00:00",
    "2026-06-20 10:11:12.": "2026-06-20 10:11:12",
} | dict.fromkeys([
    # No days of the calendar, no times of the clock.
    "2026-02-29", "1900-02-29", "2026-13-01", "2026-06-31", "2026-06-00", "2026-06-20 25:00:00",
    "2026-06-20 10:60:00", "2026-06-20 24: 0:01", "0000-01-01", "0000-01-01 10:11:12",
    "-2026-06-20 10:11:12", "-026-06-20 10:11:12", "0044-03-15 (BC)", "002026-06-20",
    # Years of two digits, and days whose month could be another part.
    "1/2/26", "1/2/26 10:00", "20-06-26", "06/20/2026", "20.06.2026", "20260620", "1781913600",
    # Words and names of time zones.
    "now", "today", "epoch", "-infinity", "infinity", "June 20, 2026", "2026-06-20 10:11:12 AM",
    "2026-06-20 10:11:12 Europe/Berlin", "2026-06-20 10:11:12 EST", "2026-06-20 10:11:12 utc",
    # Offsets that no place has.
    "2026-06-20 10:11:12+16:00", "2026-06-20 10:11:12+02:60", "2026-06-20 10:11:12+0530:15",
    # Parts that are missing, too much, or separated by something else.
    "", "2026-06", "2026-06-20 10", "2026-06-20x", "2026-06-20 10:11:12 x", "2026-06-20 10:11: 7",
    "2026-06-20 10:1 :07", "2026/06-20", "2026-06/20 10:11", "2026 06 20",
    "2026-06-20\t10:11:12", "\t2026-06-20", "2026-06-20x10:11:12",
])  # fmt: skip


def test_time_is_what_its_text_says_and_never_a_guess(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "times")
    tables = small_company()
    tables["activities"] = [
        visit(number, "lead_00", occurred_at=text) for number, text in enumerate(SPELT_TIMES)
    ]
    write_tables(warehouse.raw, tables)
    result = warehouse.dbt("run", "--select", "stg_raw__activities")
    assert result.success, result.log
    found = dict(warehouse.query("select activity_id, occurred_at from stg_raw__activities"))
    for number, (text, moment) in enumerate(SPELT_TIMES.items()):
        expected = moment and datetime.datetime.fromisoformat(moment)
        assert found[visit(number, "")["activity_id"]] == expected, text


def test_time_finer_than_a_microsecond_stays_on_its_day(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "fine")
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select 'late' as activity_id, 'lead_00' as lead_id, 'visit' as activity_type,
                    timestamp_ns '2026-06-20 23:59:59.999999999' as occurred_at
            ) to '{warehouse.raw}/activities.parquet'
        """)
    result = warehouse.dbt("run", "--select", "stg_raw__activities")
    assert result.success, result.log
    assert warehouse.query("select occurred_at from stg_raw__activities") == [
        (datetime.datetime(2026, 6, 20, 23, 59, 59, 999999),)
    ]


def test_timestamp_without_an_end_is_no_time(good, tmp_path):
    """In a column of timestamps, too."""
    warehouse = copy_of(good, tmp_path / "endless")
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select activity_id, 'lead_00' as lead_id, 'visit' as activity_type,
                    cast(occurred_at as timestamp) as occurred_at
                from (values ('endless', 'infinity'), ('exact', '2026-06-20 10:11:12.25'))
                    as activities (activity_id, occurred_at)
            ) to '{warehouse.raw}/activities.parquet'
        """)
    result = warehouse.dbt("run", "--select", "stg_raw__activities")
    assert result.success, result.log
    assert warehouse.query(
        "select activity_id, occurred_at, rejection_reason from stg_raw__activities order by 1"
    ) == [
        ("endless", None, "occurred_at is not a timestamp"),
        ("exact", datetime.datetime(2026, 6, 20, 10, 11, 12, 250000), None),
    ]


def test_empty_tables_are_scored_without_rows_and_filled_later(good, tmp_path):
    warehouse = Warehouse(tmp_path / "empty", seeds=good.seeds, judged=False, **SETTINGS)
    write_tables(warehouse.raw, {table: [] for table in COLUMNS})
    result = warehouse.dbt("build")
    assert result.success, result.log
    assert {name for name, rows in state(warehouse).items() if rows} == set()
    assert warehouse.query("select sum(raw_rows), count(*) from row_balance") == [(0, 5)]

    write_tables(warehouse.raw, small_company())
    run_again(warehouse)
    # The log is a record of what was published, which was nothing on the days before.
    rebuilt = [name for name in SCORE_TABLES if name != "lead_score_log"]
    assert state(warehouse, rebuilt) == state(good, rebuilt)


FAR_FUTURE = "2199-01-01 12:00:00"

# Table, row, key and lead as they stand in quarantine, reason, and the value that is wrong, if any.
BAD_ROWS = [
    ("leads", lead(20, lead_id=None), None, None, "lead_id is missing", None),
    ("leads", lead(20, lead_id=" \x00\n"), None, None, "lead_id is missing", None),
    ("leads", lead(21, created_at=None), "lead_21", "lead_21", "created_at is missing", None),
    ("leads", lead(22, created_at=" "), "lead_22", "lead_22", "created_at is missing", None),
    *(
        ("leads", lead(n, created_at=time), f"lead_{n}", f"lead_{n}", reason, time)
        for n, time, reason in (
            (23, "31/12/2025", "created_at is not a timestamp"),
            (24, "2026-02-30", "created_at is not a timestamp"),
            (25, "1767225600", "created_at is not a timestamp"),
            (26, "infinity", "created_at is not a timestamp"),
            (27, FAR_FUTURE, "created_at is in the future"),
        )
    ),
    *(
        (
            "lead_changes",
            {"lead_id": "lead_02", "attribute": "industry", "changed_at": "2026-05-02"} | cells,
            cells.get("attribute", "industry"),
            cells.get("lead_id", "lead_02"),
            reason,
            value,
        )
        for cells, reason, value in (
            ({"lead_id": None}, "lead_id is missing", None),
            ({"attribute": None}, "attribute is missing", None),
            ({"changed_at": None}, "changed_at is missing", None),
            ({"changed_at": "in May"}, "changed_at is not a timestamp", "in May"),
            ({"changed_at": FAR_FUTURE}, "changed_at is in the future", FAR_FUTURE),
            ({"lead_id": "nobody"}, "lead_id is unknown", "nobody"),
        )
    ),
    ("companies", {"company_name": "No Key Ltd"}, None, None, "company_id is missing", None),
    *(
        (
            "activities",
            visit(n, "lead_03") | cells,
            cells.get("activity_id", f"visit_{n:02}"),
            cells.get("lead_id", "lead_03"),
            reason,
            value,
        )
        for n, cells, reason, value in (
            (30, {"activity_id": None}, "activity_id is missing", None),
            (31, {"lead_id": None}, "lead_id is missing", None),
            (32, {"activity_type": None}, "activity_type is missing", None),
            (33, {"occurred_at": None}, "occurred_at is missing", None),
            (34, {"occurred_at": "noon"}, "occurred_at is not a timestamp", "noon"),
            (35, {"occurred_at": "-infinity"}, "occurred_at is not a timestamp", "-infinity"),
            (36, {"occurred_at": FAR_FUTURE}, "occurred_at is in the future", FAR_FUTURE),
            (
                37,
                {"loaded_at": "2026-06-19 23:59:59"},
                "occurred_at is in the future",
                "2026-06-20 12:00:00",
            ),
            (38, {"lead_id": "nobody"}, "lead_id is unknown", "nobody"),
            # A clock that runs ahead on the client, and a loader that copies it.
            (
                40,
                {"occurred_at": FAR_FUTURE, "loaded_at": FAR_FUTURE},
                "occurred_at is in the future",
                FAR_FUTURE,
            ),
            # A lead whose own row is set aside is as unknown as one that was never loaded.
            (39, {"lead_id": "lead_23"}, "lead_id is unknown", "lead_23"),
        )
    ),
    *(
        (
            "outcomes",
            outcome("lead_04") | cells,
            cells.get("outcome", "won"),
            cells.get("lead_id", "lead_04"),
            reason,
            value,
        )
        for cells, reason, value in (
            ({"lead_id": None}, "lead_id is missing", None),
            ({"outcome": None}, "outcome is missing", None),
            ({"outcome": "signed"}, "outcome is unknown", "signed"),
            ({"occurred_at": None}, "occurred_at is missing", None),
            ({"occurred_at": "10.06.2026"}, "occurred_at is not a timestamp", "10.06.2026"),
            ({"occurred_at": FAR_FUTURE}, "occurred_at is in the future", FAR_FUTURE),
            ({"lead_id": "nobody"}, "lead_id is unknown", "nobody"),
        )
    ),
]


@pytest.fixture(scope="module")
def with_bad_rows(good, tmp_path_factory) -> Warehouse:
    """The small company with bad rows of every kind, built from nothing but the records."""
    warehouse = copy_of(good, tmp_path_factory.mktemp("bad_rows") / "warehouse")
    tables = small_company()
    for table, row, *_ in BAD_ROWS:
        tables[table].append(row)
    write_tables(warehouse.raw, tables)
    run_again(warehouse, "--full-refresh")
    return warehouse


def test_bad_rows_are_set_aside_with_their_reason(with_bad_rows):
    found = with_bad_rows.query(
        "select raw_table, row_key, lead_id, reason, bad_value from quarantined_rows"
    )
    expected = [
        (table, key if key is None or key.strip(" \x00\n") else None, lead_id, reason, value)
        for table, _, key, lead_id, reason, value in BAD_ROWS
    ]
    # Where something is missing no value is wrong.
    comparable = [(*row[:4], None if row[3].endswith("missing") else row[4]) for row in found]
    assert sorted(comparable, key=repr) == sorted(expected, key=repr)


def test_bad_rows_are_balanced_and_change_no_score(good, with_bad_rows):
    counts = {table: sum(row[0] == table for row in BAD_ROWS) for table in COLUMNS}
    assert with_bad_rows.query(
        "select raw_table, quarantined_rows from row_balance order by 1"
    ) == (sorted(counts.items()))
    assert state(with_bad_rows) == state(good)


def test_too_many_bad_rows_fail_their_test_and_no_other(with_bad_rows):
    result = with_bad_rows.dbt(
        "test",
        *with_bad_rows.scope,
        "--indirect-selection",
        "cautious",
        "--exclude-resource-type",
        "unit_test",
    )
    assert failed_tests(result) == {"too_many_rows_quarantined"}


def test_what_too_many_bad_rows_made_is_not_published(good, tmp_path):
    """A day later half of the activities name leads that nobody knows; then they are put right."""
    warehouse = copy_of(good, tmp_path / "bad_load")
    logged = warehouse.table("lead_score_log")
    tables = small_company()
    tables["activities"].append(visit(50, "lead_01", "2026-07-01"))
    broken = [
        row | {"lead_id": f"{row['lead_id']}?"} if number % 2 else row
        for number, row in enumerate(tables["activities"])
    ]
    write_tables(warehouse.raw, tables | {"activities": broken})
    everything = (*warehouse.scope, "--exclude", "path:tests/evaluation", "test_type:unit")
    result = warehouse.dbt("build", *everything)
    assert not result.success
    assert {node.node.name for node in result.result if node.status == "fail"} == {
        "too_many_rows_quarantined"
    }
    assert "lead_score_log" in {
        node.node.name for node in result.result if node.status == "skipped"
    }
    assert warehouse.table("lead_score_log") == logged

    write_tables(warehouse.raw, tables)
    result = warehouse.dbt("build", *everything)
    assert result.success, result.log
    published = warehouse.query("select lead_id, score from lead_score_log where is_primary"
                                " and as_of_date = date '2026-07-01' order by lead_id")  # fmt: skip
    assert published
    assert published == warehouse.query(
        "select lead_id, score from lead_scores where is_primary order by lead_id"
    )


STRANGE_TEXTS = {
    "quotes": "O'Brien \"the\" `cat` ''",
    "newlines": "one\ntwo\r\nthree\tfour",
    "formula": '=HYPERLINK("http://site.example","click")',
    "sql": "x'); drop table leads; --",
    "jinja": "{{ this }} {% endraw %}",
    "pipes": "software|retail||",
    "wildcards": "%_\\ * ? [a-z] ^$ (",
    "emoji": "\U0001f469\u200d\U0001f680 \u6f22\u5b57 e\u0301",
    "right-to-left": "\u202egnp.exe\u202c \u05d0\u05d1\u05d2 \u200f",
    "nul": "before\x00after",
    "separators": "\x01\x02\x03",
    "wide-blanks": "VP\u2003of\u00a0Sales",
    "capitals": "T\u00dcRK\u0130YE \u039f\u0394\u039f\u03a3",
    "a-megabyte": "x" * 1_000_000,
}


def add_strange_texts(tables: dict[str, list[dict]]) -> None:
    """Add rows with each strange text in every column that may hold it."""
    for name, text in STRANGE_TEXTS.items():
        # Blanks around it are no part of a text.
        padded = f" \t\ufeff{text}\u00a0\u2003\n "
        strange_id = f"{name} {text} \n"
        everything = dict.fromkeys(COLUMNS["leads"].split(), padded)
        tables["leads"].append(
            everything
            | {"lead_id": strange_id, "created_at": "2026-06-01", "company_id": strange_id}
        )
        tables["companies"].append(dict.fromkeys(COLUMNS["companies"].split(), padded))
        tables["lead_changes"] += [
            {
                "lead_id": strange_id,
                "attribute": attribute,
                "new_value": padded,
                "changed_at": "2026-06-02",
            }
            for attribute in (padded, "industry")
        ]
        tables["activities"].append(
            dict.fromkeys(COLUMNS["activities"].split(), padded)
            | {"lead_id": strange_id, "occurred_at": "2026-06-05", "loaded_at": None}
        )
        tables["outcomes"].append(outcome(strange_id, "sales_accepted", reason=padded))


def test_strange_text_is_shown_as_it_is_and_changes_nobody_else(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "strange")
    tables = small_company()
    add_strange_texts(tables)
    write_tables(warehouse.raw, tables)

    # Everything is computed again, not only what is new.
    run_again(warehouse, "--full-refresh")

    known = f"(select lead_id from read_parquet('{good.raw}/leads.parquet'))"
    shown = sorted(text.replace("\x00", "") for text in STRANGE_TEXTS.values())
    for table, columns in {
        "lead_scores": "first_name last_name email job_title company_name lead_source owner_id",
        "int_activities__accepted": "activity_id asset campaign",
        "int_outcomes__accepted": "reason",
    }.items():
        for column in columns.split():
            found = warehouse.query(f"select {column} from {table} where lead_id not in {known}")
            assert sorted(text for (text,) in found) == shown, f"{table}.{column}"
    assert {lead_id for (lead_id,) in warehouse.query("select lead_id from lead_scores")} == {
        *(lead_id for (lead_id,) in good.query("select lead_id from lead_scores")),
        *(f"{name} {text}".replace("\x00", "") for name, text in STRANGE_TEXTS.items()),
    }
    # No strange text meets a condition on a plain one; a title is read by its words.
    assert warehouse.query(
        "select lead_id, rule_id from lead_score_reasons "
        f"where rule_id in ('industry', 'leader', 'dach') and lead_id not in {known}"
    ) == [(f"wide-blanks {STRANGE_TEXTS['wide-blanks']}", "leader")]

    # A percentile compares a lead with all others, so it may change.
    for table in [*SCORE_TABLES, "int_leads__identity", "int_leads__attribute_history"]:
        columns = "* exclude (score_percentile)" if table == "lead_scores" else "*"
        query = f"select {columns} from {table} where lead_id in {known} order by all"
        assert warehouse.query(query) == good.query(query), table


SPELLINGS = {
    "size": ["120", " 120 ", "+120", "120.0", "120.", "0120", "1.2e2", "1.2E+2", "12000e-2"],
    "size_below_ten": ["9.99", ".5", "0", "-0", "-3", "1e-9"],
    None: [
        "1,200", "120 people", "120 %", "12 0", "1_20", "0x78", "--120", "1e", "e2", "1.2.0", ".",
        "inf", "-inf", "nan", "true", "\uff11\uff12\uff10", "", "9" * 300 + "e99", "1e999",
    ],
}  # fmt: skip


def add_spelt_numbers(tables: dict[str, list[dict]]) -> dict[str, str | None]:
    """Add a lead per spelling of a number; returns the rule that each of them meets."""
    expected = {}
    for rule, texts in SPELLINGS.items():
        for text in texts:
            number = 100 + len(expected)
            tables["leads"].append(lead(number, employee_count=text))
            expected[f"lead_{number}"] = rule
    return expected


def test_numbers_in_all_spellings_and_rows_that_come_twice(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "numbers")
    tables = small_company()
    expected = add_spelt_numbers(tables)
    tables["leads"] += [
        lead(0, updated_at="2026-06-01", first_name="Last"),
        lead(0, updated_at="2026-05-01", first_name="First"),
    ]
    tables["activities"] += [
        visit(50, "lead_00", "2026-06-22", activity_id="shared"),
        visit(50, "lead_01", "2026-06-21", activity_id="shared"),
    ]
    write_tables(warehouse.raw, tables)
    run_again(warehouse)

    fired = dict(
        warehouse.query(
            "select lead_id, rule_id from lead_score_reasons "
            "where rule_id in ('size', 'size_below_ten')"
        )
    )
    assert {lead_id: fired.get(lead_id) for lead_id in expected} == expected
    assert warehouse.query("select first_name from lead_scores where lead_id = 'lead_00'") == [
        ("Last",)
    ]
    assert warehouse.query(
        "select raw_lead_key, is_repetition from int_activities__received "
        "where activity_id = 'shared' order by 1"
    ) == [("lead_00", True), ("lead_01", False)]
    assert warehouse.query(
        "select raw_table, merged_rows from row_balance where merged_rows > 0 order by 1"
    ) == [("activities", 1), ("leads", 2)]


def test_amount_that_no_column_can_hold_is_missing(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "amounts")
    amounts = {
        "12.345": Decimal("12.35"),
        "1e6": Decimal("1000000.00"),
        "-5": Decimal("-5.00"),
        "1,000": None,
        "1e30": None,
        "9" * 300: None,
    }
    write_table(
        warehouse.raw,
        "outcomes",
        [outcome(f"lead_{text}", amount=text) for text in amounts],
    )
    result = warehouse.dbt("run", "--select", "stg_raw__outcomes")
    assert result.success, said(result)
    found = dict(warehouse.query("select lead_id, amount from stg_raw__outcomes"))
    assert found == {f"lead_{text}": amount for text, amount in amounts.items()}
