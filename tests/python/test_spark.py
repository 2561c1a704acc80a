"""The project on a Spark cluster: it builds, passes its own tests, and scores as DuckDB does."""

import shutil
from contextlib import contextmanager
from pathlib import Path

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
from services import started
from spark_cluster import SparkCluster
from test_bad_input import BAD_ROWS, SETTINGS

from lead_scoring.simulate import simulate

pytestmark = [pytest.mark.spark, pytest.mark.slow]

PEOPLE = 120


class SparkWarehouse(EngineWarehouse):
    """Two schemas of the cluster's catalogue: the raw tables and the project's."""

    target = "spark"
    # Most of the time goes into planning, on the driver.
    threads = "4"

    def __init__(self, cluster: SparkCluster, name: str, root: Path, **settings):
        """Describe the schemas; a build makes them."""
        root.mkdir(exist_ok=True)
        super().__init__(root, **settings)
        self.cluster, self.name = cluster, name

    def environment(self) -> dict:
        return super().environment() | self.cluster.environment | {
            "LEAD_SCORING_SPARK_SCHEMA": self.name,
            "LEAD_SCORING_RAW_SCHEMA": f"{self.name}_raw",
        }  # fmt: skip

    def query(self, sql: str) -> list[tuple]:
        from pyspark.sql import SparkSession

        session = SparkSession.builder.getOrCreate()
        session.catalog.setCurrentDatabase(self.name)
        return [tuple(row) for row in session.sql(sql).collect()]

    @contextmanager
    def exported(self, table: str, types: dict[str, str]):
        rows = self.query(f"describe extended {table}")
        folder = next(row[1] for row in rows if row[0] == "Location").removeprefix("file:")
        columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in types.items())
        # A table without a row has no file.
        empty = ", ".join(f'null as "{name}"' for name in types)
        rows = (
            f"read_parquet('{folder}/*.parquet')"
            if any(Path(folder).glob("*.parquet"))
            else f"(select {empty} where false)"
        )
        yield f"(select {columns} from {rows})"


@pytest.fixture(scope="module")
def cluster():
    yield from started(SparkCluster)


@pytest.fixture(scope="module")
def scored(cluster, tmp_path_factory) -> tuple[Warehouse, SparkWarehouse]:
    """Scores of a small company on both engines."""
    root = tmp_path_factory.mktemp("scored")
    simulate(PEOPLE, 7, DEMO_AS_OF, root / "all")
    raw = root / "raw"
    write_days_before(root / "all", raw, DEMO_AS_OF)
    expected = Warehouse(root / "duckdb", raw=raw, **FEW_DAYS)
    found = SparkWarehouse(cluster, "company", root / "spark", raw=raw, **FEW_DAYS)
    for warehouse in (expected, found):
        warehouse.build(
            "--select", "+lead_score_log", "+score_ledger", "--exclude", "staging.config.errors"
        )
    return expected, found


@pytest.fixture(scope="module")
def grown(scored) -> tuple[Warehouse, SparkWarehouse]:
    """The same warehouses after `dbt build` of everything on the next day.

    On Spark that build runs all data tests. Planning them takes the driver minutes.
    """
    expected, found = scored
    shutil.copytree(found.raw.parent / "all", found.raw, dirs_exist_ok=True)
    expected.build()
    found.load()
    found.result = found.dbt("build")
    return expected, found


def test_scores_and_ledger_are_equal(scored):
    assert_scores_equal(*scored)


def test_every_table_the_scores_are_made_of_is_equal(scored):
    expected, found = scored
    tables = tables_of(expected)
    assert {"int_activities__received", "score_activity_hits", "lead_score_log"} <= set(tables)
    assert_equal(expected, found, tables)


def test_a_run_that_is_killed_before_the_swap_leaves_the_table(scored, tmp_path):
    expected, found = scored
    write_broken_project(
        tmp_path, "spark", "incremental", ("set location '{{ folder }}'", "set location nowhere")
    )
    copy = SparkWarehouse(found.cluster, found.name, tmp_path / "built", raw=found.raw, **FEW_DAYS)
    copy.project = tmp_path
    result = copy.dbt("run", "--select", "score_totals", as_of_date="2026-06-29")
    assert not result.success
    assert_equal(expected, found, ["score_totals"])
    assert found.dbt("run", "--select", "score_totals").success
    assert_equal(expected, found, ["score_totals"])


