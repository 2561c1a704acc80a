"""The project on PostgreSQL: it builds, passes its own tests, and scores as DuckDB does."""

import datetime
import shutil
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg2
import pytest
from conftest import DEMO_AS_OF, Warehouse
from engines import (
    FEW_DAYS,
    JUDGED,
    JUDGED_PEOPLE,
    EngineWarehouse,
    assert_equal,
    assert_fits_equal,
    assert_previews_equal,
    assert_scores_equal,
    tables_of,
    write_broken_project,
    write_days_before,
    write_odd_company,
)
from hypothesis import HealthCheck, Phase, given, settings
from oracle import Oracle
from postgres_server import PostgresServer
from services import started
from strategies import worlds, write_world
from test_bad_input import BAD_ROWS, SETTINGS
from test_scores_match_oracle import assert_agree

from lead_scoring.simulate import simulate

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

SCHEMA = "lead_scoring"


class PostgresWarehouse(EngineWarehouse):
    """A database of the server."""

    target = "postgres"

    def __init__(
        self, server: PostgresServer, name: str, root: Path, like=None, locale="", **settings
    ):
        """Make the database, empty or as a copy of the warehouse `like`."""
        root.mkdir(exist_ok=True)
        super().__init__(root, **settings)
        self.server, self.name = server, name
        server.create_database(name, like.name if like else None, locale)

    def environment(self) -> dict:
        return super().environment() | self.server.environment | {
            "LEAD_SCORING_POSTGRES_DATABASE": self.name
        }  # fmt: skip

    def query(self, sql: str) -> list[tuple]:
        connection = self.server.connect(self.name, SCHEMA)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @contextmanager
    def exported(self, table: str, types: dict[str, str]):
        names = ", ".join(f'"{column}"' for column in types)
        path = self.root / f"{table}.csv"
        connection = self.server.connect(self.name, SCHEMA)
        try:
            with connection.cursor() as cursor, path.open("wb") as file:
                cursor.copy_expert(
                    f"copy (select {names} from {table}) to stdout (format csv, force_quote *)",
                    file,
                )
        finally:
            connection.close()
        as_typed = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        yield f"""read_csv(
            '{path}', header = false, columns = {{{as_typed}}}, quote = '"', escape = '"',
            delim = ',', allow_quoted_nulls = false, max_line_size = 64000000, auto_detect = false
        )"""
        path.unlink()


@pytest.fixture(scope="module")
def server():
    yield from started(PostgresServer)


@pytest.fixture(scope="module")
def scored(server, demo_raw, tmp_path_factory) -> tuple[Warehouse, PostgresWarehouse]:
    """Scores and records of the demo company on both engines, on a day and on the next."""
    root = tmp_path_factory.mktemp("scored")
    raw = root / "raw"
    expected = Warehouse(root / "duckdb", raw=raw, **FEW_DAYS)
    found = PostgresWarehouse(server, "scored", root / "postgres", raw=raw, **FEW_DAYS)
    write_days_before(demo_raw, raw, DEMO_AS_OF)
    records = ("--select", "+lead_score_log", "+score_ledger", "+crm_sync_log")
    for warehouse in (expected, found):
        warehouse.build(*records)
    assert_scores_equal(expected, found)
    shutil.copytree(demo_raw, raw, dirs_exist_ok=True)
    for warehouse in (expected, found):
        warehouse.build(*records)
    return expected, found


@pytest.fixture(scope="module")
def whole(scored) -> tuple[Warehouse, PostgresWarehouse]:
    """The same warehouses after a build of everything: on PostgreSQL with all data tests."""
    expected, found = scored
    expected.build()
    found.result = found.dbt("build")
    return expected, found


def test_scores_and_ledger_of_the_next_day_are_equal(scored):
    expected, found = scored
    assert expected.query("select count(distinct as_of_date) > 10 from score_totals") == [(True,)]
    assert expected.query("select count(*) > 100000 from score_ledger") == [(True,)]
    assert_scores_equal(expected, found)


def test_every_table_the_scores_are_made_of_is_equal(scored):
    expected, found = scored
    tables = tables_of(expected)
    assert {"lead_scores", "score_activity_hits", "crm_sync_log"} <= set(tables)
    assert_equal(expected, found, tables)


@pytest.mark.thorough
def test_models_seeds_and_data_tests_pass(whole):
    result = whole[1].result
    assert result.success, result.log
    kinds = {node.node.resource_type for node in result.result}
    assert {"model", "seed", "test"} <= kinds


@pytest.mark.thorough
def test_unit_tests_pass(whole):
    result = whole[1].dbt("test", "--select", "test_type:unit")
    assert result.success, result.log
    assert len(result.result) > 200


@pytest.mark.thorough
def test_a_company_without_conversions_divides_by_nothing(whole, server, tmp_path):
    """PostgreSQL stops where other engines go on with a missing value."""
    found = whole[1]
    early = PostgresWarehouse(
        server, "early", tmp_path / "early", like=found, raw=found.raw, **FEW_DAYS
    )
    early.query("update backtest set is_converted = false")
    result = early.dbt("test", "--select", "shuffled_conversions_are_predicted")
    assert result.success, result.log


