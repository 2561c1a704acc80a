"""Scores by other seeds beside the live tables, in a schema of its own that is dropped afterwards.

Only models that a changed seed reaches and the comparison needs are built. Everything else is read
from the live tables, because dbt is given a manifest in which nothing but those models has moved.
"""

import copy
import secrets
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lead_scoring.warehouse import DbtRun, Warehouse

# What the comparison reads.
WANTED = ("lead_scores", "lead_score_reasons", "backtest", "score_chances", "capacity_line")
# What the comparison can do without: the check of the seeds, which has been done, and the scores
# that baselines would have given.
NOT_NEEDED_MODEL = "config_errors"
NOT_NEEDED_FOLDER = "baselines"
# Days that only the history is scored for; those 7 and 30 days back stay.
NO_HISTORY = {"history_daily_days": 0, "history_monthly_periods": 0}

Progress = Callable[[int, int, str], None]


def models_to_read(manifest) -> list[str]:
    """Names of the models and seeds that live tables are needed of, whatever is built beside."""
    needed = _needed(manifest)
    parents = {parent for name in needed for parent in manifest.nodes[name].depends_on_nodes}
    return sorted(
        node.name
        for node in _nodes(manifest)
        if node.unique_id in needed | parents and node.config.materialized != "ephemeral"
    )


def models_to_build(manifest, changed_seeds: Collection[str]) -> list[str]:
    """Find what has to be built when these seeds change.

    Args:
        manifest: What dbt knows of the project.
        changed_seeds: Names of seeds.

    Returns:
        Unique ids of the seeds and of the models between them and what is compared. Records, which
        no full refresh may rebuild, are never among them.
    """
    nodes = _nodes(manifest)
    children: dict[str, list[str]] = {}
    for node in nodes:
        for parent in node.depends_on_nodes:
            children.setdefault(parent, []).append(node.unique_id)
    reached: set[str] = set()
    waiting = [
        node.unique_id
        for node in nodes
        if node.resource_type == "seed" and node.name in changed_seeds
    ]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(children.get(name, ()))
    return sorted(
        name
        for name in reached & _needed(manifest)
        if manifest.nodes[name].config.full_refresh is not False
        and manifest.nodes[name].config.materialized != "ephemeral"
    )


@contextmanager
def built_beside(
    live: Warehouse,
    run: DbtRun,
    changed_seeds: Collection[str],
    seed_files: Mapping[str, Path] | None = None,
    variables: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    keep: bool = False,
) -> Iterator[Warehouse]:
    """Build other seeds in a schema of their own, and drop it at the end of the block.

    Args:
        live: The warehouse with the live tables.
        run: dbt with the project and target of that warehouse.
        changed_seeds: Names of the seeds that differ from those of the live tables.
        seed_files: File by seed, for seeds that are not in the seeds folder of the project.
        variables: Values for vars of the project.
        progress: Called with the models done, their number and the name of the last one.
        keep: Whether the schema stays.

    Yields:
        The warehouse as if the seeds were live.

    Raises:
        WarehouseError: dbt could not build it.
    """
    # Its own deepcopy fails on a project with selectors.
    manifest = copy.deepcopy(live.manifest)
    chosen = [manifest.nodes[name] for name in models_to_build(manifest, changed_seeds)]
    suffix = f"__preview_{secrets.token_hex(4)}"
    moved = live.moved(manifest, chosen, suffix)
    for node in chosen:
        # Nobody reads the descriptions of tables that are dropped.
        node.config.persist_docs = {}
        if seed_files and node.name in seed_files and node.resource_type == "seed":
            node.original_file_path = str(seed_files[node.name].resolve())
    done = 0

    def note(event) -> None:
        nonlocal done
        if event.info.name in ("LogModelResult", "LogSeedResult"):
            done += 1
            if progress:
                progress(done, len(chosen), event.data.node_info.node_name)

    try:
        with tempfile.TemporaryDirectory() as folder:
            run.into(Path(folder)).invoke(
                *("build", "--resource-type", "seed", "--resource-type", "model"),
                *("--select", *(".".join(node.fqn) for node in chosen)),
                manifest=manifest,
                callbacks=[note],
                **{**(variables or {}), **NO_HISTORY},
            )
        yield moved
    finally:
        if not keep:
            for database, schema in sorted({(node.database, node.schema) for node in chosen}):
                live.drop_schema(schema, database)


def _nodes(manifest) -> list:
    return [node for node in manifest.nodes.values() if node.resource_type in ("model", "seed")]


def _needed(manifest) -> set[str]:
    """What is compared and all it is made of, without what the comparison can do without."""
    found: set[str] = set()
    waiting = [node.unique_id for node in _nodes(manifest) if node.name in WANTED]
    while waiting:
        node = manifest.nodes.get(waiting.pop())
        if (
            node is not None
            and node.unique_id not in found
            and node.name != NOT_NEEDED_MODEL
            and NOT_NEEDED_FOLDER not in node.fqn
        ):
            found.add(node.unique_id)
            waiting.extend(node.depends_on_nodes)
    return found
