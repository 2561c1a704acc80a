"""Finds mistakes in the seeds without a warehouse: the command `lead-scoring check`.

What a seed must look like and every check of its contents stand in the dbt project (the macro
`seed_contract`, the models in `models/staging/config`). This module explains files that cannot be
read, loads the rest into an in-memory DuckDB and runs the project's own SQL there.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import yaml

from lead_scoring.seed_files import SeedFile, UnreadableSeed, refuse_several, seed_paths
from lead_scoring.templates import CompilerError, Templates

MODELS = Path("models") / "staging" / "config"
RESULT = "config_errors"
SEEDS_VARIABLE = "LEAD_SCORING_SEEDS"
# Texts that dbt reads as a missing value.
MISSING_TEXTS = {"", "null"}


class Mistake(NamedTuple):
    """A mistake in the seeds: `error` or `warning`, and the sentence for people."""

    severity: str
    message: str


class CheckError(Exception):
    """The check itself cannot run; the text says what to do."""


def check_seeds(
    project_dir: Path,
    seeds_dir: str | None = None,
    variables: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Mistake]:
    """Check all seeds.

    Args:
        project_dir: Folder of `dbt_project.yml`.
        seeds_dir: Folder of the seeds; default: the environment variable LEAD_SCORING_SEEDS, else
            `seeds`, below the project as for dbt. Messages show it as it is given.
        variables: Values for vars of the project.
        environment: Environment variables; default: those of the process.

    Returns:
        The mistakes, in the order of files and rows. While a file cannot be read, only such files
        are reported.

    Raises:
        CheckError: The project or the folder of seeds is not there, or its vars cannot be read.
    """
    environment = dict(os.environ if environment is None else environment)
    if seeds_dir is not None:
        environment[SEEDS_VARIABLE] = seeds_dir
    folder = Path(seeds_dir or "")
    if seeds_dir is None:
        folder = project_dir / (environment.get(SEEDS_VARIABLE) or "seeds")
    if not folder.is_dir():
        raise CheckError(f"There is no folder of seeds at {folder}. Name it with --seeds.")
    templates = Templates(
        project_dir, project_variables(project_dir) | dict(variables or {}), environment
    )
    try:
        return _check(folder, templates, project_dir)
    except CompilerError as error:
        raise CheckError(str(error)) from error


def _check(folder: Path, templates: Templates, project_dir: Path) -> list[Mistake]:
    """Check the files of a folder by the models of the project."""
    seeds, mistakes = read_seeds(folder, templates)
    if mistakes:
        return mistakes
    with duckdb.connect(":memory:") as connection:
        # Planning the many small checks takes longer than running them; this halves it.
        connection.execute("set disabled_optimizers = 'cte_inlining'")
        for name, (header, rows) in seeds.items():
            load_seed(connection, name, header, rows)
        build_model(connection, templates, project_dir, RESULT, set(seeds))
        query = templates.call("config_error_messages", RESULT)
        return [Mistake(*row) for row in connection.execute(query).fetchall()]


def print_mistakes(mistakes: list[Mistake]) -> bool:
    """Print the mistakes, warnings first so that errors are the last thing on the screen.

    Args:
        mistakes: What `check_seeds` found.

    Returns:
        Whether there are errors among them.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    counts = {"warning": 0, "error": 0}
    for severity, color in (("warning", "yellow"), ("error", "red")):
        for mistake in mistakes:
            if mistake.severity == severity:
                counts[severity] += 1
                console.print(Text.assemble((f"{severity.capitalize()}: ", color), mistake.message))
    if mistakes:
        found = [f"{count} {name}{'s' * (count != 1)}" for name, count in counts.items() if count]
        console.print(Text(f"{' and '.join(reversed(found))} in the seeds.", style="bold"))
    else:
        console.print(Text("The seeds have no mistakes.", style="bold green"))
    return counts["error"] > 0


