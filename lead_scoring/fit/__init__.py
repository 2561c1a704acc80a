"""Learns weights from history: the command `lead-scoring fit`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from lead_scoring.check import cell_value
from lead_scoring.fit.binning import Limits
from lead_scoring.fit.candidates import Trials
from lead_scoring.fit.evidence import (
    Evidence,
    read_evidence,
    read_row_numbers,
    read_rule_amounts,
)
from lead_scoring.fit.run import (
    Fit,
    FitError,
    KeptRule,
    NothingPredicts,
    SegmentTrial,
    Settings,
    check_amount,
    discover,
    refit,
    try_segment,
)
from lead_scoring.fit.seeds import (
    TOTAL,
    Band,
    Place,
    Written,
    refuse_foreign,
    write_scorecard,
)
from lead_scoring.seed_files import SeedFile, find_seed
from lead_scoring.warehouse import Warehouse

__all__ = ["FitError", "Fitted", "NothingPredicts", "Request", "run_fit"]

# Rows beyond which a sample of the leads is as good: evidence of all rows is held in memory.
MAX_ROWS = 400_000
# Models that a fit reads; any of them missing means that dbt has not built the project.
MODELS = (
    "fit_rows",
    "fit_attributes",
    "fit_event_kinds",
    "fit_events",
    "fit_rule_amounts",
    "score_segment_members",
    "stg_config__activity_types",
    "stg_config__evaluation_settings",
    "stg_config__fit_bands",
    "stg_config__fit_candidates",
    "stg_config__lead_attributes",
    "stg_config__learning_exclusions",
    "stg_config__scorecards",
    "stg_config__segments",
)


@dataclass(frozen=True)
class Request:
    """What to fit.

    Attributes:
        scorecard_id: Name of the new scorecard.
        like: Scorecard whose population, segment, dimensions and grid it takes over, or None.
        keep_rules: Whether to keep the rules of `like` and learn only their points.
        population: `open_leads` or `customers`; default: that of `like`, else open leads.
        segment_id: Segment to fit for; default: that of `like`.
        per_segment: Segments that get a scorecard of their own where it predicts better.
        allow: Signals that may predict as well as a leak would.
        exclude: Signals to leave out.
        changes: Values for settings of the seeds, by name.
        bands: Odds ratios for bands of the score, by name.
    """

    scorecard_id: str
    like: str | None = None
    keep_rules: bool = False
    population: str | None = None
    segment_id: str | None = None
    per_segment: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    changes: Mapping[str, float] = field(default_factory=dict)
    bands: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Fitted:
    """What became of a scorecard.

    Attributes:
        scorecard_id: Its name.
        segment_id: Segment it is limited to, or None.
        fit: The scorecard; None when there is none.
        written: What was written into the seeds; None when nothing was.
        trial: How it did against the general scorecard, for a segment.
        fallback: Why the general scorecard speaks for the segment; None when it has its own.
    """

    scorecard_id: str
    segment_id: str | None
    fit: Fit | None = None
    written: Written | None = None
    trial: SegmentTrial | None = None
    fallback: str | None = None


@dataclass(frozen=True)
class Session:
    """What one run reads once: evidence of a population, the numbers of the seeds."""

    request: Request
    settings: Settings
    evidence: Evidence
    bands: list[Band]
    channels: dict[str, str]
    kept: list[KeptRule]
    members: dict[str, np.ndarray]


# More threads are no faster on sums this small, slower on a busy machine, and their last digits
# would depend on the number of cores.
@threadpool_limits.wrap(limits=1, user_api="blas")
def run_fit(
    request: Request,
    project_dir: Path,
    seeds_dir: Path,
    target: str | None = None,
    variables: Mapping[str, Any] | None = None,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> list[Fitted]:
    """Fit a scorecard on the training days of the back-test and write it into the seeds.

    Nothing is drawn at random: the same tables and seeds give the same scorecard.

    Args:
        request: What to fit.
        project_dir: Folder of `dbt_project.yml`.
        seeds_dir: Folder of the seeds.
        target: Target of the dbt profile.
        variables: Values for vars of the project.
        progress: Called with what is being done, how much of it is done and how much there is.

    Returns:
        The scorecard, and then one for each segment that was asked for. Of a segment without a
        scorecard of its own `fallback` says why the general one speaks for it.

    Raises:
        FitError: Nothing can be fitted; NothingPredicts when the data holds no signal.
        WarehouseError: The tables are not there.
    """
    if not request.scorecard_id:
        raise FitError("Name the new scorecard with --scorecard.")
    if request.keep_rules and request.per_segment:
        raise FitError(
            "--per-segment finds rules for each segment, --method refit keeps those of --like: ask"
            " for one of them. To refit for a segment, use --segment."
        )
    names = [request.scorecard_id]
    names += [_name_for(request, segment_id) for segment_id in request.per_segment]
    refuse_foreign(names, seeds_dir)
    progress("reading evidence", 0, 1)
    session = _open(request, project_dir, seeds_dir, target, variables)
    request, settings, evidence = session.request, session.settings, session.evidence
    if request.keep_rules:
        fit = refit(session.kept, evidence, settings)
    else:
        fit = discover(evidence, settings, progress, jobs=-1)
    fitted = [_write(fit, session, request.scorecard_id, request.segment_id, seeds_dir)]
    for segment_id, in_segment in session.members.items():
        progress(f"trying a scorecard for {segment_id}", 0, 1)
        name = _name_for(request, segment_id)
        own = evidence.only(in_segment)
        try:
            check_amount(own, settings, f"leads in segment {segment_id}")
            trial = try_segment(evidence, in_segment, settings)
            if not trial.is_better:
                fitted.append(Fitted(name, segment_id, trial=trial, fallback="no better"))
                continue
            found = discover(own, settings, jobs=-1)
        except FitError as error:
            fitted.append(Fitted(name, segment_id, fallback=str(error)))
            continue
        fitted.append(replace(_write(found, session, name, segment_id, seeds_dir), trial=trial))
    return fitted


def _open(
    request: Request,
    project_dir: Path,
    seeds_dir: Path,
    target: str | None,
    variables: Mapping[str, Any] | None,
) -> Session:
    """Read everything that the fit needs, then leave the warehouse alone."""
    with Warehouse.from_profile(project_dir, target, variables) as warehouse:
        missing = warehouse.missing(MODELS)
        if missing:
            raise FitError(
                f"The warehouse has no {', '.join(missing[:3])}"
                + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
                + ": run `dbt build` first, a fit learns from what it made."
            )
        request = _completed(request, warehouse)
        _refuse_unknown_segments(request, warehouse)
        _refuse_unknown_signals(request, warehouse)
        settings = _read_settings(request, warehouse)
        evidence = read_rows(warehouse, request.population, request.segment_id)
        whose = request.population.replace("_", " ")
        if request.segment_id:
            whose += f" in segment {request.segment_id}"
        check_amount(evidence, settings, whose)
        channels = warehouse.arrays(
            "select activity_type, channel from "
            + warehouse.relation("stg_config__activity_types")
            + " where channel is not null"
        )
        members = {}
        for segment_id in request.per_segment:
            numbers = read_row_numbers(warehouse, request.population, segment_id)
            members[segment_id] = np.isin(evidence.number, numbers)
        return Session(
            request,
            settings,
            evidence,
            _read_bands(request, warehouse),
            dict(zip(channels["activity_type"], channels["channel"], strict=True)),
            _read_kept_rules(warehouse, request, evidence, seeds_dir) if request.keep_rules else [],
            members,
        )


def _name_for(request: Request, segment_id: str) -> str:
    """Name of the scorecard of a segment."""
    return f"{request.scorecard_id}_{segment_id}"


def _refuse_unknown_segments(request: Request, warehouse: Warehouse) -> None:
    """Refuse a segment that is misspelt rather than find no lead in it."""
    known = warehouse.arrays(
        f"select distinct segment_id from {warehouse.relation('stg_config__segments')}"
    )["segment_id"]
    asked = {*request.per_segment, request.segment_id} - {None}
    unknown = sorted(asked - set(known))
    if unknown:
        raise FitError(
            f"There is no segment {', '.join(unknown)} in the last build; it has"
            f" {', '.join(sorted(known)) or 'none'}."
        )


def _refuse_unknown_signals(request: Request, warehouse: Warehouse) -> None:
    """Refuse the name of a signal that is misspelt rather than exclude or allow nothing."""
    signals = warehouse.arrays(f"""
        select attribute as signal from {warehouse.relation("stg_config__lead_attributes")}
        union
        select activity_type from {warehouse.relation("stg_config__activity_types")}
        union
        select 'channel:' || channel from {warehouse.relation("stg_config__activity_types")}
        where channel is not null
        union
        select signal from {warehouse.relation("stg_config__learning_exclusions")}
    """)["signal"]
    known = {"any_activity", *signals}
    for option, names in (("--exclude", request.exclude), ("--allow", request.allow)):
        for name in sorted(names - known):
            near = get_close_matches(name, sorted(known), n=1)
            raise FitError(
                f"{option} {name}: no attribute, activity type or channel has that name."
                + (f" Did you mean {near[0]}?" if near else "")
            )


def _write(
    fit: Fit, session: Session, scorecard_id: str, segment_id: str | None, seeds_dir: Path
) -> Fitted:
    """Write a scorecard into the seeds."""
    place = Place(
        scorecard_id=scorecard_id,
        population=session.request.population,
        segment_id=segment_id,
        like=session.request.like,
        first_day=fit.evidence.day.min(),
        last_day=fit.evidence.day.max(),
    )
    written = write_scorecard(
        fit,
        place,
        session.bands,
        session.settings.mql_odds_ratio,
        session.settings.confidence_z,
        session.channels,
        seeds_dir,
    )
    return Fitted(scorecard_id, segment_id, fit, written)


def read_rows(warehouse: Warehouse, population: str, segment_id: str | None) -> Evidence:
    """Read the training rows, of a sample of the leads when there are very many.

    Args:
        warehouse: Where dbt built the project.
        population: `open_leads` or `customers`.
        segment_id: Segment, or None.
    """
    [rows] = warehouse.arrays(
        f"select count(*) as scored_rows from {warehouse.relation('fit_rows')}"
        f" where split = 'train' and population = '{population}'"
    )["scored_rows"]
    return read_evidence(
        warehouse, population, segment_id, sample_share=min(1.0, MAX_ROWS / max(int(rows), 1))
    )


def _completed(request: Request, warehouse: Warehouse) -> Request:
    """Fill in what the scorecard it is like, or the champion, says."""
    scorecards = warehouse.arrays(
        "select scorecard_id, role, population, segment_id from "
        + warehouse.relation("stg_config__scorecards")
    )
    places = {scorecard_id: place for place, scorecard_id in enumerate(scorecards["scorecard_id"])}
    like = request.like
    if like is not None and like not in places:
        raise FitError(
            f"There is no scorecard {like} in the last build; it has {', '.join(sorted(places))}."
        )
    if request.keep_rules and like is None:
        raise FitError("Name the scorecard whose rules are to be kept with --like.")
    population, segment_id = request.population, request.segment_id
    if like is not None:
        population = population or scorecards["population"][places[like]]
        segment_id = segment_id or scorecards["segment_id"][places[like]]
    population = population or "open_leads"
    if like is None:
        champions = [
            scorecard_id
            for scorecard_id, place in places.items()
            if scorecards["role"][place] == "champion"
            and scorecards["population"][place] == population
        ]
        champions.sort(
            key=lambda name: (
                scorecards["segment_id"][places[name]] != segment_id,
                scorecards["segment_id"][places[name]] is not None,
                name,
            )
        )
        like = champions[0] if champions else None
    return replace(request, like=like, population=population, segment_id=segment_id or None)


def _read_settings(request: Request, warehouse: Warehouse) -> Settings:
    """Numbers of the seeds, changed where the request says so."""
    table = warehouse.arrays(
        f"select * from {warehouse.relation('stg_config__evaluation_settings')}"
    )
    numbers = {name: float(values[0]) for name, values in table.items()} | dict(request.changes)
    candidates = warehouse.arrays(
        f"select candidate, days from {warehouse.relation('stg_config__fit_candidates')}"
    )
    exclusions = warehouse.arrays(
        f"select signal from {warehouse.relation('stg_config__learning_exclusions')}"
    )
    days: dict[str, list[float | None]] = {"window_days": [], "half_life_days": []}
    for candidate, value in zip(candidates["candidate"], candidates["days"], strict=True):
        known = value is not None and not np.isnan(value)
        days[candidate].append(float(value) if known else None)
    return Settings(
        limits=Limits(
            min_leads=numbers["fit_rule_min_leads"],
            min_conversions=numbers["fit_rule_min_conversions"],
            max_bins=int(numbers["fit_max_bins"]),
            merge_p_value=numbers["fit_merge_p_value"],
            cut_min_conversions=numbers["fit_cut_min_conversions"],
            bend_p_value=numbers["fit_bend_p_value"],
        ),
        trials=Trials(
            tuple(None if value is None else int(value) for value in days["window_days"]),
            tuple(value for value in days["half_life_days"] if value is not None),
        ),
        excluded=frozenset(exclusions["signal"]) | request.exclude,
        allowed=request.allow,
        min_leads=numbers["fit_min_leads"],
        min_conversions=numbers["fit_min_conversions"],
        leak_information_value=numbers["leak_information_value"],
        min_information_value=numbers["fit_min_information_value"],
        min_odds_ratio=numbers["fit_min_odds_ratio"],
        entry_p_value=numbers["fit_entry_p_value"],
        validation_blocks=int(numbers["fit_validation_blocks"]),
        calibration_lead_min_conversions=numbers["calibration_lead_min_conversions"],
        points_to_double_odds=numbers["fit_points_to_double_odds"],
        anchor_score=numbers["fit_anchor_score"],
        mql_odds_ratio=numbers["fit_mql_odds_ratio"],
        confidence_z=numbers["confidence_z"],
    )


def _read_bands(request: Request, warehouse: Warehouse) -> list[Band]:
    """Bands of the seed, with the odds ratios that the request names."""
    table = warehouse.arrays(
        "select dimension, band, min_odds_ratio from "
        + warehouse.relation("stg_config__fit_bands")
        + " order by row_number"
    )
    bands = []
    for dimension, name, ratio in zip(
        table["dimension"], table["band"], table["min_odds_ratio"], strict=True
    ):
        known = ratio is not None and not np.isnan(ratio)
        bands.append(Band(dimension, name, float(ratio) if known else None))
    changeable = {
        band.band for band in bands if band.dimension == TOTAL and band.min_odds_ratio is not None
    }
    unknown = sorted(set(request.bands) - changeable)
    if unknown:
        raise FitError(
            f"fit_bands.csv has no band {', '.join(unknown)} of the total that starts at odds of"
            f" its own; it has {', '.join(sorted(changeable))}."
        )
    bands = [
        replace(band, min_odds_ratio=request.bands[band.band])
        if band.dimension == TOTAL and band.band in request.bands
        else band
        for band in bands
    ]
    starts = [band for band in bands if band.dimension == TOTAL and band.min_odds_ratio is not None]
    for higher, lower in pairwise(starts):
        if higher.min_odds_ratio <= lower.min_odds_ratio:
            raise FitError(
                f"{higher.band} would start at odds of {higher.min_odds_ratio:g}, which is not"
                f" above the {lower.min_odds_ratio:g} of {lower.band}: bands stand in"
                " fit_bands.csv from the best down. Change --band."
            )
    return bands


def _read_kept_rules(
    warehouse: Warehouse, request: Request, evidence: Evidence, seeds_dir: Path
) -> list[KeptRule]:
    """Rules of a scorecard, and what each counted on each row."""
    amounts = read_rule_amounts(warehouse, evidence, request.like)
    nothing = np.zeros(len(evidence))
    kept = []
    for seed in ("score_rules", "score_rules_fitted"):
        for record in SeedFile.read(find_seed(seeds_dir, seed)).records():
            if record["scorecard_id"].strip() == request.like:
                rule = {name: (cell_value(cell) or "").strip() for name, cell in record.items()}
                if rule["signal"].lower() not in request.exclude:
                    kept.append(KeptRule(rule, amounts.get(rule["rule_id"], nothing)))
    if not kept:
        raise FitError(
            f"{request.like} has no rules in {seeds_dir}"
            + (" but for signals of --exclude." if request.exclude else ".")
        )
    return kept
