"""Builds, fits, builds again and reads how well the fitted scorecard predicts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.rivals import compare, lightgbm_chances, log_loss
from benchmarks.quality.sets import DataSet, SetError
from benchmarks.quality.world import FITTED, PROJECT, World
from lead_scoring.fit.evidence import Evidence, read_evidence
from lead_scoring.warehouse import Warehouse

CHAMPION = """
    select scorecard_id
    from stg_config__scorecards
    where
        role = 'champion'
        and population = ?
        and coalesce(segment_id, '') = ?
"""

METRICS = """
    select
        scored_rows as test_rows,
        leads,
        conversions,
        auc,
        auc_low,
        auc_high,
        log_loss,
        ece_equal_mass,
        ece_equal_width
    from scorecard_metrics
    where
        scorecard_id = ?
        and dimension = 'total'
        and split = 'test'
"""

# The table says what the contender is ahead by.
CONTENDERS = """
    select
        contender_id,
        contender_auc as auc,
        contender_log_loss as log_loss,
        -auc_difference as difference,
        -auc_difference_high as difference_low,
        -auc_difference_low as difference_high
    from scorecard_comparison
    where scorecard_id = ?
"""

TEST_SCORES = """
    select
        lead_id,
        as_of_date,
        score,
        is_converted
    from backtest
    where
        scorecard_id = ?
        and split = 'test'
    order by as_of_date, lead_id
"""


def measure(data_set: DataSet, data: Path, folder: Path, say) -> dict[str, Any]:
    """Fit a scorecard on the training days of a data set and measure it on the test days.

    Arguments:
        data_set: what to measure on.
        data: folder of the files.
        folder: where to build; must not be there.
        say: is called with a text at the start of each step.

    Returns:
        What was found, as the JSON file has it; benchmarks/README.md explains it.

    Raises:
        SetError: the data is not there, a command fails, or there are no test rows.
    """
    world = World(data_set, data, folder)
    say("raw tables")
    world.prepare()
    say("first build")
    world.build("backtest", "path:models/evaluation/fitting", "path:models/staging/config")
    population = data_set.fit.get("population", "open_leads")
    segment = data_set.fit.get("segment")
    started_with = world.query(CHAMPION, population, segment or "")
    if not started_with:
        raise SetError(f"{data_set.name}: the seeds have no champion for {population}.")
    start = started_with[0]["scorecard_id"]
    say("fit")
    is_fitted, fit_seconds = world.fit()
    say("second build")
    world.build("scorecard_metrics", "scorecard_comparison")
    scorecard = FITTED if is_fitted else start
    found = world.query(METRICS, scorecard)
    if not found or not found[0]["conversions"]:
        raise SetError(f"{data_set.name}: no lead converted in the test days, nothing to measure.")
    contenders = {row.pop("contender_id"): row for row in world.query(CONTENDERS, scorecard)}
    result = {
        "set": data_set.name,
        **found[0],
        "is_fitted": is_fitted,
        "rules": _count_rules(world) if is_fitted else 0,
        "fit_seconds": fit_seconds,
        "score_seconds": world.scoring_seconds(),
        "naive_bayes": contenders.get("naive_bayes"),
        "start": contenders.get(start),
    }
    say("LightGBM")
    scores = world.query(TEST_SCORES, scorecard)
    with _environment(world):
        evidence = _read(world, population, segment)
    result["lightgbm"] = _lightgbm(evidence, scores, data_set.name)
    return result if is_fitted else _without_scorecard(result)


def _count_rules(world: World) -> int:
    """Rules of the fitted scorecard."""
    [row] = world.query(
        "select count(*) as rules from stg_config__rules where scorecard_id = ?", FITTED
    )
    return row["rules"]


def _read(world: World, population: str, segment: str | None) -> Evidence:
    """What was known on the training and test days."""
    with Warehouse.from_profile(
        PROJECT, variables=world.variables, target_path=world.target
    ) as warehouse:
        return read_evidence(warehouse, population, segment, ("train", "test"))


@contextmanager
def _environment(world: World) -> Iterator[None]:
    """The environment of the commands of a world, for what runs in this process."""
    before = dict(os.environ)
    os.environ.update(world.environment())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _lightgbm(evidence: Evidence, scores: list[dict[str, Any]], name: str) -> dict[str, float]:
    """LightGBM against the scorecard on the test rows.

    Arguments:
        evidence: training and test rows, in the order of day and lead.
        scores: the scorecard's test rows, in the same order.
        name: of the data set, for the error.

    Raises:
        SetError: the rows are not the same.
    """
    chances = lightgbm_chances(evidence)
    test = evidence.split == "test"
    labels = evidence.is_converted[test]
    if not same_rows(scores, evidence.day[test], labels):
        raise SetError(f"{name}: the evidence is not of the rows that were scored.")
    _, leads = np.unique([row["lead_id"] for row in scores], return_inverse=True)
    ours = np.array([row["score"] for row in scores], float)
    found = compare(ours, chances[test], labels.astype(float), leads)
    return {
        "auc": found.rival_auc,
        "log_loss": log_loss(chances[test], labels),
        "difference": found.difference,
        "difference_low": found.difference_low,
        "difference_high": found.difference_high,
    }


def same_rows(scores: list[dict[str, Any]], days: np.ndarray, labels: np.ndarray) -> bool:
    """Whether scored rows are those of the evidence, in the same order.

    Arguments:
        scores: rows with `as_of_date` and `is_converted`.
        days, labels: of the rows of the evidence.
    """
    scored_days = np.array([row["as_of_date"] for row in scores], "datetime64[D]")
    scored_labels = np.array([row["is_converted"] for row in scores], bool)
    return np.array_equal(scored_days, days) and np.array_equal(scored_labels, labels)


def _without_scorecard(result: dict[str, Any]) -> dict[str, Any]:
    """The result when nothing predicts: without a scorecard all leads are alike, an AUC of 0.5."""
    blank = dict.fromkeys(("auc_low", "auc_high", "log_loss", "ece_equal_mass", "ece_equal_width"))
    unsure = dict.fromkeys(("difference_low", "difference_high"))
    return {
        **result,
        **blank,
        "auc": 0.5,
        "start": None,
        **{
            rival: result[rival] | unsure | {"difference": 0.5 - result[rival]["auc"]}
            for rival in ("naive_bayes", "lightgbm")
            if result[rival]
        },
    }