@pytest.mark.thorough
def test_every_other_table_is_equal(whole):
    expected, found = whole
    tables = tables_of(expected)
    assert {"lead_scores", "sales_queue", "scorecard_metrics", "experiment_assignments"} <= set(
        tables
    )
    assert_equal(expected, found, tables)


@pytest.fixture(scope="module")
def judged(server, tmp_path_factory) -> tuple[Warehouse, PostgresWarehouse]:
    """A company that is large enough for a fit, on both engines."""
    root = tmp_path_factory.mktemp("judged")
    raw = root / "raw"
    simulate(JUDGED_PEOPLE, 11, DEMO_AS_OF, raw)
    expected = Warehouse(root / "duckdb", raw=raw, **FEW_DAYS)
    found = PostgresWarehouse(server, "judged", root / "postgres", raw=raw, **FEW_DAYS)
    for warehouse in (expected, found):
        warehouse.build("--select", *JUDGED)
    return expected, found


@pytest.mark.thorough
def test_fits_are_equal(judged, tmp_path):
    assert_fits_equal(*judged, tmp_path)


@pytest.mark.thorough
def test_previews_are_equal_and_leave_no_schema(judged, tmp_path):
    expected, found = judged
    schemas = "select schema_name from information_schema.schemata order by 1"
    before = found.query(schemas)
    assert_previews_equal(expected, found, tmp_path)
    assert found.query(schemas) == before
    assert_equal(expected, found, ["lead_scores", "backtest"])


def test_loading_again_changes_nothing_and_keeps_the_views(scored):
    found = scored[1]
    views = "select table_name from information_schema.views where table_schema = 'lead_scoring'"
    count = "select count(*), count(distinct activity_id) from raw.activities"
    before = sorted(found.query(views)), found.query(count)
    assert "activities" in found.load()
    assert (sorted(found.query(views)), found.query(count)) == before