def test_loading_again_changes_nothing(scored):
    found = scored[1]
    count = f"select count(*), count(distinct activity_id) from {found.name}_raw.activities"
    before = found.query(count)
    assert "activities" in found.load()
    assert found.query(count) == before


def test_broken_file_leaves_the_last_load(scored, tmp_path):
    found = scored[1]
    count = f"select count(*) from {found.name}_raw.leads"
    before = found.query(count)
    shutil.copytree(found.raw, tmp_path / "raw")
    whole = (tmp_path / "raw" / "activities.parquet").read_bytes()
    (tmp_path / "raw" / "activities.parquet").write_bytes(whole[: len(whole) // 2])
    result = found.command("load", "--target", "spark", "--raw", str(tmp_path / "raw"))
    assert result.exit_code == 1
    assert "activities.parquet" in result.output
    assert found.query(count) == before


@pytest.mark.thorough
def test_models_seeds_and_data_tests_pass(grown):
    result = grown[1].result
    assert result.success, result.log
    kinds = {node.node.resource_type for node in result.result}
    assert {"model", "seed", "test"} <= kinds


@pytest.mark.thorough
def test_scores_and_ledger_of_the_next_day_are_equal(grown):
    expected, found = grown
    days = "select count(distinct as_of_date) from lead_score_log where not is_rebuilt"
    assert expected.query(days) == found.query(days) == [(2,)]
    assert_scores_equal(expected, found)


@pytest.mark.thorough
def test_every_other_table_is_equal(grown):
    expected, found = grown
    tables = tables_of(expected)
    assert {"lead_scores", "sales_queue", "scorecard_metrics", "experiment_assignments"} <= set(
        tables
    )
    assert_equal(expected, found, tables)


@pytest.fixture(scope="module")
def judged(cluster, tmp_path_factory) -> tuple[Warehouse, SparkWarehouse]:
    """A company that is large enough for a fit, on both engines."""
    root = tmp_path_factory.mktemp("judged")
    raw = root / "raw"
    simulate(JUDGED_PEOPLE, 11, DEMO_AS_OF, raw)
    expected = Warehouse(root / "duckdb", raw=raw, **FEW_DAYS)
    found = SparkWarehouse(cluster, "judged", root / "spark", raw=raw, **FEW_DAYS)
    for warehouse in (expected, found):
        warehouse.build("--select", *JUDGED)
    return expected, found


@pytest.mark.thorough
def test_fits_are_equal(judged, tmp_path):
    assert_fits_equal(*judged, tmp_path)


@pytest.mark.thorough
def test_previews_are_equal_and_leave_no_schema(judged, tmp_path):
    expected, found = judged
    before = found.query("show schemas")
    assert_previews_equal(expected, found, tmp_path)
    assert found.query("show schemas") == before
    assert_equal(expected, found, ["lead_scores", "backtest"])


@pytest.mark.thorough
def test_unit_tests_pass(grown):
    result = grown[1].dbt("test", "--select", "test_type:unit")
    assert result.success, result.log
    assert len(result.result) > 200


@pytest.mark.thorough
def test_odd_inputs_are_equal(cluster, tmp_path_factory):
    """A small company with bad rows, strange texts, and numbers and times in every spelling."""
    root = tmp_path_factory.mktemp("odd")
    raw, seeds = write_odd_company(root)
    settings = {"raw": raw, "seeds": seeds, "judged": False, **SETTINGS}
    expected = Warehouse(root / "duckdb", **settings)
    found = SparkWarehouse(cluster, "odd", root / "spark", **settings)
    expected.build()
    found.build()
    quarantined = found.query("select count(*) from quarantined_rows")[0][0]
    assert quarantined > len(BAD_ROWS)
    assert_equal(expected, found, tables_of(expected))


# The last test: it leaves a table that is wrong.
def test_broken_macro_is_noticed(scored, tmp_path):
    expected, found = scored
    write_broken_project(tmp_path, "spark", "days_between", ("cast(", "cast(1 + "))
    copy = SparkWarehouse(found.cluster, found.name, tmp_path / "built", raw=found.raw, **FEW_DAYS)
    copy.project = tmp_path
    assert_equal(expected, copy, ["score_activity_hits"])
    result = copy.dbt("run", "--full-refresh", "--select", "score_activity_hits")
    assert result.success, result.log
    with pytest.raises(AssertionError, match="score_activity_hits"):
        assert_equal(expected, copy, ["score_activity_hits"])
