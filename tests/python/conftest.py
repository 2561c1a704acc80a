"""A warehouse for tests: the project run by dbt in this process on a DuckDB file of its own."""

import datetime
import fcntl
import gc
import os
import shutil
from contextlib import chdir, contextmanager, nullcontext
from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner
from dbt.cli.main import dbtRunner

from lead_scoring.warehouse import DbtRun

PROJECT = Path(__file__).parents[2]
SEEDS = PROJECT / "seeds"
SCORE_MODELS = (
    "resource_type:seed",
    "path:models/scoring",
    "+path:models/marts",
    "+path:models/quality",
)
# Projects that dbt has read, by what the reading depends on; the last ones are kept.
PARSED = {}
PARSED_KEPT = 6
# Stands for the folder of raw tables in them.
ANY_RAW = "folder-of-raw-tables"
# A project that was read is a million objects, which Python would look through again and again.
gc.set_threshold(100_000, 50, 100)
DEMO_AS_OF = datetime.date(2026, 6, 30)
# Files that take minutes. One that came last would run alone, with a core that waits.
LONG_FILES = ("test_spark.py", "test_postgres.py", "test_incremental.py", "test_readme.py")


def pytest_collection_modifyitems(items):
    """Let long files begin first."""
    place = {name: number for number, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG_FILES)))


class Parsed:
    """What dbt made of the project's files, for warehouses that differ in their folders only."""

    def __init__(self, manifest, seeds: Path):
        self.manifest = manifest
        self.sources = {
            name: source.meta["external_location"] for name, source in manifest.sources.items()
        }
        self.seeds = {
            name: (PROJECT / node.original_file_path).relative_to(seeds)
            for name, node in manifest.nodes.items()
            if node.resource_type == "seed"
        }

    def of(self, warehouse: "Warehouse"):
        """The same with the folders of a warehouse."""
        for name, location in self.sources.items():
            here = {"external_location": location.replace(ANY_RAW, str(warehouse.raw))}
            self.manifest.sources[name].meta.update(here)
            self.manifest.sources[name].config.meta.update(here)
        for name, path in self.seeds.items():
            self.manifest.nodes[name].original_file_path = str(warehouse.seeds / path)
        return self.manifest