def test_broken_file_leaves_the_last_load(scored, tmp_path):
    found = scored[1]
    before = found.query("select count(*) from raw.leads")
    shutil.copytree(found.raw, tmp_path / "raw")
    whole = (tmp_path / "raw" / "activities.parquet").read_bytes()
    (tmp_path / "raw" / "activities.parquet").write_bytes(whole[: len(whole) // 2])
    load = ("load", "--target", "postgres", "--raw")
    result = found.command(*load, str(tmp_path / "raw"))
    # Found only while rows are read.
    damaged = whole[:4000] + bytes(4000) + whole[8000:]
    (tmp_path / "raw" / "activities.parquet").write_bytes(damaged)
    halfway = found.command(*load, str(tmp_path / "raw"))
    (tmp_path / "raw" / "activities.parquet").write_bytes(whole)
    (tmp_path / "raw" / "companies.parquet").unlink()
    (tmp_path / "raw" / "companies").mkdir()
    folder = found.command(*load, str(tmp_path / "raw"))
    missing = found.command(*load, str(tmp_path / "none"))
    nothing_to_do = found.command("load", "--target", "duckdb")
    assert result.exit_code == missing.exit_code == nothing_to_do.exit_code == 1
    assert "activities.parquet" in result.output
    assert halfway.exit_code == folder.exit_code == 1
    assert "Cannot read" in halfway.output
    assert "activities*.parquet" in halfway.output
    assert "PostgreSQL refused" not in halfway.output
    assert "companies is a folder" in folder.output
    assert "leads*.parquet" in missing.output
    assert "nothing to load" in nothing_to_do.output
    assert found.query("select count(*) from raw.leads") == before


def test_missing_raw_table_is_named(scored, server, tmp_path):
    empty = PostgresWarehouse(server, "empty", tmp_path, raw=scored[1].raw)
    result = empty.dbt("run", "--select", "stg_raw__leads", "stg_raw__companies")
    said = "\n".join(node.message for node in result.result)
    assert "Raw table leads is missing: there is no table empty.raw.leads. Load" in said
    assert "has_companies to false" in said


@pytest.mark.parametrize(
    ("macro", "broken", "model", "table"),
    [
        pytest.param(
            "hash_share",
            ("1, 8", "2, 8"),
            "experiment_assignments",
            "experiment_assignments",
            id="hash_share",
        ),
        pytest.param(
            "days_between",
            (
                "cast({{ end_date }} - {{ start_date }} as bigint)",
                "cast({{ end_date }} - {{ start_date }} + 1 as bigint)",
            ),
            "score_activity_hits",
            "score_activity_hits",
            id="days_between",
        ),
    ],
)
def test_broken_macro_is_noticed(scored, server, tmp_path, macro, broken, model, table):
    expected, found = scored
    write_broken_project(tmp_path, "postgres", macro, broken)
    copy = PostgresWarehouse(
        server, f"broken_{macro}", tmp_path / "built", like=found, raw=found.raw, **FEW_DAYS
    )
    copy.project = tmp_path
    assert_equal(expected, copy, [table])
    result = copy.dbt("run", "--full-refresh", "--select", model)
    assert result.success, result.log
    with pytest.raises(AssertionError, match=table):
        assert_equal(expected, copy, [table])


@pytest.fixture(scope="module")
def odd(server, tmp_path_factory) -> tuple[Warehouse, PostgresWarehouse]:
    """A small company with bad rows, strange texts, and numbers and times in every spelling."""
    root = tmp_path_factory.mktemp("odd")
    raw, seeds = write_odd_company(root)
    settings = {"raw": raw, "seeds": seeds, "judged": False, **SETTINGS}
    expected = Warehouse(root / "duckdb", **settings)
    found = PostgresWarehouse(server, "odd", root / "postgres", **settings)
    expected.build()
    found.build()
    return expected, found


def test_odd_inputs_are_equal(odd):
    expected, found = odd
    quarantined = found.query("select count(*) from quarantined_rows")[0][0]
    assert quarantined > len(BAD_ROWS)
    assert_equal(expected, found, tables_of(expected))


def test_tables_with_other_types_replace_the_loaded_ones(odd, server, tmp_path):
    """A table that is numbers and dates now takes the place of the one that was text."""
    found = odd[1]
    raw = tmp_path / "raw"
    shutil.copytree(found.raw, raw)
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select
                    'outcome' as lead_id, 'won' as outcome, timestamp '2026-06-01 10:00:00.25' as
                    occurred_at, 12.50 as amount, 5::double as reason, true as is_new
            ) to '{raw}/outcomes.parquet'
        """)
        (raw / "companies.parquet").unlink()
    copy = PostgresWarehouse(
        server, "retyped", tmp_path / "built", like=found, raw=raw, seeds=found.seeds
    )
    copy.query("create view my_dashboard as select * from raw.outcomes")
    said = copy.load()
    assert copy.query("select * from raw.outcomes") == [
        (
            "outcome",
            "won",
            datetime.datetime(2026, 6, 1, 10, 0, 0, 250000),
            "12.50",
            "5.0",
            True,
        )
    ]
    with pytest.raises(psycopg2.Error, match="does not exist"):
        copy.query("select * from raw.companies")
    # What went with them is not lost without a word.
    assert "view my_dashboard" in said
    assert "table raw.companies" in said
    assert "dropped" not in copy.load()


@pytest.mark.thorough
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    print_blob=False,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(world=worlds())
def test_odd_worlds_agree_with_oracle(world, server, tmp_path_factory):
    root = tmp_path_factory.mktemp("world")
    warehouse = PostgresWarehouse(
        server, root.name, root, seeds=root / "seeds", judged=False, **world.vars
    )
    write_world(world, warehouse.raw, warehouse.seeds)
    warehouse.build("--exclude", "staging.config.errors")
    oracle = Oracle(warehouse.raw, warehouse.seeds, world.vars)
    day = oracle.as_of_date()
    assert_agree(warehouse, oracle, [day, day - datetime.timedelta(days=7)])


def test_seeds_with_mistakes_stop_the_build_with_the_same_words(odd, server, tmp_path):
    """Also the proposals for misspelt names, which need the distance of two texts."""
    expected, found = odd
    seeds = shutil.copytree(found.seeds, tmp_path / "seeds")
    path = seeds / "scorecards" / "score_rules.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("fit,seniority,", "fit,senority,").replace("6,14,18", "six,14,18"), "utf-8"
    )
    copy = PostgresWarehouse(
        server, "mistaken", tmp_path / "built", like=found, raw=found.raw, seeds=seeds, **SETTINGS
    )
    shutil.copytree(expected.root, tmp_path / "duckdb")
    other = Warehouse(tmp_path / "duckdb", raw=found.raw, seeds=seeds, **SETTINGS)
    for warehouse in (other, copy):
        result = warehouse.dbt("build", "--select", "+config_errors", "--resource-type", "seed",
                               "--resource-type", "model")  # fmt: skip
        assert not result.success
    messages = "select message from config_errors order by message"
    assert copy.query(messages) == other.query(messages)
    assert any("seniority" in message for (message,) in copy.query(messages))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("lc_ctype 'C.UTF-8' locale_provider icu icu_locale 'en'", "sort texts by their bytes"),
        ("lc_ctype 'C'", "know the letters of Unicode"),
    ],
)
def test_a_database_with_other_texts_is_refused(server, tmp_path, options, problem):
    """Its ties would be decided in another order, and nobody would see it."""
    locale = f"lc_collate 'C' {options} template template0"
    found = PostgresWarehouse(server, tmp_path.name, tmp_path / "built", locale=locale)
    result = found.dbt("run", "--select", "config_errors")
    assert not result.success
    assert f"does not {problem}, so scores would not be those of other engines" in result.log
