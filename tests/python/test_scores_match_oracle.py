"""The warehouse and the independent plain-Python scorer agree, on the demo and on odd inputs."""

import datetime
import shutil

import pytest
from conftest import DEMO_AS_OF, SEEDS, Warehouse
from hypothesis import HealthCheck, Phase, given, settings
from oracle import Oracle
from strategies import worlds, write_world

# What the oracle knows, with what it is made of.
COMPARED = ("+score_ledger", "+score_totals", "+row_balance")
LEDGER_COLUMNS = """
    lead_id, scorecard_id, entry, rule_id, dimension, raw_points, decay_points, cap_points, points,
    event_count, last_event_date
"""


def ledger_of_oracle(oracle: Oracle, day: datetime.date) -> dict:
    return {
        (row.lead_id, row.scorecard_id, row.entry, row.rule_id, row.dimension): (
            row.raw_points,
            row.decay_points,
            row.cap_points,
            row.points,
            row.event_count,
            row.last_event_date,
        )
        for row in oracle.ledger(day)
    }


def ledger_of_warehouse(warehouse: Warehouse, day: datetime.date) -> dict:
    rows = warehouse.query(
        f"select {LEDGER_COLUMNS} from score_ledger where as_of_date = date '{day}'"
    )
    found = {row[:5]: row[5:] for row in rows}
    assert len(found) == len(rows), "a ledger entry occurs twice"
    return found


def scores_of_warehouse(warehouse: Warehouse, day: datetime.date) -> dict:
    rows = warehouse.query(f"""
        select
            lead_id, scorecard_id, score, fit_points, engagement_points, fit_band, engagement_band,
            band, priority, sla_hours, is_mql, is_primary
        from score_totals
        inner join score_subjects using (lead_id, scorecard_id, as_of_date)
        where as_of_date = date '{day}'
    """)
    return {row[:2]: row[2:] for row in rows}


def scores_of_oracle(oracle: Oracle, day: datetime.date) -> dict:
    return {
        key: (
            score["score"],
            score["dimension_points"].get("fit"),
            score["dimension_points"].get("engagement"),
            score["bands"].get("fit"),
            score["bands"].get("engagement"),
            score["bands"].get("total"),
            score["priority"],
            score["sla_hours"],
            score["is_mql"],
            score["is_primary"],
        )
        for key, score in oracle.scores(day).items()
    }


def assert_same(expected: dict, found: dict, what: str) -> None:
    """Compare two tables by key and show the first differences."""
    differences = [
        f"{key}: oracle {expected.get(key)}, warehouse {found.get(key)}"
        for key in sorted(expected.keys() | found.keys(), key=repr)
        if expected.get(key) != found.get(key)
    ]
    shown = "\n".join(differences[:10])
    assert not differences, f"{len(differences)} of {len(expected)} {what} differ:\n{shown}"


def assert_agree(warehouse: Warehouse, oracle: Oracle, days: list[datetime.date]) -> None:
    assert_same(
        {
            table: (fate["raw"], fate["accepted"], fate["merged"], fate["quarantined"])
            for table, fate in oracle.sort_rows().items()
        },
        {
            row[0]: row[1:]
            for row in warehouse.query(
                "select raw_table, raw_rows, accepted_rows, merged_rows, quarantined_rows "
                "from row_balance"
            )
        },
        "row balances",
    )
    assert_same(
        oracle.identity(),
        dict(warehouse.query("select lead_id, surviving_lead_id from int_leads__identity")),
        "identities",
    )
    assert_same(
        oracle.wishes(),
        dict(warehouse.query("select lead_id, person_lead_id from int_leads__identity")),
        "people whose wishes count",
    )
    for day in days:
        assert_same(
            ledger_of_oracle(oracle, day), ledger_of_warehouse(warehouse, day), f"entries of {day}"
        )
        assert_same(
            scores_of_oracle(oracle, day), scores_of_warehouse(warehouse, day), f"scores of {day}"
        )


@pytest.mark.parametrize("days_before", [0, 7, 30], ids=lambda days: f"{days}_days_before")
def test_demo_agrees_with_oracle(demo, demo_raw, days_before):
    day = DEMO_AS_OF - datetime.timedelta(days=days_before)
    assert_agree(demo, Oracle(demo_raw, SEEDS), [day])


def test_lead_scores_are_the_current_totals(demo):
    assert demo.query("""
        select count(*)
        from lead_scores
        full join (
            select lead_id, scorecard_id, as_of_date, score
            from score_totals
            where as_of_date = (select as_of_date from int_clock__as_of)
        ) as totals
        using (lead_id, scorecard_id, as_of_date)
        where lead_scores.score is distinct from totals.score
    """) == [(0,)]
    assert demo.query("select count(*) > 100 from lead_scores") == [(True,)]


@pytest.fixture(scope="module")
def world_folder(tmp_path_factory):
    """One folder for the files of all worlds: dbt reads the project once, not for each."""
    return tmp_path_factory.mktemp("world")


@pytest.mark.slow
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    # A build takes seconds: shrinking a failing world by builds takes longer than reading it.
    phases=[Phase.explicit, Phase.generate],
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(world=worlds())
def test_odd_worlds_agree_with_oracle(world, world_folder, tmp_path_factory):
    shutil.rmtree(world_folder, ignore_errors=True)
    warehouse = Warehouse(
        tmp_path_factory.mktemp("warehouse"),
        raw=world_folder / "raw",
        seeds=world_folder / "seeds",
        **world.vars,
    )
    write_world(world, warehouse.raw, warehouse.seeds)
    warehouse.build("--select", *COMPARED, "--exclude", "staging.config.errors")
    oracle = Oracle(warehouse.raw, warehouse.seeds, world.vars)
    day = oracle.as_of_date()
    assert_agree(warehouse, oracle, [day, day - datetime.timedelta(days=7)])


def test_points_are_decimals(demo):
    types = demo.query("""
        select distinct data_type
        from information_schema.columns
        where
            table_name in ('score_ledger', 'score_totals', 'lead_scores', 'lead_score_reasons')
            and (column_name like '%points' or column_name = 'score')
    """)
    assert types == [("DECIMAL(12,2)",)]
