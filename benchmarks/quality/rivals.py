"""LightGBM on the evidence of a scorecard, and the comparison of two scores on the same rows."""

from collections.abc import Iterator
from typing import NamedTuple

import lightgbm
import numpy as np
from sklearn.model_selection import GroupKFold

from benchmarks.score_quality import auc
from lead_scoring.fit.candidates import signals
from lead_scoring.fit.evidence import Attribute, Events, Evidence, Kind

WINDOWS_DAYS = (7, 30, 90)
HALF_LIVES_DAYS = (7, 30, 90)
# A level of fewer training rows cannot be told from chance; all such levels are one.
LEVEL_MIN_ROWS = 20
FOLDS = 4
REPLICATES = 500
SETTINGS = {
    "num_leaves": 8,
    "n_estimators": 150,
    "learning_rate": 0.05,
    "random_state": 1,
    "n_jobs": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}


class Comparison(NamedTuple):
    """AUC of two scores on the same rows; the difference is the first minus the second."""

    auc: float
    rival_auc: float
    difference: float
    difference_low: float
    difference_high: float


def lightgbm_chances(evidence: Evidence) -> np.ndarray:
    """Chances to convert by gradient boosted trees that were trained on the training rows.

    Trees can split the levels of an attribute into any two groups or in the order of their codes.
    The first finds more, the second memorises less; leads held out of the training rows decide.

    Arguments:
        evidence: rows with what was known of each lead on the day.

    Returns:
        A chance from 0 to 1 for each row, training rows included.
    """
    train = evidence.split == "train"
    columns, is_level = [], []
    for attribute in evidence.attributes.values():
        numbers = as_numbers(attribute)
        is_level.append(numbers is None)
        columns.append(level_codes(attribute, train) if numbers is None else numbers)
    asked = [signal.kinds for signal in signals(evidence, set(), 0)]
    for column in event_columns(evidence.events, len(evidence), asked):
        is_level.append(False)
        columns.append(column)
    features = np.column_stack(columns)
    learnt_from, labels = features[train], evidence.is_converted[train]
    levels = np.flatnonzero(is_level).tolist()
    grouped = levels_to_group(learnt_from, labels, evidence.lead[train], levels)
    return trained(learnt_from, labels, grouped).booster_.predict(features)


def levels_to_group(
    features: np.ndarray, labels: np.ndarray, leads: np.ndarray, levels: list[int]
) -> list[int]:
    """Decide whether trees may group levels at will: whatever says truer chances of leads held out.

    Arguments:
        features: an array of rows x features, nan where missing.
        labels: whether each row converted.
        leads: number of the lead of each row.
        levels: places of the features whose values are levels.

    Returns:
        All of these places or none.
    """
    losses = [
        log_loss(held_out_chances(features, labels, leads, grouped), labels)
        for grouped in ([], levels)
    ]
    return levels if losses[1] < losses[0] else []


def trained(
    features: np.ndarray, labels: np.ndarray, grouped: list[int]
) -> lightgbm.LGBMClassifier:
    """A model trained on rows.

    Arguments:
        features: an array of rows x features, nan where missing.
        labels: whether each row converted.
        grouped: places of the features whose values are levels to be grouped.
    """
    model = lightgbm.LGBMClassifier(**SETTINGS)
    return model.fit(features, labels, categorical_feature=grouped)


def held_out_chances(
    features: np.ndarray, labels: np.ndarray, leads: np.ndarray, grouped: list[int]
) -> np.ndarray:
    """Chances of each row by a model that saw no row of its lead.

    Arguments:
        features, labels, grouped: as for `trained`.
        leads: number of the lead of each row.
    """
    chances = np.empty(len(labels))
    for seen, unseen in GroupKFold(FOLDS).split(features, groups=leads):
        model = trained(features[seen], labels[seen], grouped)
        chances[unseen] = model.booster_.predict(features[unseen])
    return chances


