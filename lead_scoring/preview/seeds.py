"""Rows of seeds: read from a folder, a git commit or the warehouse, and what differs."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lead_scoring.check import cell_value
from lead_scoring.seed_files import SeedFile, UnreadableSeed
from lead_scoring.warehouse import Warehouse

Line = dict[str, str | None]


class SeedSourceError(Exception):
    """Seeds cannot be had from where they were looked for; the text says what to do."""


@dataclass
class RowChange:
    """A row of a seed that was added, removed or changed.

    Attributes:
        change: `added`, `removed` or `changed`.
        key: What names the row, by column.
        cells: For a changed row, (before, after) by column; else the row's filled cells, with None
            on the side where the row is missing.
    """

    change: str
    key: Line
    cells: dict[str, tuple[str | None, str | None]]


@dataclass
class SeedChange:
    """A seed of which rows differ.

    Attributes:
        seed: Name of the seed.
        rows: The rows that differ, in the order of the seed; removed ones last.
    """

    seed: str
    rows: list[RowChange]


def file_lines(path: Path) -> list[Line]:
    """Read the rows of a seed file, as dbt would load them.

    Args:
        path: The CSV file.

    Raises:
        UnreadableSeed: The file is no table.
    """
    return _cleaned(SeedFile.read(path).records())


def folder_lines(files: Mapping[str, Path]) -> dict[str, list[Line]]:
    """Read the rows of several seed files.

    Args:
        files: File by seed.

    Raises:
        SeedSourceError: A file is no table.
    """
    try:
        return {name: file_lines(path) for name, path in files.items()}
    except UnreadableSeed as error:
        raise SeedSourceError(str(error)) from error


def warehouse_lines(
    warehouse: Warehouse, contract: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[Line]]:
    """Read the rows of the seeds that were last loaded.

    Args:
        warehouse: The warehouse.
        contract: What each seed looks like, from the macro `seed_contract`.

    Raises:
        WarehouseError: A seed is not loaded, or has other columns.
    """
    lines = {}
    for name, seed in contract.items():
        columns = list(seed["columns"])
        table = warehouse.arrays(f"select {', '.join(columns)} from {warehouse.relation(name)}")
        rows = zip(*(table[column] for column in columns), strict=True)
        lines[name] = _cleaned(
            {
                column: "" if value is None else str(value)
                for column, value in zip(columns, row, strict=True)
            }
            for row in rows
        )
    return lines


def commit_files(
    folder: Path, reference: str, target: Path, names: list[str]
) -> tuple[str, dict[str, Path]]:
    """Write the seeds of a git commit to a folder.

    Args:
        folder: Folder of the seeds, in a git repository.
        reference: The commit: a hash, a branch or a tag.
        target: Folder to write to.
        names: The seeds.

    Returns:
        The short hash of the commit, and the file by seed; a seed that the commit does not have
        is left out.

    Raises:
        SeedSourceError: The folder is in no repository, or the commit is not there.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel", problem=f"{folder} is in no git clone"))
    commit = _git(
        folder,
        *("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}"),
        problem=(
            f"git knows no commit or branch {reference}; in CI, fetch the whole history"
            " (fetch-depth: 0)"
        ),
    )
    below = folder.resolve().relative_to(top.resolve()).as_posix()
    listed = _git(top, "ls-tree", "-r", "--name-only", "-z", commit, "--", f"{below}/")
    files = {}
    for name in filter(None, listed.split("\0")):
        path = Path(name)
        if path.suffix == ".csv" and path.stem in names:
            files[path.stem] = target / f"{path.stem}.csv"
            files[path.stem].write_bytes(_git_bytes(top, "show", f"{commit}:{name}"))
    if not files:
        raise SeedSourceError(f"{reference} has no seeds in {below}.")
    return _git(top, "rev-parse", "--short", commit), files


def differences(
    before: Mapping[str, list[Line]],
    after: Mapping[str, list[Line]],
    contract: Mapping[str, Mapping[str, Any]],
) -> list[SeedChange]:
    """Find the rows that differ, each by its key.

    Args:
        before: Rows by seed.
        after: Rows by seed.
        contract: What each seed looks like, from the macro `seed_contract`.

    Returns:
        The seeds of which rows differ, in the order of the contract. The order of rows is no
        difference.
    """
    changes = []
    for name, seed in contract.items():
        rows = _row_changes(before[name], after[name], seed["key"], list(seed["columns"]))
        if rows:
            changes.append(SeedChange(name, rows))
    return changes


def _row_changes(
    before: list[Line], after: list[Line], key: list[str], columns: list[str]
) -> list[RowChange]:
    old, new = _by_key(before, key), _by_key(after, key)
    rows = []
    for name, line in new.items():
        if name not in old:
            cells = {column: (None, value) for column, value in line.items() if value is not None}
            rows.append(RowChange("added", {column: line.get(column) for column in key}, cells))
            continue
        cells = {
            column: (old[name].get(column), line.get(column))
            for column in columns
            if old[name].get(column) != line.get(column)
        }
        if cells:
            rows.append(RowChange("changed", {column: line.get(column) for column in key}, cells))
    for name, line in old.items():
        if name not in new:
            cells = {column: (value, None) for column, value in line.items() if value is not None}
            rows.append(RowChange("removed", {column: line.get(column) for column in key}, cells))
    return rows


def _by_key(lines: list[Line], key: list[str]) -> dict[tuple, Line]:
    """Rows by key; a row that repeats one is told apart by how often."""
    found: dict[tuple, Line] = {}
    for line in lines:
        values = tuple(line.get(column) for column in key)
        times = 0
        while (*values, times) in found:
            times += 1
        found[(*values, times)] = line
    return found


def _cleaned(records) -> list[Line]:
    """Rows without blank lines; what dbt takes for missing is None, outer blanks do not count."""
    lines = []
    for record in records:
        line = {
            column: None if value is None else value.strip()
            for column, value in ((name, cell_value(text)) for name, text in record.items())
        }
        if any(value is not None for value in line.values()):
            lines.append(line)
    return lines


def _git_bytes(folder: Path, *arguments: str, problem: str | None = None) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True)
    except OSError as error:
        raise SeedSourceError(f"git cannot be run: {error.strerror}.") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise SeedSourceError(f"{problem or 'git ' + arguments[0] + ' failed'}. {said}".strip())
    return done.stdout


def _git(folder: Path, *arguments: str, problem: str | None = None) -> str:
    return _git_bytes(folder, *arguments, problem=problem).decode().strip()
