"""Tables are read through the dbt profile, as arrays, and the database is free again afterwards."""

import datetime
import subprocess
import sys
from decimal import Decimal

import duckdb
import numpy as np
import pytest
from conftest import PROJECT, environment

from lead_scoring import warehouse as module
from lead_scoring.warehouse import DbtRun, Warehouse, WarehouseError

EVERY_TYPE = """
    select
        1 as whole,
        nullif(1, number) as whole_with_gap,
        cast(1.5 as decimal(9, 2)) as amount,
        cast(nullif(number, 1) as double) as share,
        date '2026-06-30' as day,
        nullif(date '2026-06-30', date '2026-06-30') as no_day,
        timestamp '2026-06-30 10:11:12' as moment,
        number = 1 as is_first,
        case when number = 1 then true end as is_known,
        case when number = 1 then 'hot' end as band
    from (select 1 as number union all select 2 as number) as numbers
    order by number
"""


@pytest.fixture(scope="module")
def opened(demo, tmp_path_factory):
    with (
        environment(
            LEAD_SCORING_DUCKDB=demo.database,
            LEAD_SCORING_RAW=demo.raw,
            LEAD_SCORING_SEEDS=demo.seeds,
            DBT_PROFILES_DIR=PROJECT,
        ),
        Warehouse.from_profile(PROJECT, target_path=tmp_path_factory.mktemp("target")) as opened,
    ):
        yield opened


def check_every_type(columns):
    assert {name: values.dtype.str[1:] for name, values in columns.items()} == {
        "whole": "i8",
        "whole_with_gap": "f8",
        "amount": "f8",
        "share": "f8",
        "day": "M8[D]",
        "no_day": columns["no_day"].dtype.str[1:],
        "moment": "M8[us]",
        "is_first": "b1",
        "is_known": "O",
        "band": "O",
    }
    assert columns["whole"].tolist() == [1, 1]
    assert np.isnan(columns["whole_with_gap"][0])
    assert columns["whole_with_gap"][1] == 1
    assert np.isnan(columns["share"][0])
    assert columns["day"][0] == np.datetime64("2026-06-30")
    assert [value is None or np.isnat(value) for value in columns["no_day"]] == [True, True]
    assert columns["moment"][1] == np.datetime64("2026-06-30T10:11:12")
    assert columns["is_first"].tolist() == [True, False]
    assert columns["is_known"].tolist() == [True, None]
    assert columns["band"].tolist() == ["hot", None]


def test_columns_come_in_the_type_of_their_values(opened):
    check_every_type(opened.arrays(EVERY_TYPE))


def test_an_engine_that_only_gives_rows_gives_the_same_arrays(opened, demo):
    rows = list(zip(*demo.query(EVERY_TYPE), strict=True))
    check_every_type(
        {
            name: module._array(list(values))
            for name, values in zip(opened.arrays(EVERY_TYPE), rows, strict=True)
        }
    )
    assert module._array([Decimal("1.5"), None])[0] == 1.5
    assert module._array([datetime.date(2026, 1, 1), None]).dtype == "datetime64[D]"
    berlin = datetime.timezone(datetime.timedelta(hours=2))
    assert module._array([datetime.datetime(2026, 7, 1, 1, tzinfo=berlin), None])[0] == (
        np.datetime64("2026-06-30T23:00")
    )


def test_a_query_without_rows_has_its_columns(opened):
    columns = opened.arrays("select 1 as a, 'x' as b where 1 = 0")
    assert {name: len(values) for name, values in columns.items()} == {"a": 0, "b": 0}


def test_models_are_named_as_the_profile_has_them(opened):
    assert opened.relation("lead_scores") == '"scores"."main"."lead_scores"'
    assert opened.arrays(f"select * from {opened.relation('lead_scores')}")["score"].size
    with pytest.raises(WarehouseError, match="no model or seed lead_skores"):
        opened.relation("lead_skores")


def test_a_table_is_there_or_not(opened, make_warehouse, tmp_path):
    assert opened.missing(["lead_scores", "score_rules"]) == []
    empty = make_warehouse()
    duckdb.connect(str(empty.database)).close()
    with (
        environment(LEAD_SCORING_DUCKDB=empty.database, DBT_PROFILES_DIR=PROJECT),
        Warehouse.from_profile(PROJECT, target_path=tmp_path / "target") as other,
    ):
        assert other.missing(["lead_scores"]) == ["lead_scores"]


def test_a_schema_is_dropped_with_what_is_in_it(opened, demo):
    demo.query("create schema beside")
    demo.query("create table beside.one as select 1 as a")
    opened.drop_schema("beside", "scores")
    opened.drop_schema("beside", "scores")
    schemas = demo.query("select schema_name from information_schema.schemata")
    assert ("beside",) not in schemas
    assert opened.missing(["lead_scores"]) == []


def test_a_refused_query_says_why(opened):
    with pytest.raises(WarehouseError, match="no_such_table"):
        opened.arrays("select * from no_such_table")


def test_a_failed_command_says_why(opened, tmp_path):
    with pytest.raises(WarehouseError, match="no_such_target"):
        DbtRun(PROJECT, "no_such_target", target_path=tmp_path).invoke("parse")


def test_a_warehouse_that_cannot_be_opened_says_why(tmp_path):
    broken = tmp_path / "leads.duckdb"
    broken.write_text("no database", encoding="utf-8")
    with environment(LEAD_SCORING_DUCKDB=broken, DBT_PROFILES_DIR=PROJECT):
        closed = Warehouse.from_profile(PROJECT, target_path=tmp_path / "target")
        with pytest.raises(WarehouseError, match=r"cannot be opened: .*leads\.duckdb"):
            closed.missing(["lead_scores"])


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    database = tmp_path / "leads.duckdb"
    message = r"There is no database .*leads\.duckdb\. Build it with `dbt build` first"
    with (
        environment(LEAD_SCORING_DUCKDB=database, DBT_PROFILES_DIR=PROJECT),
        Warehouse.from_profile(PROJECT, target_path=tmp_path / "target") as absent,
        pytest.raises(WarehouseError, match=message),
    ):
        absent.missing(["lead_scores"])
    assert not database.exists()


def test_dbt_can_run_between_two_queries(opened, tmp_path):
    opened.arrays("select 1 as a")
    DbtRun(PROJECT, target_path=tmp_path).invoke("run", "--select", "stg_config__scorecards")
    assert opened.arrays("select 2 as a")["a"].tolist() == [2]


def test_a_closed_warehouse_leaves_the_file_to_other_programs(opened, demo):
    opened.arrays("select 1 as a")
    opened.close()
    code = f"import duckdb; duckdb.connect({str(demo.database)!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
