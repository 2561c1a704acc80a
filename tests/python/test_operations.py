"""A warehouse over time: mended seeds, other days, other companies, changed data."""

import datetime
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import PROJECT, Warehouse
from test_bad_input import (
    COLUMNS,
    SCORE_TABLES,
    SETTINGS,
    copy_of,
    lead,
    outcome,
    run_again,
    small_company,
    state,
    visit,
    write_small_seeds,
    write_table,
    write_tables,
)

pytestmark = pytest.mark.slow

RULES = "scorecards/score_rules.csv"
FIRST_DAY = datetime.date(2026, 6, 30)
NEXT_DAY = datetime.date(2026, 7, 1)
# Two visits ten days before the first day: 2 * 6 * 0.5 ^ (10 / 14).
TWO_VISITS = Decimal("7.31")
RECORDS = ["lead_score_log", "int_leads__captures"]
REBUILT = [
    *(name for name in SCORE_TABLES if name not in RECORDS),
    "int_activities__received",
    "int_activities__accepted",
    "int_leads__identity",
    "int_leads__attribute_history",
    "quarantined_rows",
    "row_balance",
]


def first_day() -> dict[str, list[dict]]:
    """The small company, and a visit of a lead that has not arrived yet."""
    tables = small_company()
    tables["activities"].append(visit(13, "lead_09"))
    return tables


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Warehouse:
    """The small company as built on the first day; tests only read and copy it."""
    root = tmp_path_factory.mktemp("first_day")
    warehouse = Warehouse(root, seeds=write_small_seeds(root / "seeds"), judged=False, **SETTINGS)
    write_tables(warehouse.raw, first_day())
    warehouse.build()
    return warehouse


def with_own_seeds(good: Warehouse, root: Path) -> Warehouse:
    """A copy of the warehouse with seeds that a test may edit."""
    warehouse = copy_of(good, root)
    warehouse.seeds = Path(shutil.copytree(good.seeds, root / "seeds"))
    return warehouse


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.csv")}


def points(warehouse: Warehouse, lead_id: str, column: str = "score", day=None) -> Decimal | None:
    """A number of a lead, of the current day or as it is worked out now for another day."""
    current = "select as_of_date from int_clock__as_of"
    rows = warehouse.query(
        f"select {column} from score_totals where scorecard_id = 'small_v1' "
        f"and lead_id = '{lead_id}' "
        f"and as_of_date = coalesce(try_cast('{day}' as date), ({current}))"
    )
    return rows[0][0] if rows else None


def test_mistake_in_the_seeds_stops_before_any_score_table(good, tmp_path):
    warehouse = with_own_seeds(good, tmp_path / "mistaken")
    path = warehouse.seeds / RULES
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("pricing_page_view,each", "pricing_page_view,eech", 1))
    # Marks that a table loses when it is written again.
    for table, column in {
        "lead_scores": "next_step",
        "lead_dimension_scores": "band",
        "lead_score_reasons": "reason",
        "score_subjects": "role",
    }.items():
        warehouse.query(f"update {table} set {column} = 'kept' where lead_id = 'lead_02'")
    marked = state(warehouse)
    mistaken = contents(warehouse.seeds)

    for command in ("build", "run"):
        result = warehouse.dbt(command)
        assert not result.success
        assert (
            f"{path} row 9, column measure: 'eech' is not a measure; use one of value, each,"
            " events, active_days, days_since_last"
        ) in result.log
        assert state(warehouse) == marked
    assert warehouse.query(
        "select row_number, column_name from config_errors where severity = 'error'"
    ) == [(9, "measure")]
    assert contents(warehouse.seeds) == mistaken

    path.write_text(text, encoding="utf-8")
    warehouse.build()
    assert state(warehouse) == state(good)
    assert contents(warehouse.seeds) == contents(good.seeds)


def test_seeds_in_a_relative_folder_are_read_and_left_alone(good, tmp_path):
    warehouse = with_own_seeds(good, tmp_path / "relative")
    folder, warehouse.seeds = warehouse.seeds, os.path.relpath(warehouse.seeds, PROJECT)
    path = folder / "scorecards" / "scorecards.csv"
    path.write_text(path.read_text().replace("manual,10,", "manual,11,"), encoding="utf-8")
    before = contents(folder)
    result = warehouse.dbt("seed")
    assert result.success, result.log
    assert contents(folder) == before
    assert warehouse.query(
        "select base_points from scorecards where scorecard_id = 'small_v1'"
    ) == [("11",)]