def as_numbers(attribute: Attribute) -> np.ndarray | None:
    """The values of an attribute as numbers, nan where missing; None if a level is no number."""
    try:
        return np.array([np.nan, *map(float, attribute.levels)])[attribute.codes]
    except ValueError:
        return None


def level_codes(attribute: Attribute, train: np.ndarray) -> np.ndarray:
    """Numbers that stand for the levels of an attribute.

    Arguments:
        attribute: whose values are levels.
        train: boolean array of the training rows.

    Returns:
        From 1 for the levels that enough training rows have, 0 for all others, nan for missing.
    """
    counts = np.bincount(attribute.codes[train], minlength=len(attribute.levels) + 1)
    is_frequent = counts >= LEVEL_MIN_ROWS
    is_frequent[0] = False
    codes = np.where(is_frequent, np.cumsum(is_frequent), 0).astype(float)
    codes[0] = np.nan
    return codes[attribute.codes]


def types_and_channels(kinds: list[Kind]) -> list[np.ndarray]:
    """Which kinds are of each type and of each channel, types that rules may not name left out.

    Arguments:
        kinds: the kinds of activity.

    Returns:
        A boolean array with one element per kind for each channel and type, by their names.
    """
    listed = [kind for kind in kinds if kind.is_listed]
    types = {("type", kind.activity_type) for kind in listed}
    channels = {("channel", kind.channel) for kind in listed if kind.channel}
    return [
        np.array(
            [
                kind.is_listed and (kind.activity_type if sort == "type" else kind.channel) == name
                for kind in kinds
            ]
        )
        for sort, name in sorted(types | channels)
    ]


def event_columns(events: Events, rows: int, asked: list[np.ndarray]) -> Iterator[np.ndarray]:
    """How often, on how many days, how long ago and how freshly each kind of thing was done.

    Arguments:
        events: what counts for the rows.
        rows: how many rows there are.
        asked: for each thing a boolean array of the kinds of activity that are one.

    Yields:
        An array of one number per row; days since the last event are nan without one.
    """
    ages = int(events.age_days.max(initial=0)) + 1
    for belongs in asked:
        chosen = belongs[events.kind]
        row, age, count = events.row[chosen], events.age_days[chosen], events.count[chosen]
        # One number for a row and an age: far cheaper to sort than pairs.
        active_row, active_age = np.divmod(np.unique(row.astype(np.int64) * ages + age), ages)
        for window in (*WINDOWS_DAYS, np.inf):
            yield np.bincount(row[age < window], count[age < window], minlength=rows)
            is_recent = active_age < window
            yield np.bincount(active_row[is_recent], minlength=rows).astype(float)
        last = np.full(rows, np.inf)
        np.minimum.at(last, row, age)
        yield np.where(np.isinf(last), np.nan, last)
        for half_life in HALF_LIVES_DAYS:
            yield np.bincount(row, count * 0.5 ** (age / half_life), minlength=rows)


def compare(
    scores: np.ndarray, rival_scores: np.ndarray, labels: np.ndarray, leads: np.ndarray
) -> Comparison:
    """AUC of two scores and an interval of the difference, by drawing the leads again.

    Arguments:
        scores, rival_scores: what ranks each row.
        labels: 1 for a row that converted, else 0.
        leads: number of the lead of each row, from 0; rows of a lead are drawn together.
    """
    draws = np.random.default_rng(1)
    differences = []
    for _ in range(REPLICATES):
        weights = draws.poisson(1, leads.max() + 1)[leads].astype(float)
        differences.append(auc(scores, labels, weights) - auc(rival_scores, labels, weights))
    low, high = np.nanpercentile(differences, [2.5, 97.5])
    ones = np.ones(len(labels))
    ours, theirs = auc(scores, labels, ones), auc(rival_scores, labels, ones)
    return Comparison(ours, theirs, ours - theirs, float(low), float(high))


def log_loss(chances: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative logarithm of the chance that was said of what came."""
    return float(-np.mean(np.log(np.where(labels == 1, chances, 1 - chances))))
