"""Brings the raw files into the target's raw schema: the command `lead-scoring load`.

DuckDB reads the files as the models would (every file of a table, columns by name) and hands on
rows, which the target takes in its own bulk way: PostgreSQL as CSV, Spark as Arrow. A reader sees
the rows of the last load or those of this one, and a load that fails leaves the last: PostgreSQL
changes all tables in one transaction, Spark each in one step once the files of all are written.
PostgreSQL empties tables faster than it deletes rows, at a price: a transaction that was open
before, and reads a table only after, sees it empty. Let no dump begin while a load runs.
"""

import io
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow
import pyarrow.csv

from lead_scoring.warehouse import Warehouse, WarehouseError

BATCH_ROWS = 50_000
# Every batch is a job and a file there.
SPARK_BATCH_ROWS = 1_000_000
OPTIONAL = {"lead_changes", "companies"}
# What goes wrong with a file while its rows are read.
UNREADABLE = (duckdb.Error, pyarrow.ArrowException, OSError)
# By the name of a type in DuckDB; all others arrive as text, which is what the models read. That
# goes for floats too: 5.0 has to be the same text on every engine.
POSTGRES_TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "TINYINT": "smallint",
}


SPARK_TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "INTEGER": "int",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "TINYINT": "smallint",
}


class LoadError(Exception):
    """The raw tables were not loaded; the text says why and what to do."""


class RawTable(NamedTuple):
    """A raw table: its name and where it goes, and its files with their columns and DuckDB types.

    `columns` is empty when there is no file.
    """

    name: str
    schema: str
    identifier: str
    files: str
    columns: dict[str, str]

    @property
    def relation(self) -> str:
        """The quoted name in the target."""
        return f"{_quoted(self.schema)}.{_quoted(self.identifier)}"


class Loaded(NamedTuple):
    """What a load did: rows by table, and what else went with tables that had to be dropped."""

    rows: dict[str, int]
    dropped: list[str]


# Called with the table, the rows loaded so far, the number of its rows and the seconds it took.
Progress = Callable[[str, int, int, float], None]


def load(
    project_dir: Path,
    target: str | None,
    raw: Path,
    variables: Mapping[str, Any] | None = None,
    progress: Progress = lambda *_: None,
) -> Loaded:
    """Replace the raw tables of a target by what the raw files hold.

    Args:
        project_dir: Folder of `dbt_project.yml`.
        target: Target of the dbt profile; default: the profile's own.
        raw: Folder of the raw Parquet files, `<table>*.parquet`.
        variables: Values for vars of the project.
        progress: Called with a table's name, the rows of it loaded so far and in all, and the
            seconds since its start.

    Returns:
        Rows by table. An optional table without a file is left out, and dropped from the target.
        PostgreSQL drops the views on a table that has other columns than before, or is no more.

    Raises:
        LoadError: A required table has no file, a file cannot be read, or the target cannot be
            reached, refuses, or reads the raw files itself.
    """
    try:
        with Warehouse.from_profile(project_dir, target, variables) as warehouse:
            if warehouse.engine == "duckdb":
                raise LoadError(
                    f"The target {warehouse.target} reads the files of {raw} where they are; there "
                    "is nothing to load. Name another one with --target."
                )
            copy = {"postgres": _copy_to_postgres, "spark": _copy_to_spark}.get(warehouse.engine)
            if copy is None:
                raise LoadError(f"There is no way to load into {warehouse.engine} yet.")
            with duckdb.connect() as files:
                files.execute("set TimeZone = 'UTC'")
                tables = [_described(files, source, raw) for source in _sources(warehouse)]
                _check_required(tables)
                with warehouse.connection() as connection:
                    return copy(connection, files, tables, progress)
    except WarehouseError as error:
        raise LoadError(str(error)) from error


def _sources(warehouse: Warehouse) -> list:
    """The raw tables that the project declares."""
    sources = warehouse.manifest.sources.values()
    return [source for source in sources if source.source_name == "raw"]


def _described(files: duckdb.DuckDBPyConnection, source, raw: Path) -> RawTable:
    """What the files of a raw table hold."""
    pattern = raw / f"{source.name}*.parquet"
    columns = {}
    if not any(raw.glob(pattern.name)) and (raw / source.name).is_dir():
        raise LoadError(
            f"{raw / source.name} is a folder; the files of a raw table lie in {raw} itself and are"
            f" named {pattern.name}. Nothing was loaded."
        )
    if any(raw.glob(pattern.name)):
        try:
            described = files.execute(f"describe {_query(pattern)}").fetchall()
        except duckdb.Error as error:
            raise LoadError(f"Cannot read {pattern}: {error}") from error
        columns = {name: kind for name, kind, *_ in described}
    return RawTable(source.name, source.schema, source.identifier, str(pattern), columns)


