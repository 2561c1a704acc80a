"""Reads what dbt built, through the project's own dbt profile: any engine dbt has an adapter for.

This is the one place that opens an adapter outside of a dbt run. A connection lives as long as one
statement, so that a database of one process, as DuckDB's, is free for a dbt run in between.
"""

import datetime
import decimal
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
import yaml


class WarehouseError(Exception):
    """dbt or the warehouse refused; the text says what and why."""


class DbtRun:
    """dbt commands in this process, each with the same project, target and vars."""

    def __init__(
        self,
        project_dir: Path,
        target: str | None = None,
        variables: Mapping[str, Any] | None = None,
        target_path: Path | None = None,
    ):
        """Keep what every command is given.

        Args:
            project_dir: Folder of `dbt_project.yml`.
            target: Target of the dbt profile; default: the profile's own.
            variables: Values for vars of the project.
            target_path: Folder for what dbt writes; default: the project's target folder.
        """
        self.project_dir = project_dir
        self.target = target
        self.variables = dict(variables or {})
        self.target_path = target_path

    def into(self, target_path: Path) -> Self:
        """Return the same, writing what dbt writes to another folder."""
        return type(self)(self.project_dir, self.target, self.variables, target_path)

    def invoke(self, *arguments: str, manifest=None, callbacks: Sequence = (), **variables: Any):
        """Run a dbt command.

        Args:
            arguments: The command and its options.
            manifest: What dbt knows of the project; default: it reads the project.
            callbacks: Functions that are called with each event of dbt's log.
            variables: Values for vars beside those given at the start.

        Returns:
            The result of the command as dbt gives it.

        Raises:
            WarehouseError: The command failed; the text is dbt's errors.
            KeyboardInterrupt: Somebody broke it off.
        """
        from dbt.cli.main import dbtRunner

        errors: list[str] = []

        def note(event) -> None:
            if event.info.level == "error" and event.info.msg.strip():
                errors.append(event.info.msg.strip().removeprefix("Encountered an error:").strip())

        options = ["--project-dir", str(self.project_dir)]
        if not os.environ.get("DBT_PROFILES_DIR") and (self.project_dir / "profiles.yml").is_file():
            options += ["--profiles-dir", str(self.project_dir)]
        if self.target:
            options += ["--target", self.target]
        if self.target_path:
            options += ["--target-path", str(self.target_path)]
            options += ["--log-path", str(self.target_path)]
        values = yaml.safe_dump({**self.variables, **variables}, default_flow_style=True)
        result = dbtRunner(manifest=manifest, callbacks=[note, *callbacks]).invoke(
            [*arguments, *options, "--vars", values, "--log-level", "none"]
        )
        if isinstance(result.exception, KeyboardInterrupt):
            raise result.exception
        if not result.success:
            problem = "\n".join(dict.fromkeys(errors)) or str(result.exception or "dbt failed")
            raise WarehouseError(problem)
        return result.result