def test_two_companies_on_one_checkout_do_not_mix(good, tmp_path):
    """They share the folder of dbt's own files, as two builds of one checkout do."""
    first = copy_of(good, tmp_path / "checkout")
    settings = SETTINGS | {
        "has_lead_changes": False,
        "has_companies": False,
        "lead_attributes": ["deal_size", "shoe_size"],
    }
    second = Warehouse(
        first.root, tmp_path / "second_raw", tmp_path / "second_seeds", judged=False, **settings
    )
    second.database = tmp_path / "second.duckdb"
    shutil.copytree(good.seeds, second.seeds)
    path = second.seeds / "scorecards" / "scorecards.csv"
    path.write_text(path.read_text().replace("manual,10,", "manual,20,"), encoding="utf-8")
    write_tables(
        second.raw,
        {"leads": [lead(70)], "activities": [visit(70, "lead_70")], "outcomes": []},
    )
    write_table(second.raw, "leads", [lead(70)], [*COLUMNS["leads"].split(), "shoe_size"])

    second.build()
    # 20 points to start with, 30 for the fit, 6 for a visit on the day.
    assert second.query("select lead_id, score from lead_scores") == [("lead_70", Decimal(56))]
    of_second = state(second)
    run_again(first)
    assert state(first) == state(good)
    assert state(second) == of_second


def test_a_past_day_is_scored_and_the_latest_day_again(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "past")
    # A day as YAML reads it from `--vars '{as_of_date: 2026-06-22}'`.
    run_again(warehouse, as_of_date=datetime.date(2026, 6, 22))
    assert warehouse.query("select distinct as_of_date from lead_scores") == [
        (datetime.date(2026, 6, 22),)
    ]
    # Two visits two days before, without the one that comes later: 2 * 6 * 0.5 ^ (2 / 14).
    assert points(warehouse, "lead_00") == 10 + 30 + Decimal("10.87")
    run_again(warehouse)
    assert state(warehouse) == state(good)


@pytest.mark.parametrize(
    ("days", "status"), [(None, "pass"), (100_000, "pass"), (0, "warn")], ids=str
)
def test_loads_that_have_stopped_are_noticed(good, days, status):
    """The newest data of the company is of a day that has gone by."""
    result = good.dbt("test", "--select", "loads_have_stopped", max_data_age_days=days)
    assert [node.status for node in result.result] == [status], result.log


def test_rules_and_scorecards_come_and_go(good, tmp_path):
    warehouse = with_own_seeds(good, tmp_path / "edited")
    before = contents(warehouse.seeds)

    def edit(name, old, new):
        path = warehouse.seeds / "scorecards" / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    edit(
        "score_rules",
        "small_v1,size,fit,employee_count,value,,,between,50..499,8,,,,Company of 50 to 499,Fast\n",
        "small_v1,named,fit,last_name,value,,,is present,,2,,,,Gave a last name,Effort\n"
        "small_v2,leader,fit,seniority,value,,,in,vp|director,7,,,,Leads a department,Budget\n",
    )
    edit(
        "scorecards",
        "upsell_v1,",
        "small_v2,challenger,open_leads,,manual,1,0,100,5,Rival\nupsell_v1,",
    )
    edit("score_bands", "upsell_v1,total,hot", "small_v2,total,any,\nupsell_v1,total,hot")
    edit("score_dimensions", "upsell_v1,", "small_v2,fit,,\nupsell_v1,")
    warehouse.build()

    assert points(warehouse, "lead_02") == 10 + (30 - 8 + 2) + TWO_VISITS
    assert warehouse.query(
        "select distinct score, scorecard_role, is_primary from lead_scores "
        "where scorecard_id = 'small_v2' and lead_id <> 'lead_01'"
    ) == [(Decimal(8), "challenger", False)]
    assert warehouse.query(
        "select distinct rule_id from lead_score_reasons where rule_id in ('size', 'named')"
    ) == [("named",)]

    for path, content in before.items():
        (warehouse.seeds / path).write_bytes(content)
    warehouse.build()
    rebuilt = [name for name in SCORE_TABLES if name != "lead_score_log"]
    assert state(warehouse, rebuilt) == state(good, rebuilt)
    # What was published under the other weights stays on record, and nothing is published twice.
    assert set(good.table("lead_score_log")) < set(warehouse.table("lead_score_log"))