def _check_required(tables: list[RawTable]) -> None:
    """Stop before anything is changed when a table that every build needs has no file."""
    missing = [table.files for table in tables if not table.columns and table.name not in OPTIONAL]
    if missing:
        raise LoadError(
            f"No file matches {', '.join(missing)}. Name the folder with --raw or "
            "LEAD_SCORING_RAW; nothing was loaded."
        )


def _copy_to_postgres(
    connection, files: duckdb.DuckDBPyConnection, tables: list[RawTable], progress: Progress
) -> Loaded:
    """Copy all tables in one transaction."""
    import psycopg2

    loaded: dict[str, int] = {}
    notices = connection.notices = _Notices()
    rows = None
    try:
        with connection, connection.cursor() as cursor:
            # A server may have been told to keep what is dropped to itself.
            cursor.execute("set local client_min_messages = notice")
            for schema in {table.schema for table in tables}:
                cursor.execute(f"create schema if not exists {_quoted(schema)}")
            for table in tables:
                if not table.columns:
                    cursor.execute("select to_regclass(%s) is not null", (table.relation,))
                    if cursor.fetchone()[0]:
                        notices.dropped.append(f"table {table.schema}.{table.identifier}")
                    cursor.execute(f"drop table if exists {table.relation} cascade")
                    continue
                _make_empty(cursor, table)
                rows = _Rows(files, table, progress)
                cursor.copy_expert(
                    f"copy {table.relation} from stdin (format csv)", rows, size=1 << 20
                )
                cursor.execute(f"analyze {table.relation}")
                loaded[table.name] = rows.done
    except duckdb.Error as error:
        raise LoadError(f"Cannot read the raw files: {error}") from error
    except psycopg2.Error as error:
        if rows is not None and rows.problem:
            raise LoadError(str(rows.problem)) from error
        raise LoadError(f"PostgreSQL refused: {str(error).strip()}") from error
    return Loaded(loaded, notices.dropped)


class _Notices(list):
    """What PostgreSQL says beside its answers; keeps the names of what was dropped."""

    def __init__(self):
        super().__init__()
        self.dropped: list[str] = []

    def append(self, text: str) -> None:
        """Keep what a table that was dropped took with it."""
        found = re.findall(r"drop cascades to (.+)", text)
        self.dropped += [what for what in found if not what.endswith("other objects")]


def _make_empty(cursor, table: RawTable) -> None:
    """Make an empty table; one with the same columns stays, and with it the views that read it."""
    wanted = [(name, POSTGRES_TYPES.get(kind, "text")) for name, kind in table.columns.items()]
    cursor.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = %s and table_name = %s order by ordinal_position",
        (table.schema, table.identifier),
    )
    if cursor.fetchall() == wanted:
        cursor.execute(f"truncate {table.relation}")
        return
    columns = ", ".join(f"{_quoted(name)} {kind}" for name, kind in wanted)
    cursor.execute(f"drop table if exists {table.relation} cascade")
    cursor.execute(f"create table {table.relation} ({columns})")


class _Rows:
    """The rows of a raw table as a file of CSV, made while it is read.

    `problem` is why they could not be read to the end: PostgreSQL passes on the text alone.
    """

    def __init__(self, files: duckdb.DuckDBPyConnection, table: RawTable, progress: Progress):
        self._table, self._progress = table, progress
        self._start = time.monotonic()
        source = _query(table.files)
        self._total = files.sql(f"select count(*) from ({source})").fetchall()[0][0]
        # PostgreSQL keeps no NUL characters; the models would take them out anyway.
        columns = ", ".join(
            f"replace(cast({_quoted(name)} as varchar), chr(0), '') as {_quoted(name)}"
            for name in table.columns
        )
        self._batches = _batches(files, table, columns, BATCH_ROWS)
        self.problem: LoadError | None = None
        self._text = io.BytesIO()
        self.done = 0
        progress(table.name, 0, self._total, 0)

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, none at the end."""
        while not (text := self._text.read(size)):
            try:
                batch = next(self._batches, None)
            except LoadError as error:
                self.problem = error
                raise
            if batch is None:
                return b""
            self._text = io.BytesIO()
            # A text is quoted, a missing value is not: that tells an empty text from none.
            pyarrow.csv.write_csv(
                batch,
                self._text,
                pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid"),
            )
            self._text.seek(0)
            self.done += batch.num_rows
            self._progress(self._table.name, self.done, self._total, time.monotonic() - self._start)
        return text


def _batches(
    files: duckdb.DuckDBPyConnection, table: RawTable, columns: str, rows: int
) -> Iterator[pyarrow.RecordBatch]:
    """Read the rows of a raw table, so many at a time."""
    try:
        found = files.sql(f"select {columns} from ({_query(table.files)})")
        yield from found.to_arrow_reader(rows)
    except UNREADABLE as error:
        raise LoadError(f"Cannot read {table.files}: {error}") from error


def _copy_to_spark(
    _, files: duckdb.DuckDBPyConnection, tables: list[RawTable], progress: Progress
) -> Loaded:
    """Write the files of all tables, then make them the tables.

    The rows of a table lie in one of two folders. The load fills the one that is not in use.
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # The one that dbt's connection has opened.
    session = SparkSession.builder.enableHiveSupport().getOrCreate()
    loaded, dropped = {}, []
    try:
        for schema in {table.schema for table in tables}:
            session.sql(f"create schema if not exists {_in_spark(schema)}")
        written = [_written_by_spark(session, files, table, progress) for table in tables]
        for table, (folder, rows) in zip(tables, written, strict=True):
            if not folder and session.catalog.tableExists(_name_in_spark(table)):
                dropped.append(f"table {table.schema}.{table.identifier}")
            _point_spark_at(session, table, folder)
            if folder:
                loaded[table.name] = rows
    except PySparkException as error:
        raise LoadError(f"Spark refused: {str(error).strip()}") from error
    except duckdb.Error as error:
        raise LoadError(f"Cannot read the raw files: {error}") from error
    return Loaded(loaded, dropped)


