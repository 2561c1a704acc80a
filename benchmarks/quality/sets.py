"""Reads the description of a data set."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from benchmarks.quality.goals import GOALS


class SetError(Exception):
    """A data set cannot be used as it is described; the text says what to do."""


class NoData(SetError):
    """The files of a data set are not on this machine."""


@dataclass(frozen=True)
class DataSet:
    """A data set as its YAML file describes it; benchmarks/README.md explains every key."""

    name: str
    description: str
    goals: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    undated: Mapping[str, Any] | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    seeds: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    activity_types: tuple[Mapping[str, str], ...] = ()
    start: Mapping[str, Any] | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    fit: Mapping[str, Any] = field(default_factory=dict)


KINDS = {
    "description": str,
    "goals": dict,
    "files": dict,
    "missing": list,
    "undated": dict,
    "tables": dict,
    "command": list,
    "seeds": str,
    "attributes": dict,
    "activity_types": list,
    "start": dict,
    "vars": dict,
    "fit": dict,
}
KIND_NAMES = {str: "a text", dict: "a mapping", list: "a list"}


def read_sets(folder: Path, names: list[str]) -> list[DataSet]:
    """Read data sets from the YAML files of a folder.

    Arguments:
        folder: holds `<name>.yml` for each data set.
        names: which to read; empty reads all, in the order of their names.

    Raises:
        SetError: the folder has no such data set, or a description cannot be used.
    """
    known = {path.stem: path for path in sorted(folder.glob("*.yml"))}
    if not known:
        raise SetError(f"There is no .yml file in {folder}. Name the folder with --sets.")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SetError(f"There is no data set {', '.join(unknown)} in {folder}: {', '.join(known)}")
    return [read_set(known[name]) for name in names or known]


def read_set(path: Path) -> DataSet:
    """Read one data set.

    Arguments:
        path: its YAML file; the name of the set is that of the file.

    Raises:
        SetError: a key is unknown, missing or of another kind than it has to be.
    """
    try:
        cells = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SetError(f"{path} is no YAML: {error}") from error
    if not isinstance(cells, dict):
        raise SetError(f"{path} is empty; benchmarks/README.md says what belongs in it.")
    for key, value in cells.items():
        if key not in KINDS:
            raise SetError(f"{path} has an unknown key {key}; use one of {', '.join(KINDS)}.")
        if not isinstance(value, KINDS[key]):
            raise SetError(f"{path}: {key} has to be {KIND_NAMES[KINDS[key]]}, not {value!r}.")
    for key in ("description", "goals"):
        if not cells.get(key):
            raise SetError(f"{path} has no {key}.")
    for goal in cells["goals"]:
        if goal not in GOALS:
            raise SetError(f"{path} has an unknown goal {goal}; use one of {', '.join(GOALS)}.")
    if ("command" in cells) == ("tables" in cells):
        raise SetError(f"{path} needs either tables or a command that writes them.")
    if "tables" in cells and not {"leads", "outcomes"} <= set(cells["tables"]):
        raise SetError(f"{path}: tables has to make leads and outcomes.")
    if ("seeds" in cells) == ("start" in cells):
        raise SetError(f"{path} needs either seeds or a start, the guessed scorecard.")
    if "start" in cells and not (cells["start"].get("rules") and "mql_score" in cells["start"]):
        raise SetError(f"{path}: start needs rules and an mql_score.")
    if "undated" in cells:
        check_undated(path, cells["undated"], cells.get("files", {}))
    kept = {key: tuple(value) if KINDS[key] is list else value for key, value in cells.items()}
    return DataSet(name=path.stem, **kept)


def check_undated(path: Path, undated: Mapping[str, Any], files: Mapping[str, str]) -> None:
    """Check what is said about a table without dates.

    Arguments:
        path: the YAML file, for the error.
        undated: what it says.
        files: the tables that are loaded, by name.

    Raises:
        SetError: the table is not loaded, or the share of training rows is no share.
    """
    if undated.get("table") not in files:
        raise SetError(f"{path}: undated has to name one of the files as its table.")
    share = undated.get("train_share")
    if isinstance(share, bool) or not isinstance(share, float) or not 0 < share < 1:
        raise SetError(f"{path}: train_share is {share!r}; write a share such as 0.7.")


assert set(KINDS) == {known.name for known in fields(DataSet)} - {"name"}