def test_other_conversion_and_no_history(good, tmp_path):
    warehouse = copy_of(good, tmp_path / "opportunity")
    tables = first_day()
    tables["outcomes"].append(outcome("lead_02", "opportunity"))
    write_tables(warehouse.raw, tables)
    run_again(
        warehouse,
        conversion_outcome="opportunity",
        history_daily_days=0,
        history_monthly_periods=0,
        backtest_lead_ages_days=[],
    )
    # The trend still needs the days 7 and 30 before.
    assert warehouse.query("select distinct as_of_date from score_totals order by 1") == [
        (datetime.date(2026, 5, 31),),
        (datetime.date(2026, 6, 23),),
        (FIRST_DAY,),
    ]
    # A win is now no conversion, an opportunity is.
    assert {
        lead_id
        for (lead_id,) in warehouse.query(
            "select lead_id from lead_scores where scorecard_id = 'small_v1'"
        )
    } == {"lead_00", "lead_01", "lead_03", "lead_04", "lead_05", "lead_06"}


def test_lead_that_buys_between_two_runs_of_a_day_has_one_score_to_go_by(good, tmp_path):
    """Builds go on the day after, and a scorecard that is gone then leaves customers customers."""
    warehouse = with_own_seeds(good, tmp_path / "bought")
    tables = first_day()
    tables["outcomes"].append(outcome("lead_02", "won", str(FIRST_DAY)))
    write_tables(warehouse.raw, tables)
    warehouse.build()
    spoke = (
        "select as_of_date, scorecard_id from lead_score_log "
        f"where lead_id = 'lead_02' and is_primary and as_of_date >= date '{FIRST_DAY}' order by 1"
    )
    assert warehouse.query(spoke) == [(FIRST_DAY, "small_v1")]
    assert warehouse.query(
        "select scorecard_id from lead_scores where lead_id = 'lead_02' and is_primary"
    ) == [("upsell_v1",)]

    tables["activities"].append(visit(14, "lead_02", str(NEXT_DAY)))
    write_tables(warehouse.raw, tables)
    warehouse.build()
    assert warehouse.query(spoke) == [(FIRST_DAY, "small_v1"), (NEXT_DAY, "upsell_v1")]
    populations = (
        "select as_of_date, population from published_lead_days "
        f"where lead_id = 'lead_02' and as_of_date >= date '{FIRST_DAY}' order by 1"
    )
    told = [(FIRST_DAY, "open_leads"), (NEXT_DAY, "customers")]
    assert warehouse.query(populations) == told

    for name in ("scorecards", "score_dimensions", "score_bands", "score_rules"):
        path = warehouse.seeds / "scorecards" / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("upsell_v1", "upsell_v2"), encoding="utf-8")
    warehouse.build()
    assert warehouse.query(populations) == told


@pytest.fixture(scope="module")
def next_day(good, tmp_path_factory) -> Warehouse:
    """The first day's warehouse after an incremental run on the tables of the next day."""
    warehouse = copy_of(good, tmp_path_factory.mktemp("next_day") / "warehouse")
    tables = first_day()
    tables["leads"] = [
        lead(0, job_title="Intern"),
        lead(1),
        lead(2),
        lead(3, email="person4@company4.example"),
        lead(4),
        lead(5, is_deleted="true"),
        lead(6),
        # lead_07 is no longer there, lead_09 has arrived.
        lead(9),
    ]
    tables["activities"] = [
        *(row for row in tables["activities"] if row["lead_id"] != "lead_01"),
        visit(14, "lead_02", "2026-06-25", loaded_at="2026-07-01 06:00:00"),
        visit(15, "lead_09", "2026-07-01"),
    ]
    write_tables(warehouse.raw, tables)
    run_again(warehouse)
    return warehouse


def test_changed_title_counts_from_the_day_it_was_seen(good, next_day):
    assert next_day.query(
        "select value, valid_from, valid_to from int_leads__attribute_history "
        "where lead_id = 'lead_00' and attribute = 'job_title' order by valid_from"
    ) == [
        ("VP Sales", datetime.date(2026, 4, 1), NEXT_DAY),
        ("Intern", NEXT_DAY, datetime.date(9999, 12, 31)),
    ]
    assert points(next_day, "lead_00", "fit_points", FIRST_DAY) == 30
    assert points(next_day, "lead_00", "fit_points") == 20


def test_late_activity_changes_rebuilt_history_but_no_record(good, next_day):
    before = points(good, "lead_02", day=FIRST_DAY)
    assert before == 10 + 30 + TWO_VISITS
    # One more visit, five days old on the first day: 6 * 0.5 ^ (5 / 14) more, rounded as a sum.
    assert points(next_day, "lead_02", day=FIRST_DAY) == 10 + 30 + Decimal("12.00")
    logged = set(next_day.table("lead_score_log"))
    assert set(good.table("lead_score_log")) < logged
    assert next_day.query(
        "select score from lead_score_log where lead_id = 'lead_02' "
        f"and as_of_date = date '{FIRST_DAY}'"
    ) == [(before,)]