class Warehouse:
    """The tables of a dbt project, to be read.

        with Warehouse.from_profile(project_dir, target, variables) as warehouse:
            warehouse.arrays(f"select score from {warehouse.relation('lead_scores')}")

    Attributes:
        manifest: What dbt knows of the project.
    """

    def __init__(self, manifest, config):
        """Take what `from_profile` made."""
        self.manifest = manifest
        self._config = config
        self._was_opened = False
        self._nodes = {
            node.name: node
            for node in manifest.nodes.values()
            if node.resource_type in ("model", "seed")
        }

    @classmethod
    def from_profile(
        cls,
        project_dir: Path,
        target: str | None = None,
        variables: Mapping[str, Any] | None = None,
        target_path: Path | None = None,
    ) -> Self:
        """Parse the project and prepare a connection.

        Args:
            project_dir: Folder of `dbt_project.yml`.
            target: Target of the dbt profile; default: the profile's own.
            variables: Values for vars of the project.
            target_path: Folder for what dbt writes; default: the project's target folder.

        Raises:
            WarehouseError: The project or its profile cannot be read.
        """
        from dbt.config import RuntimeConfig
        from dbt.config.runtime import load_profile, load_project
        from dbt.flags import get_flags
        from dbt_common.exceptions import DbtBaseException

        manifest = DbtRun(project_dir, target, variables, target_path).invoke("parse")
        flags = get_flags()
        try:
            profile = load_profile(flags.PROJECT_DIR, flags.VARS, flags.PROFILE, flags.TARGET)
            project = load_project(flags.PROJECT_DIR, False, profile, flags.VARS)
            config = RuntimeConfig.from_parts(project, profile, flags)
        except DbtBaseException as error:
            raise WarehouseError(str(error)) from error
        return cls(manifest, config)

    def moved(self, manifest, nodes: Iterable, suffix: str) -> Self:
        """Return the same warehouse with some models in other schemas.

        Args:
            manifest: A copy of the manifest of this warehouse.
            nodes: Those of its models and seeds that lie elsewhere; they are changed.
            suffix: What the name of their schema gets at its end.
        """
        from dbt.adapters.factory import get_relation_class_by_name

        relation = get_relation_class_by_name(self._config.credentials.type)
        for node in nodes:
            node.schema = f"{node.schema}{suffix}"
            node.relation_name = str(relation.create_from(self._config, node))
        return type(self)(manifest, self._config)

    def __enter__(self) -> Self:
        """Use the warehouse in a block that closes it."""
        return self

    def __exit__(self, *_) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections; the next statement opens one anew."""
        if not self._was_opened:
            return
        with self._connection() as adapter:
            connections = adapter.connections
        # DuckDB keeps its file open, and with that locked for other processes, until told.
        if hasattr(connections, "close_all_connections"):
            connections.close_all_connections()

    @property
    def schemas(self) -> set[str]:
        """Names of the schemas that the models and seeds lie in."""
        return {node.schema for node in self._nodes.values()}

    @property
    def engine(self) -> str:
        """Name of the adapter, such as duckdb or postgres."""
        return self._config.credentials.type

    @property
    def target(self) -> str:
        """Name of the target of the dbt profile."""
        return self._config.target_name

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """Lend the connection of the engine's own driver (DB-API), outside of any transaction.

        Raises:
            WarehouseError: The warehouse cannot be reached.
        """
        with self._connection() as adapter:
            yield adapter.connections.get_thread_connection().handle

    def relation(self, name: str) -> str:
        """Return the quoted name of a model or seed.

        Args:
            name: Name of the model or seed.

        Raises:
            WarehouseError: The project has no such model.
        """
        return self._node(name).relation_name

    def missing(self, names: Iterable[str]) -> list[str]:
        """Return the models and seeds among these that have not been built.

        Raises:
            WarehouseError: The project has no such model, or the warehouse cannot be reached.
        """
        nodes = [self._node(name) for name in names]
        found: set[tuple[str, str]] = set()
        with self._connection() as adapter:
            for database, schema in sorted(
                {(node.database, node.schema) for node in nodes}, key=str
            ):
                for relation in adapter.list_relations(database, schema):
                    found.add((schema, relation.identifier.lower()))
        return [node.name for node in nodes if (node.schema, node.alias.lower()) not in found]

    def arrays(self, sql: str) -> dict[str, np.ndarray]:
        """Return the result of a query, an array per column, all of the same length.

        Args:
            sql: The query.

        Returns:
            By column name: float64 or int64 for numbers (decimals and columns with missing values
            are float64, missing is NaN), bool, datetime64[D] for dates (missing is NaT),
            datetime64[us] for timestamps, in UTC, else object with None for missing. A column
            without any value may come as object.

        Raises:
            WarehouseError: The warehouse refused the query.
        """
        with self._connection() as adapter:
            _, cursor = adapter.connections.add_query(sql, auto_begin=False)
            names = [column[0] for column in cursor.description]
            if hasattr(cursor, "fetchnumpy"):
                kinds = [str(column[1]) for column in cursor.description]
                values = cursor.fetchnumpy().values()
                return {
                    name: _unmasked(column, kind == "DATE")
                    for name, column, kind in zip(names, values, kinds, strict=True)
                }
            rows = cursor.fetchall()
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        return {name: _array(list(column)) for name, column in zip(names, columns, strict=True)}

    def drop_schema(self, schema: str, database: str | None = None) -> None:
        """Drop a schema with everything in it; nothing happens when there is none.

        Args:
            schema: Name of the schema.
            database: Its database, where the engine has several.

        Raises:
            WarehouseError: The warehouse refused.
        """
        with self._connection() as adapter:
            place = adapter.Relation.create(
                database=database, schema=schema, quote_policy=self._config.quoting
            )
            adapter.drop_schema(place.without_identifier())

    def _node(self, name: str):
        node = self._nodes.get(name)
        if node is None:
            raise WarehouseError(f"The project has no model or seed {name}.")
        return node

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """The adapter with a connection; a dbt run in between may have put away the last one."""
        from dbt.adapters.factory import get_adapter, register_adapter, reset_adapters
        from dbt.context.providers import generate_runtime_macro_context
        from dbt.mp_context import get_mp_context
        from dbt_common.events.base_types import EventLevel
        from dbt_common.exceptions import DbtBaseException

        try:
            reset_adapters()
            register_adapter(self._config, get_mp_context(), EventLevel.DEBUG)
            adapter = get_adapter(self._config)
            adapter.set_macro_resolver(self.manifest)
            adapter.set_macro_context_generator(generate_runtime_macro_context)
            with adapter.connection_named("lead_scoring"):
                _open(adapter)
                self._was_opened = True
                yield adapter
        except DbtBaseException as error:
            raise WarehouseError(str(error).strip()) from error
        finally:
            reset_adapters()


def _open(adapter) -> None:
    """Open the connection of a dbt adapter, which would do so with the first statement.

    Raises:
        WarehouseError: The engine refused; drivers say so with exceptions of their own.
    """
    connection = adapter.connections.get_thread_connection()
    credentials = connection.credentials
    # DuckDB would make an empty file.
    if credentials.type == "duckdb" and not _is_there(credentials.path):
        raise WarehouseError(
            f"There is no database {credentials.path}. Build it with `dbt build` first, and look at"
            " --target."
        )
    try:
        _ = connection.handle
    except Exception as error:
        raise WarehouseError(f"The warehouse cannot be opened: {str(error).strip()}") from error


def _is_there(path: str) -> bool:
    """Whether a DuckDB database is there, as far as a path tells: md:name is on a server."""
    return path == ":memory:" or bool(re.match(r"\w{2,}:", path)) or Path(path).exists()


def _unmasked(column: np.ndarray, is_date: bool) -> np.ndarray:
    """A column of DuckDB, masked where values are missing, by the rules of `arrays`."""
    missing, values = np.ma.getmaskarray(column), np.ma.getdata(column)
    kind, has_gaps = values.dtype.kind, missing.any()
    if kind == "M":
        values = values.astype("datetime64[D]" if is_date else "datetime64[us]")
        gap = np.datetime64("NaT")
    elif kind in "iu" and not has_gaps:
        return values.astype(np.int64)
    elif kind in "iuf":
        values, gap = values.astype(np.float64), np.nan
    elif kind == "b" and not has_gaps:
        return values
    else:
        values, gap = values.astype(object), None
    values[missing] = gap
    return values


def _array(values: list) -> np.ndarray:
    """Values of Python, by the rules of `arrays`."""
    known = [value for value in values if value is not None]
    has_gaps = len(known) < len(values)
    kinds = {type(value) for value in known}
    if kinds and kinds <= {int, float, decimal.Decimal}:
        if kinds == {int} and not has_gaps:
            return np.array(values, dtype=np.int64)
        return np.array([np.nan if value is None else float(value) for value in values])
    if kinds == {bool} and not has_gaps:
        return np.array(values, dtype=bool)
    if kinds == {datetime.date}:
        return np.array(values, dtype="datetime64[D]")
    if kinds == {datetime.datetime}:
        return np.array([value and _utc(value) for value in values], dtype="datetime64[us]")
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _utc(moment: datetime.datetime) -> datetime.datetime:
    """A timestamp without its time zone, as UTC."""
    if moment.tzinfo is None:
        return moment
    return moment.astimezone(datetime.UTC).replace(tzinfo=None)