def _written_by_spark(
    session, files: duckdb.DuckDBPyConnection, table: RawTable, progress: Progress
) -> tuple[str, int]:
    """Write a table's rows into its unused folder; returns the folder and the number of rows."""
    if not table.columns:
        return "", 0
    start = time.monotonic()
    source = _query(table.files)
    total = files.sql(f"select count(*) from ({source})").fetchall()[0][0]
    progress(table.name, 0, total, 0)
    columns = ", ".join(
        _quoted(name)
        if kind in SPARK_TYPES
        else f"cast({_quoted(name)} as varchar) as {_quoted(name)}"
        for name, kind in table.columns.items()
    )
    types = _spark_types(table)
    casts = [f"cast({_in_spark(name)} as {kind}) as {_in_spark(name)}" for name, kind in types]
    folder = _unused_folder(session, table)
    empty = session.createDataFrame([], ", ".join(f"{_in_spark(n)} {kind}" for n, kind in types))
    empty.write.mode("overwrite").parquet(folder)
    done = 0
    for batch in _batches(files, table, columns, SPARK_BATCH_ROWS):
        rows = session.createDataFrame(pyarrow.Table.from_batches([batch]))
        rows.selectExpr(*casts).write.mode("append").parquet(folder)
        done += batch.num_rows
        progress(table.name, done, total, time.monotonic() - start)
    return folder, done


def _unused_folder(session, table: RawTable) -> str:
    """The one of a table's two folders that no table reads."""
    described = session.sql(f"describe schema {_in_spark(table.schema)}").collect()
    schema = next(row[1] for row in described if row[0] == "Location")
    first, second = (f"{schema}/{table.identifier}__{letter}" for letter in "ab")
    if not session.catalog.tableExists(_name_in_spark(table)):
        return first
    rows = session.sql(f"describe extended {_name_in_spark(table)}").collect()
    # Columns come first, and one may have that name.
    location = [row[1] for row in rows if row[0] == "Location"][-1]
    return second if location.rstrip("/").endswith("__a") else first


def _point_spark_at(session, table: RawTable, folder: str) -> None:
    """Let a table read a folder; without one there is no such table any more."""
    name, types = _name_in_spark(table), _spark_types(table)
    has_same_columns = session.catalog.tableExists(name) and [
        (column.name, column.dataType) for column in session.catalog.listColumns(name)
    ] == [(column, kind) for column, kind in types]
    if folder and has_same_columns:
        session.sql(f"alter table {name} set location '{folder}'")
        session.catalog.refreshTable(name)
        return
    session.sql(f"drop table if exists {name}")
    if folder:
        columns = ", ".join(f"{_in_spark(column)} {kind}" for column, kind in types)
        session.sql(f"create table {name} ({columns}) using parquet location '{folder}'")


def _spark_types(table: RawTable) -> list[tuple[str, str]]:
    """Columns of a raw table with their types in Spark."""
    return [(name, SPARK_TYPES.get(kind, "string")) for name, kind in table.columns.items()]


def _name_in_spark(table: RawTable) -> str:
    """The quoted name of a raw table in Spark."""
    return f"{_in_spark(table.schema)}.{_in_spark(table.identifier)}"


def _in_spark(name: str) -> str:
    """A name as Spark's SQL quotes it."""
    return "`" + name.replace("`", "``") + "`"


def _query(files: Path | str) -> str:
    """All rows of the files, read as the source `raw` of the dbt project does."""
    text = str(files).replace("'", "''")
    return f"select * from read_parquet('{text}', union_by_name = true)"


def _quoted(name: str) -> str:
    """A name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'