def test_activities_wait_for_their_lead(good, next_day):
    waiting = "select reason, bad_value from quarantined_rows where row_key = 'visit_13'"
    accepted = "select lead_id from int_activities__accepted where activity_id = 'visit_13'"
    assert good.query(waiting) == [("lead_id is unknown", "lead_09")]
    assert good.query(accepted) == []
    assert next_day.query(waiting) == []
    assert next_day.query(accepted) == [("lead_09",)]
    # Visits eleven days ago and on the day: 6 * 0.5 ^ (11 / 14) + 6.
    assert points(next_day, "lead_09", "engagement_points") == Decimal("9.48")


def test_changed_email_merges_leads_and_moves_activities(next_day):
    assert next_day.query(
        "select count(*) from int_activities__accepted where lead_id = 'lead_03'"
    ) == [(4,)]
    assert points(next_day, "lead_03", "engagement_points") > 0
    assert points(next_day, "lead_04") is None


def test_days_of_a_merged_lead_belong_to_the_one_that_survives(next_day):
    """lead_04 was published on the first day; its person is lead_03 now."""
    days = (
        "select lead_id from {} "
        f"where lead_id in ('lead_03', 'lead_04') and as_of_date = date '{FIRST_DAY}' order by 1"
    )
    logged = days.format("lead_score_log") + ", scorecard_id"
    assert next_day.query(f"select distinct lead_id from ({logged}) order by 1") == [
        ("lead_03",),
        ("lead_04",),
    ]
    assert next_day.query(days.format("published_lead_days")) == [("lead_03",)]
    # The CRM has both records, and both are to forget or to show the same.
    assert next_day.query(
        "select record_id, lead_id from crm_sync where lead_id in ('lead_03', 'lead_04') order by 1"
    ) == [("lead_03", "lead_03"), ("lead_04", "lead_03")]


def test_deleted_leads_disappear(next_day):
    assert next_day.query(
        "select count(*) from lead_scores where lead_id in ('lead_05', 'lead_07')"
    ) == [(0,)]
    assert next_day.query(
        "select count(*) from score_ledger where lead_id in ('lead_05', 'lead_07')"
    ) == [(0,)]


OPTED_OUT = (
    "select lead_id, starts_on from int_activities__opt_outs "
    "where ends_on = date '9999-12-31' order by lead_id"
)


@pytest.fixture(scope="module")
def wishes(good, tmp_path_factory) -> Warehouse:
    """The first day's warehouse where leads opted out, one of them by an older second record.

    Of three opt-outs the time cannot be read: one has a load time, one has none, and one is of
    nobody that is known.
    """
    warehouse = with_own_seeds(good, tmp_path_factory.mktemp("wishes") / "warehouse")
    with (warehouse.seeds / "operations/activity_roles.csv").open("a", encoding="utf-8") as file:
        file.write("email_unsubscribe,opt_out,\nemail_bounce,undeliverable,\n")

    def leave(number, lead_id, **cells):
        return visit(number, lead_id, activity_type="email_unsubscribe", **cells)

    tables = first_day()
    tables["leads"].append(lead(8, created_at="2026-03-01", email="Person2+x@company2.example"))
    tables["activities"] += [
        leave(20, "lead_08"),
        visit(21, "lead_08", activity_type="email_bounce"),
        leave(22, "lead_03", occurred_at="20/06/2026", loaded_at="2026-06-21 02:00:00"),
        leave(23, "lead_04", occurred_at="20/06/2026"),
        leave(24, "lead_99", occurred_at="20/06/2026"),
    ]
    write_tables(warehouse.raw, tables)
    assert warehouse.dbt("seed", "--select", "activity_roles").success
    run_again(warehouse)
    return warehouse


def test_opt_out_without_a_readable_time_counts_and_gives_no_points(good, wishes):
    assert wishes.query(OPTED_OUT) == [
        ("lead_03", datetime.date(2026, 6, 21)),
        ("lead_04", datetime.date(1, 1, 1)),
        ("lead_08", datetime.date(2026, 6, 20)),
    ]
    assert wishes.query(
        "select lead_id from sales_candidates where state = 'opted_out' order by lead_id"
    ) == [("lead_03",), ("lead_04",), ("lead_08",)]
    assert wishes.query(
        "select row_key from quarantined_rows where row_key like 'visit_2%' order by row_key"
    ) == [("visit_22",), ("visit_23",), ("visit_24",)]
    for lead_id in ("lead_03", "lead_04"):
        assert points(wishes, lead_id) == points(good, lead_id)