def find_project(start: Path) -> Path:
    """Find the dbt project that a folder belongs to.

    Args:
        start: The folder to start from, usually the working directory.

    Raises:
        CheckError: Neither the folder nor one above it holds a dbt_project.yml.
    """
    for folder in (start, *start.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    raise CheckError(f"There is no dbt_project.yml in {start} or above it. Change to the project.")


def project_variables(project_dir: Path) -> dict[str, Any]:
    """Read the vars of dbt_project.yml.

    Raises:
        CheckError: The file is missing or no YAML.
    """
    path = project_dir / "dbt_project.yml"
    try:
        project = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckError(f"{path} cannot be read: {error.strerror}.") from error
    except yaml.YAMLError as error:
        raise CheckError(f"{path} is not valid YAML: {error}") from error
    return dict(project.get("vars") or {})


def read_seeds(
    folder: Path, templates: Templates
) -> tuple[dict[str, tuple[list[str], list[list[str]]]], list[Mistake]]:
    """Read the CSV files of all seeds.

    Args:
        folder: Folder of the seeds.
        templates: The macros of the project, which know what a seed must look like.

    Returns:
        Header and rows by seed, and what is wrong with files that cannot be read.
    """
    files = seed_paths(folder)
    seeds = {}
    mistakes = []
    contract = templates.call("seed_contract")
    for name in contract:
        place = templates.call("seed_file", name)
        try:
            header, rows = read_seed(files, name, place, set(contract))
        except UnreadableSeed as problem:
            mistakes.append(Mistake("error", str(problem)))
            continue
        problems = templates.call("seed_header_problems", name, header)
        if not problems:
            problems = ragged_rows(place, header, rows)
            seeds[name] = header, rows
        mistakes.extend(Mistake("error", problem) for problem in problems)
    return seeds, mistakes


def read_seed(
    files: Mapping[str, list[Path]], name: str, place: str, expected: set[str]
) -> tuple[list[str], list[list[str]]]:
    """Read one seed file as text.

    Args:
        files: The CSV files that are there, by seed name.
        name: Name of the seed.
        place: The file as messages name it.
        expected: Names of all seeds.

    Returns:
        The header and the rows below it; a blank line is an empty row, so rows keep their numbers.

    Raises:
        UnreadableSeed: The file is missing, there twice, not UTF-8 or not CSV.
    """
    if name not in files:
        lookalikes = difflib.get_close_matches(name, files.keys() - expected, n=1)
        hint = f"; rename {lookalikes[0]}.csv" if lookalikes else "; a header row is enough"
        raise UnreadableSeed(f"{place}: the file is missing{hint}")
    refuse_several(files[name], place)
    seed = SeedFile.read(files[name][0], place)
    return seed.header, [row.cells for row in seed.rows]


def ragged_rows(place: str, header: list[str], rows: list[list[str]]) -> list[str]:
    """Describe the rows that have more or fewer cells than the header.

    Args:
        place: The file as messages name it.
        header: Names of the columns.
        rows: The rows below the header.
    """
    return [
        f"{place} row {number}: has {len(row)} cells, but there are {len(header)} columns; look for"
        " a comma too many or too few, and write text with commas in quotation marks"
        for number, row in enumerate(rows, start=2)
        if row and len(row) != len(header)
    ]


def load_seed(
    connection: duckdb.DuckDBPyConnection, name: str, header: list[str], rows: list[list[str]]
) -> None:
    """Create the table of a seed, every column as text, in the order of the file.

    Args:
        connection: The database.
        name: Name of the seed and the table.
        header: Names of the columns.
        rows: The rows below the header.
    """
    columns = [
        [cell_value(row[position]) if row else None for row in rows]
        for position in range(len(header))
    ]
    selected = ", ".join(f'unnest(cast(? as text[])) as "{column}"' for column in header)
    connection.execute(f'create table "{name}" as select {selected}', columns)


def cell_value(text: str) -> str | None:
    """Return the text of a cell, None for what dbt takes for a missing value."""
    return None if text.strip().lower() in MISSING_TEXTS else text


def build_model(
    connection: duckdb.DuckDBPyConnection,
    templates: Templates,
    project_dir: Path,
    name: str,
    built: set[str],
) -> None:
    """Build a model below `models/staging/config` as a table, and first the models it refs.

    Args:
        connection: The database.
        templates: Models and macros of the project.
        project_dir: Folder of `dbt_project.yml`.
        name: Name of the model.
        built: Names of the tables that are there already; what is built is added.
    """
    [model] = (project_dir / MODELS).rglob(f"{name}.sql")
    sql, refs = templates.render(model)
    for ref in refs:
        if ref not in built:
            build_model(connection, templates, project_dir, ref, built)
    connection.execute(f'create table "{name}" as {sql}')
    built.add(name)
