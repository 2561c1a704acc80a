"""Writes a fitted scorecard into the seeds, where people read, edit and review it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lead_scoring.check import cell_value
from lead_scoring.fit.run import Fit, FitError, calibrated_score
from lead_scoring.fit.sentences import odds_ratio, rationale, reason, rule_id
from lead_scoring.seed_files import SeedFile, find_seed, write_all

TOTAL = "total"
# How the chances of a fitted scorecard come about, see the seed `fitted_scorecards`.
LEFT_ASIDE, CROSS_FIT = "left_aside", "cross_fit"


@dataclass(frozen=True)
class Band:
    """A band to propose, from the seed `fit_bands`; the lowest has no odds ratio."""

    dimension: str
    band: str
    min_odds_ratio: float | None


@dataclass(frozen=True)
class Place:
    """Whose scorecard it is and what it is called.

    Attributes:
        scorecard_id: Name of the new scorecard.
        population: `open_leads` or `customers`.
        segment_id: Segment it is limited to, or None.
        like: Scorecard whose dimensions and grid are taken over, or None.
        first_day, last_day: First and last training day.
    """

    scorecard_id: str
    population: str
    segment_id: str | None
    like: str | None
    first_day: np.datetime64
    last_day: np.datetime64


@dataclass(frozen=True)
class Written:
    """What was written: rows of the rules, bands of the score with their lowest points, notes."""

    rows: list[dict[str, object]]
    bands: dict[str, object]
    mql_score: int | None
    notes: list[str]


SEEDS = (
    "scorecards",
    "score_dimensions",
    "score_rules_fitted",
    "score_bands",
    "priority_grid",
    "fitted_scorecards",
)


def write_scorecard(
    fit: Fit,
    place: Place,
    bands: list[Band],
    mql_odds_ratio: float,
    confidence_z: float,
    channels: dict[str, str],
    seeds_dir: Path,
) -> Written:
    """Write the rows of a fitted scorecard, in place of an earlier fit of the same name.

    Args:
        fit: The scorecard.
        place: Whose it is.
        bands: Bands to propose.
        mql_odds_ratio: Odds, against those of the average lead, that make a lead ready for sales.
        confidence_z: Width of intervals in standard errors.
        channels: Channel of each activity type; a dimension of that name takes its rules.
        seeds_dir: Folder of the seeds.

    Raises:
        UnreadableSeed, SeedEditError: A seed is no table or lacks a column.
        OSError: A seed cannot be written; all of them are as they were.
    """
    files = {name: SeedFile.read(find_seed(seeds_dir, name)) for name in SEEDS}
    for file in files.values():
        file.remove(scorecard_id=place.scorecard_id)
    rules = _rule_rows(fit, place, files, confidence_z, channels)
    dimensions = list(dict.fromkeys(row["dimension"] for row in rules))
    notes: list[str] = []
    band_rows = _band_rows(fit, place, bands, dimensions, notes)
    mql = calibrated_score(fit, mql_odds_ratio)
    mql_score = None if mql is None else round(mql)
    learned = _counted(fit, fit.learned)
    if fit.shrinkage is None:
        learned += f"; bands and chances from {_counted(fit, fit.calibrated)} left aside"
    files["scorecards"].append(
        [
            {
                "scorecard_id": place.scorecard_id,
                "role": "challenger",
                "population": place.population,
                "segment_id": place.segment_id or "",
                "method": "fitted",
                "base_points": fit.base_points,
                "min_score": "",
                "max_score": "",
                "mql_score": "" if mql_score is None else mql_score,
                "description": (
                    f"Points learned from {learned}, on the days {place.first_day} to"
                    f" {place.last_day}. {fit.scale.points_to_double_odds:g}"
                    f" points double the odds of converting; a lead with the odds of the average"
                    f" lead has {fit.scale.anchor_score:g}."
                ),
            }
        ]
    )
    files["fitted_scorecards"].append(
        [
            {
                "scorecard_id": place.scorecard_id,
                "calibration": LEFT_ASIDE if fit.shrinkage is None else CROSS_FIT,
                "anchor_score": f"{fit.scale.anchor_score:g}",
                "points_to_double_odds": f"{fit.scale.points_to_double_odds:g}",
            }
        ]
    )
    files["score_dimensions"].append(
        {"scorecard_id": place.scorecard_id, "dimension": dimension} for dimension in dimensions
    )
    files["score_rules_fitted"].append(rules)
    files["score_bands"].append(band_rows)
    grid = _grid_rows(files["priority_grid"], place, band_rows, notes)
    files["priority_grid"].append(grid)
    write_all(files.values())
    return Written(
        rows=rules,
        bands={row["band"]: row["min_points"] for row in band_rows if row["dimension"] == TOTAL},
        mql_score=mql_score,
        notes=notes,
    )


def _counted(fit: Fit, rows: np.ndarray) -> str:
    """How many leads some of the training rows are of, in words."""
    lead, is_converted = fit.evidence.lead[rows], fit.evidence.is_converted[rows]
    leads, converted = len(np.unique(lead)), len(np.unique(lead[is_converted]))
    return f"{leads:,} leads, {converted:,} of them converted"


def refuse_foreign(scorecard_ids: list[str], seeds_dir: Path) -> None:
    """Refuse to write over what a person wrote, or over what speaks for leads.

    Args:
        scorecard_ids: Names that are to be written.
        seeds_dir: Folder of the seeds.

    Raises:
        FitError: A name is one for a missing value, or belongs to a scorecard that was not fitted
            or is no challenger.
        UnreadableSeed, SeedEditError: A seed is no table or lacks a column.
    """
    for scorecard_id in scorecard_ids:
        if cell_value(scorecard_id) is None:
            raise FitError(
                f"{scorecard_id} is read as a missing value. Choose another name with --scorecard."
            )
    # Names are compared as in the build: without regard to case.
    names = {scorecard_id.lower(): scorecard_id for scorecard_id in scorecard_ids}
    file = SeedFile.read(find_seed(seeds_dir, "scorecards"))
    for record in file.records():
        scorecard_id = record["scorecard_id"].strip()
        if scorecard_id.lower() not in names:
            continue
        if scorecard_id != names[scorecard_id.lower()]:
            raise FitError(
                f"{file.path} has {scorecard_id}, which is the same name as"
                f" {names[scorecard_id.lower()]}. Choose another one with --scorecard."
            )
        if record["method"].strip().lower() != "fitted":
            raise FitError(
                f"{scorecard_id} in {file.path} was written by hand. Choose another name with"
                " --scorecard."
            )
        if record["role"].strip().lower() == "champion":
            raise FitError(
                f"{scorecard_id} is the champion: a new fit under its name would change live scores"
                " at once. Choose another name with --scorecard, compare, then promote it."
            )
        if record["role"].strip().lower() != "challenger":
            raise FitError(
                f"{scorecard_id} in {file.path} is {record['role'].strip().lower()}: a new fit"
                " under its name would bring it back. Choose another name with --scorecard, or make"
                " it a challenger first."
            )


def _rule_rows(
    fit: Fit,
    place: Place,
    files: dict[str, SeedFile],
    confidence_z: float,
    channels: dict[str, str],
) -> list[dict[str, object]]:
    """Rows of the rules, strongest first within a dimension."""
    known = {
        record["dimension"].strip().lower()
        for record in files["score_dimensions"].records()
        if record["scorecard_id"].strip() == place.like
    }
    labels, lead = fit.evidence.is_converted, fit.evidence.lead
    learned = fit.learned
    taken: set[str] = set()
    rows = []
    for number, rule in enumerate(fit.rules):
        evidence = odds_ratio(rule.holds[learned], labels[learned], lead[learned], confidence_z)
        kept = fit.kept[number] if fit.kept else None
        rows.append(
            {
                "scorecard_id": place.scorecard_id,
                "rule_id": kept["rule_id"] if kept else rule_id(rule, taken),
                "dimension": kept["dimension"] if kept else _dimension(rule, known, channels),
                "signal": rule.signal,
                "measure": rule.measure,
                "topic": rule.topic or "",
                "window_days": "" if rule.window_days is None else rule.window_days,
                "operator": rule.operator or "",
                "value": rule.value or "",
                "points": rule.points,
                "half_life_days": (
                    "" if rule.half_life_days is None else f"{rule.half_life_days:g}"
                ),
                "max_points": "" if rule.max_points is None else rule.max_points,
                "segment_id": kept["segment_id"] if kept else "",
                "reason": kept["reason"] if kept else reason(rule),
                "rationale": rationale(
                    rule, evidence, fit.scale.points_to_double_odds, confidence_z
                ),
            }
        )
    order = {"fit": 0, "engagement": 1}
    if not fit.kept:
        rows.sort(key=lambda row: (order.get(row["dimension"], 2), row["dimension"]))
    return rows


def _dimension(rule, known: set[str], channels: dict[str, str]) -> str:
    """Fit for what a lead is; for what it does engagement, or the dimension of its channel."""
    if rule.measure == "value":
        return "fit"
    channel = rule.signal.removeprefix("channel:")
    channel = channels.get(channel, channel)
    return channel if channel in known else "engagement"


def _band_rows(
    fit: Fit, place: Place, bands: list[Band], dimensions: list[str], notes: list[str]
) -> list[dict[str, object]]:
    """Bands of the score by calibrated chance, of a dimension by what its points do to the odds."""
    rows = []
    for band in bands:
        if band.dimension not in (TOTAL, *dimensions):
            continue
        points: int | None = None
        if band.min_odds_ratio is not None:
            if band.dimension == TOTAL:
                score = calibrated_score(fit, band.min_odds_ratio)
                points = None if score is None else round(score)
            else:
                points = round(fit.scale.factor * np.log(band.min_odds_ratio))
            if points is None:
                notes.append(
                    f"no band {band.band}: on the leads left aside more points did not go with"
                    " more conversions"
                )
                continue
        start = "" if points is None else points
        same = [
            row["band"]
            for row in rows
            if row["dimension"] == band.dimension and row["min_points"] == start
        ]
        if same:
            notes.append(
                f"no band {band.band} of {band.dimension}: it would start at {start} points like"
                f" {same[0]}"
            )
            continue
        rows.append(
            {
                "scorecard_id": place.scorecard_id,
                "dimension": band.dimension,
                "band": band.band,
                "min_points": start,
            }
        )
    return rows


def _grid_rows(
    grid: SeedFile, place: Place, band_rows: list[dict[str, object]], notes: list[str]
) -> list[dict[str, object]]:
    """The grid of the scorecard it is like, where the bands have the same names."""
    rows = [
        {**record, "scorecard_id": place.scorecard_id}
        for record in grid.records()
        if record["scorecard_id"].strip() == place.like
    ]
    for column, dimension in (("fit_band", "fit"), ("engagement_band", "engagement")):
        names = {row["band"] for row in band_rows if row["dimension"] == dimension}
        if not rows or {row[column] for row in rows} != names:
            notes.append(
                "no priorities: "
                + (
                    f"the {dimension} bands are not those of {place.like}; write rows for it into"
                    f" {grid.path.name}"
                    if rows
                    else f"{grid.path.name} has no grid to take over; write one for it"
                )
            )
            return []
    return rows