def test_opt_out_outlives_the_deletion_of_its_record(good, wishes, tmp_path):
    assert points(wishes, "lead_08") is not None
    assert points(wishes, "lead_02") is None
    deleted = copy_of(wishes, tmp_path / "deleted")
    tables = first_day()
    tables["leads"].append(
        lead(8, created_at="2026-03-01", email="Person2+x@company2.example", is_deleted="true")
    )
    write_table(deleted.raw, "leads", tables["leads"])
    run_again(deleted)

    # The living record is scored as if there were no other one, and is not to be contacted.
    assert points(deleted, "lead_08") is None
    assert points(deleted, "lead_02") == points(good, "lead_02")
    assert ("lead_02", datetime.date(2026, 6, 20)) in deleted.query(OPTED_OUT)
    assert deleted.query("select state from sales_candidates where lead_id = 'lead_02'") == [
        ("opted_out",)
    ]
    assert deleted.query(
        "select distinct obstacle from email_obstacles where lead_id = 'lead_02' order by obstacle"
    ) == [("opted_out",), ("undeliverable",)]


def test_lead_whose_activities_are_all_gone_has_none(good, next_day):
    count = "select count(*) from int_activities__received where raw_lead_key = 'lead_01'"
    assert good.query(count) == [(2,)]
    assert next_day.query(count) == [(0,)]
    # Silent for a month.
    assert points(next_day, "lead_01", "engagement_points") == -5


def test_next_day_equals_a_full_refresh_which_keeps_the_records(next_day, tmp_path):
    refreshed = copy_of(next_day, tmp_path / "refreshed")
    run_again(refreshed, "--full-refresh")
    assert state(refreshed, REBUILT) == state(next_day, REBUILT)
    assert state(refreshed, RECORDS) == state(next_day, RECORDS)


def test_activities_that_were_changed_in_place_are_read_again(good, tmp_path):
    """The number of rows of their load dates stays the same, whichever cell it is."""
    warehouse = copy_of(good, tmp_path / "changed")
    tables = first_day()
    columns = ("activity_type", "topic", "asset", "campaign", "channel", "properties")
    days = {column: f"2026-06-{number + 1:02}" for number, column in enumerate(columns)}
    # Each of a lead of its own: all rows of a lead are read again when one of them changed.
    others = [
        visit(number, f"lead_{number}", day) for number, day in enumerate(days.values(), start=50)
    ]
    batch = [visit(number, "lead_60", loaded_at="2026-06-21 02:00:00") for number in (60, 61)]
    moved = visit(70, "lead_70", loaded_at="2026-06-22 02:00:00")
    tables["activities"] += [moved, *others, batch[0]]
    write_tables(warehouse.raw, tables)
    models = ("run", "--select", "stg_raw__activities", "int_activities__received")
    assert warehouse.dbt(*models).success
    received = "select load_date, load_hash from int_activities__received"
    before = set(warehouse.query(received))
    for row, column in zip(others, columns, strict=True):
        row[column] = "webinar_attend"
    # Another row, and another lead, under the load time of the one before.
    tables["activities"][-1] = batch[1]
    moved["lead_id"] = "lead_71"
    write_tables(warehouse.raw, tables)
    assert warehouse.dbt(*models).success
    changed = {day.isoformat() for day, _ in set(warehouse.query(received)) - before}
    assert changed == {*days.values(), "2026-06-21", "2026-06-22"}
    for column, day in days.items():
        # What else is known of an activity is looked at, not kept.
        assert column == "properties" or warehouse.query(
            f"select {column} from int_activities__received where load_date = '{day}'"
        ) == [("webinar_attend",)], column
    assert warehouse.query(
        "select activity_id, raw_lead_key from int_activities__received "
        "where load_date in ('2026-06-21', '2026-06-22') order by activity_id"
    ) == [("visit_61", "lead_60"), ("visit_70", "lead_71")]


def test_new_column_of_the_raw_table_is_read_for_all_rows(good, tmp_path):
    """Also for those whose load time stays the same."""
    warehouse = copy_of(good, tmp_path / "column")
    rows = [visit(1, "lead_02", loaded_at="2026-06-21 02:00:00", topic="pricing")]
    missing = [name for name in COLUMNS["activities"].split() if name != "topic"]
    models = ("run", "--select", "stg_raw__activities", "int_activities__received")
    topic = "select topic from int_activities__received"
    write_table(warehouse.raw, "activities", rows, missing)
    assert warehouse.dbt(*models).success
    assert warehouse.query(topic) == [(None,)]
    write_table(warehouse.raw, "activities", rows)
    assert warehouse.dbt(*models).success
    assert warehouse.query(topic) == [("pricing",)]