@contextmanager
def environment(**values):
    """Set environment variables for the time of a block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: str(value) for name, value in values.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Warehouse:
    """One database with its raw folder, seeds and vars.

    `judged=False` leaves out the tables that judge scores and that no score is made of.
    """

    project = PROJECT
    target = "duckdb"
    # Tests take a core each: more threads would only wait for one another.
    threads = "1"

    def __init__(
        self,
        root: Path,
        raw: Path | None = None,
        seeds: Path = SEEDS,
        judged: bool = True,
        **variables,
    ):
        self.root = root
        self.scope = () if judged else ("--select", *SCORE_MODELS)
        self.raw = raw or root / "raw"
        self.seeds = seeds
        self.variables = variables
        self.database = root / "scores.duckdb"
        self.raw.mkdir(parents=True, exist_ok=True)

    def environment(self) -> dict:
        """Environment variables of a dbt command."""
        return {
            "LEAD_SCORING_RAW": self.raw,
            "LEAD_SCORING_SEEDS": self.seeds,
            "LEAD_SCORING_DUCKDB": self.database,
            "DBT_VERSION_CHECK": "false",
        }

    def dbt(self, *arguments: str, **variables):
        """Run a dbt command; returns the result, with the log text as `log`."""
        messages = []
        variables = {**self.variables, **variables}
        options = self._options(variables)
        with environment(**self.environment()):
            parsed = self._parsed(options, variables)
            result = dbtRunner(
                manifest=parsed, callbacks=[lambda event: messages.append(event.info.msg)]
            ).invoke([*arguments, *options])
        result.log = "\n".join(messages)
        return result

    def _options(self, variables: dict) -> list[str]:
        """Options of every dbt command."""
        return [
            "--project-dir", str(self.project),
            "--profiles-dir", str(self.project),
            "--target", self.target,
            "--target-path", str(self.root / "target"),
            "--log-path", str(self.root / "logs"),
            "--vars", yaml.safe_dump(variables),
            "--quiet",
            "--threads", self.threads,
            "--log-level-file", "none",
        ]  # fmt: skip

    @contextmanager
    def _reading_once(self):
        """For the time of a block `lead-scoring` reads the project as `dbt` here does: once."""
        invoke = DbtRun.invoke

        def invoke_parsed(run, *arguments, manifest=None, **options):
            if arguments == ("parse",) and run.project_dir == PROJECT:
                manifest = self._parsed(self._options(run.variables), run.variables)
            return invoke(run, *arguments, manifest=manifest, **options)

        DbtRun.invoke = invoke_parsed
        try:
            yield
        finally:
            DbtRun.invoke = invoke

    def _parsed(self, options: list[str], variables: dict):
        """What dbt makes of the project's files, which takes it seconds to read.

        A day is read when a model is run: the next day's build needs no other reading. None, so
        that dbt reads the files itself, where a test may change them or they have mistakes.
        """
        if self.project != PROJECT:
            return None
        seeds = PROJECT / self.seeds
        elsewhere = {
            "LEAD_SCORING_DUCKDB": self.database.name,
            "LEAD_SCORING_RAW": ANY_RAW,
            "LEAD_SCORING_SEEDS": "",
        }
        read = (
            self.target,
            str(sorted((self.environment() | elsewhere).items())),
            str(sorted((name, variables[name]) for name in variables if name != "as_of_date")),
            str(sorted(path.relative_to(seeds) for path in seeds.rglob("*.csv"))),
        )
        if read not in PARSED:
            with environment(LEAD_SCORING_RAW=ANY_RAW):
                manifest = dbtRunner().invoke(["parse", "--no-write-json", *options]).result
            if manifest is None:
                return None
            while len(PARSED) >= PARSED_KEPT:
                PARSED.pop(next(iter(PARSED)))
            PARSED[read] = Parsed(manifest, seeds)
        return PARSED[read].of(self)

    def build(self, *arguments: str, **variables):
        """Seed and run every model; fails the test with what dbt said when it does not succeed."""
        kinds = ("--resource-type", "seed", "--resource-type", "model")
        result = self.dbt("build", *kinds, *self.scope, *arguments, **variables)
        assert result.success, result.log
        return result

    def command(self, *arguments: str, seeds: Path | None = None):
        """Run `lead-scoring`, with these seeds or its own.

        What it writes to both streams is the `output` of the result.
        """
        from lead_scoring.cli import main

        with (
            chdir(PROJECT),
            environment(
                **self.environment() | {"LEAD_SCORING_SEEDS": seeds or self.seeds},
                DBT_PROFILES_DIR=self.project,
                DBT_TARGET_PATH=self.root / "command",
                DBT_LOG_PATH=self.root / "command",
            ),
            nullcontext() if seeds else self._reading_once(),
        ):
            done = CliRunner().invoke(main, arguments)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query."""
        with duckdb.connect(str(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def table(self, name: str, without: tuple[str, ...] = ()) -> list[tuple]:
        """All rows of a table in an order of their own, for comparing two tables."""
        columns = [
            f'"{column}"'
            for (column,) in self.query(
                "select column_name from information_schema.columns "
                f"where table_name = '{name}' order by column_name"
            )
            if column not in without
        ]
        return self.query(f"select {', '.join(columns)} from {name} order by all")


@pytest.fixture
def make_warehouse(tmp_path):
    """Factory of warehouses below the folder of the test."""
    count = 0

    def make(**settings) -> Warehouse:
        nonlocal count
        count += 1
        return Warehouse(tmp_path / f"warehouse_{count}", **settings)

    return make


@contextmanager
def made_once(folder: Path):
    """Of the processes that run the tests the first makes the folder, the others wait for it.

    Yields whether the folder has to be made.
    """
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        yield not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all processes of the tests share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def demo_raw(shared) -> Path:
    """Raw tables of a small demo company."""
    from lead_scoring.simulate import simulate

    folder = shared / "demo_raw"
    with made_once(folder) as has_to_be_made:
        if has_to_be_made:
            simulate(600, 7, DEMO_AS_OF, folder)
    return folder


@pytest.fixture(scope="session")
def demo(shared, tmp_path_factory, demo_raw) -> Warehouse:
    """A built demo warehouse; tests only read it. Each process has a copy of its own."""
    built = Warehouse(shared / "demo_warehouse", raw=demo_raw)
    with made_once(built.root) as has_to_be_made:
        if has_to_be_made:
            built.build()
    return Warehouse(
        shutil.copytree(built.root, tmp_path_factory.mktemp("demo_copy") / "warehouse"),
        raw=demo_raw,
    )


@pytest.fixture
def edited_seeds(tmp_path) -> Path:
    """A copy of the seeds that a test may edit."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
