"""The command `lead-scoring preview`, step by step."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from lead_scoring.check import SEEDS_VARIABLE, Mistake, check_seeds, project_variables
from lead_scoring.preview.build import Progress, built_beside, models_to_read
from lead_scoring.preview.compare import Preview, compare
from lead_scoring.preview.seeds import (
    Line,
    SeedSourceError,
    commit_files,
    differences,
    folder_lines,
    warehouse_lines,
)
from lead_scoring.seed_files import seed_paths
from lead_scoring.templates import Templates
from lead_scoring.warehouse import DbtRun, Warehouse, WarehouseError


class PreviewError(Exception):
    """There is nothing to compare with; the text says what to do."""


class SeedMistakes(Exception):
    """The edited seeds have errors.

    Attributes:
        mistakes: What `lead-scoring check` finds.
    """

    def __init__(self, mistakes: list[Mistake]) -> None:
        """Keep the mistakes."""
        super().__init__("The seeds have errors.")
        self.mistakes = mistakes


def preview(
    project_dir: Path,
    seeds_dir: str | None = None,
    against: str | None = None,
    target: str | None = None,
    variables: Mapping[str, Any] | None = None,
    keep: bool = False,
    progress: Progress | None = None,
) -> tuple[Preview, list[str]]:
    """Build the edited seeds beside the live tables and compare.

    Args:
        project_dir: Folder of `dbt_project.yml`.
        seeds_dir: Folder of the edited seeds; default: as for dbt.
        against: Commit or branch whose seeds are "before"; default: the live tables are.
        target: Target of the dbt profile; default: the profile's own.
        variables: Values for vars of the project.
        keep: Whether the schemas that were built stay.
        progress: Called with the models done, their number and the name of the last one.

    Returns:
        What the edit changes, and the schemas that were built.

    Raises:
        SeedMistakes: The edited seeds have errors.
        PreviewError: There are no live tables to compare with, or the commit is not there.
        CheckError: There are no seeds.
    """
    variables = dict(variables or {})
    mistakes = check_seeds(project_dir, seeds_dir, variables)
    if any(mistake.severity == "error" for mistake in mistakes):
        raise SeedMistakes(mistakes)
    folder = Path(seeds_dir or project_dir / (os.environ.get(SEEDS_VARIABLE) or "seeds")).resolve()
    # Around the blocks: what they close may fail as well.
    try:
        with _seeds_folder(folder), ExitStack() as stack:
            return _preview(stack, project_dir, folder, against, target, variables, keep, progress)
    except (WarehouseError, SeedSourceError) as error:
        raise PreviewError(str(error)) from error


def _preview(
    stack: ExitStack,
    project_dir: Path,
    folder: Path,
    against: str | None,
    target: str | None,
    variables: dict[str, Any],
    keep: bool,
    progress: Progress | None,
) -> tuple[Preview, list[str]]:
    values = project_variables(project_dir) | variables
    contract = Templates(project_dir, values, dict(os.environ)).call("seed_contract")
    # The check has seen that there is one file of each.
    files = {name: paths[0] for name, paths in seed_paths(folder).items() if name in contract}
    after = folder_lines(files)
    before_files = dict(files)
    words = "the live tables"
    if against:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        commit, committed = commit_files(folder, against, place, list(contract))
        before_files |= committed
        words = f"the seeds of {against} (commit {commit})"
        before = folder_lines(before_files)
        if not differences(before, after, contract):
            return Preview(words), []

    live = stack.enter_context(Warehouse.from_profile(project_dir, target, variables))
    _need_live_tables(live)
    try:
        loaded = warehouse_lines(live, contract)
    except WarehouseError as error:
        raise PreviewError(
            "The seeds that were loaded last have other columns: they are of another version of"
            f" the project. Run `dbt build` with the published weights first. {error}"
        ) from error
    if not against:
        _need_fresh_tables(live)
        before = loaded
    changes = differences(before, after, contract)
    if not changes:
        return Preview(words), []
    run = DbtRun(project_dir, target, variables)
    pinned = {"as_of_date": _as_of_date(live)}
    schemas: list[str] = []

    def side(lines: Mapping[str, list[Line]], seed_files: Mapping[str, Path]) -> Warehouse:
        names = [change.seed for change in differences(loaded, lines, contract)]
        if not names and not _is_stale(live):
            return live
        if not names:
            names = list(contract)
        built = stack.enter_context(
            built_beside(live, run, names, seed_files, pinned, progress, keep)
        )
        schemas.extend(built.schemas - live.schemas)
        return built

    old = side(before, before_files)
    new = side(after, files)
    return compare(old, new, changes, words), sorted(schemas)


def _need_live_tables(live: Warehouse) -> None:
    """Stop when tables that a preview reads have not been built."""
    needed = models_to_read(live.manifest)
    missing = live.missing(needed)
    if "lead_scores" in missing:
        raise PreviewError(
            f"There are no live scores in schema {', '.join(sorted(live.schemas))}. Build them"
            " with `dbt build` first, and look at --target and --vars."
        )
    if missing:
        raise PreviewError(
            f"The live tables lack {', '.join(missing[:3])}"
            + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            + ": they were built by another version of the"
            " project, or not to the end. Run `dbt build` with the published weights first."
        )


def _need_fresh_tables(live: Warehouse) -> None:
    if _is_stale(live):
        raise PreviewError(
            "The live scores were not made with the seeds that were loaded last: a build stopped"
            " half way, or only the seeds were loaded. Run `dbt build` with the published weights"
            " first, or name them with --against."
        )


def _is_stale(live: Warehouse) -> bool:
    """Whether the live scores are of other versions of the scorecards than the live seeds."""
    versions = [
        {
            (scorecard_id, version)
            for scorecard_id, version in zip(
                *live.arrays(
                    f"select distinct scorecard_id, scorecard_version from {live.relation(name)}"
                ).values(),
                strict=True,
            )
        }
        for name in ("lead_scores", "stg_config__scorecard_versions")
    ]
    # A scorecard that scores nobody has a version, but no score.
    return not versions[0] <= versions[1]


def _as_of_date(live: Warehouse) -> str:
    day = live.arrays(f"select as_of_date from {live.relation('int_clock__as_of')}")["as_of_date"]
    return str(day[0])


@contextmanager
def _seeds_folder(folder: Path) -> Iterator[None]:
    """Let dbt find the seeds there for the time of a block."""
    before = os.environ.get(SEEDS_VARIABLE)
    os.environ[SEEDS_VARIABLE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[SEEDS_VARIABLE]
        else:
            os.environ[SEEDS_VARIABLE] = before
