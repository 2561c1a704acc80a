"""A DuckDB file that dbt built, opened to read what is in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


class UnreadableError(Exception):
    """The file cannot be read, or lacks what is wanted; the message says what to do."""


def database_file(database: Path | None = None) -> Path:
    """The file itself; default the environment's LEAD_SCORING_DUCKDB, else lead_scoring.duckdb."""
    return database or Path(os.environ.get("LEAD_SCORING_DUCKDB") or "lead_scoring.duckdb")


@contextmanager
def read_only(database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the file for a block that reads from it.

    Arguments:
        database: the file; default as in `database_file`.

    Raises:
        UnreadableError: the file does not exist, is in use by a writer or no database, or what the
            block reads is not in it.
    """
    database = database_file(database)
    if not database.is_file():
        raise UnreadableError(f"there is no database {database}; run `make build` first")
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            yield connection
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise UnreadableError(
                f"{database} is in use by another program, such as a running `dbt build`; "
                "wait until it is done and try again"
            ) from None
        raise UnreadableError(f"cannot read {database}: {_first_line(error)}") from None
    except duckdb.CatalogException as error:
        raise UnreadableError(
            f"{database} lacks what is read from it ({_first_line(error)}); run `dbt build` first"
        ) from None
    except duckdb.BinderException as error:
        raise UnreadableError(
            f"{database} was built by another version of the project ({_first_line(error)}); "
            "run `dbt build` again"
        ) from None
    except duckdb.Error as error:
        raise UnreadableError(f"cannot read {database}: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
