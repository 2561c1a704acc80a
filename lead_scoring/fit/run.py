"""From evidence to a scorecard: what the command `lead-scoring fit` does, step by step."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import brentq
from scipy.special import expit

from lead_scoring.fit.binning import NUMBER, Characteristic, Limits, number_values
from lead_scoring.fit.candidates import (
    Trials,
    activity_candidates,
    attribute_candidates,
    signals,
)
from lead_scoring.fit.evidence import Evidence
from lead_scoring.fit.scorecard import FittedRule, Scale, kept_rule, rules_of
from lead_scoring.fit.selection import (
    Candidate,
    Prior,
    best_measures,
    choose_plan,
    face_value,
    fit_coefficients,
    learn,
    measure_candidate,
    select,
    time_blocks,
)

# A prior so wide that the data alone speaks.
FLAT_DEVIATION = 1e4
# Log odds beyond which no chance lies.
MAX_LOG_ODDS = 30.0


class FitError(Exception):
    """Nothing can be fitted; the text says why, with the numbers, and what to do."""


class NothingPredicts(FitError):
    """The data holds no signal that tells who converts: there is nothing to write."""


@dataclass(frozen=True)
class Settings:
    """Numbers of the seeds that a fit obeys; names as in `evaluation_settings.csv`.

    Attributes:
        limits: What a rule has to have.
        trials: Windows and half-lives to try.
        excluded: Signals that nothing is learned from.
        allowed: Signals that may predict as well as a leak would.
        min_leads, min_conversions: Leads, and converted leads, without which nothing is fitted.
        leak_information_value: Information value above which a signal looks like a leak.
        min_information_value: Information value below which a signal gets no rule, unless
        min_odds_ratio: some of its leads have this many times the odds of the average lead.
        entry_p_value: How unlikely by chance a signal's usefulness has to be.
        validation_blocks: Blocks in the order of time.
        calibration_lead_min_conversions: Leads set aside that have to convert, and not to.
        points_to_double_odds, anchor_score: The scale of the points.
        mql_odds_ratio: Odds, against those of the average lead, that make a lead ready for sales.
        confidence_z: Width of intervals in standard errors.
    """

    limits: Limits
    trials: Trials
    excluded: frozenset[str]
    allowed: frozenset[str]
    min_leads: float
    min_conversions: float
    leak_information_value: float
    min_information_value: float
    min_odds_ratio: float
    entry_p_value: float
    validation_blocks: int
    calibration_lead_min_conversions: float
    points_to_double_odds: float
    anchor_score: float
    mql_odds_ratio: float
    confidence_z: float


@dataclass(frozen=True)
class KeptRule:
    """A rule of an existing scorecard whose points are learned anew.

    Attributes:
        record: The row of the seed.
        amounts: What the rule counted on each row: 1 where it held, the decayed and capped number
            of events for `each`, 0 elsewhere.
    """

    record: dict[str, str]
    amounts: np.ndarray


@dataclass(frozen=True)
class Fit:
    """A fitted scorecard.

    Attributes:
        rules: The rules with their points.
        base_points: Points that everybody starts with.
        scale: Where points stand on the odds.
        evidence: The training rows.
        learned: Which of them points were learned from.
        calibrated: Which of them chances are learned from; the same when there are too few.
        score: Score of each row, before limits.
        deviation: How far coefficients were allowed to stray, see `choose_plan`.
        left_out: What got no points, with the reason.
        shrinkage: By how much points were taken back, 1 for not at all, so that they hold for leads
            they were not learned from; None where leads were left aside and tell that instead.
        kept: For a refit the seed row of each rule.
    """

    rules: list[FittedRule]
    base_points: int
    scale: Scale
    evidence: Evidence
    learned: np.ndarray
    calibrated: np.ndarray
    score: np.ndarray
    deviation: float
    left_out: list[str]
    shrinkage: float | None = None
    kept: list[dict[str, str]] = field(default_factory=list)


def check_amount(evidence: Evidence, settings: Settings, whose: str) -> None:
    """Refuse evidence from which nothing could be learned.

    Args:
        evidence: Training rows.
        settings: How much is needed.
        whose: Whose rows these are, for the message.

    Raises:
        FitError: There are too few leads or conversions, or only one class.
    """
    leads = len(np.unique(evidence.lead))
    converted = len(np.unique(evidence.lead[evidence.is_converted]))
    found = (
        f"{leads:,} mature leads of {whose} in the training days, {converted:,} of them converted"
    )
    if leads < settings.min_leads:
        raise FitError(
            f"There are {found}; a fit needs {settings.min_leads:,.0f} leads. Wait for more, lower"
            " conversion_horizon_days, or keep points by hand until then."
        )
    if converted == 0 or evidence.is_converted.all():
        what = "none converted" if converted == 0 else "all converted"
        raise FitError(
            f"There are {found}: {what}, so nothing can tell the two apart. Check"
            " conversion_outcome and the table of outcomes."
        )
    if converted < settings.min_conversions:
        raise FitError(
            f"There are {found}; a fit needs {settings.min_conversions:,.0f} conversions. Wait for"
            " more, or choose an earlier stage as conversion_outcome."
        )


def set_aside(evidence: Evidence, settings: Settings) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows points are learned from, and which chances are learned from.

    Args:
        evidence: Training rows.
        settings: How many of the leads set aside have to convert, and not to; with fewer all rows
            serve for both, see `cross_fit`.
    """
    converted, others = (
        len(np.unique(evidence.lead[evidence.is_set_aside & rows]))
        for rows in (evidence.is_converted, ~evidence.is_converted)
    )
    if min(converted, others) < settings.calibration_lead_min_conversions:
        everybody = np.ones(len(evidence), dtype=bool)
        return everybody, everybody
    return ~evidence.is_set_aside, evidence.is_set_aside


def cross_fit(
    evidence: Evidence,
    learn: Callable[[np.ndarray], np.ndarray],
    settings: Settings,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
    jobs: int = 1,
) -> float:
    """Return how far log odds hold for leads that they were not learned from.

    Every so many-th lead is in one part, so that all parts are of all times; each is scored by what
    the others teach. The slope of a logistic curve on these scores, whose level each part has to
    itself, is what is left of a point: the uniform shrinkage of J. C. van Houwelingen and
    S. le Cessie (1990).

    Args:
        evidence: Training rows.
        learn: Returns the log odds of all rows, as learned from some, given as a boolean array.
        settings: Number of parts and width of intervals.
        progress: Called with what is being done, how much of it is done and how much there is.
        jobs: Parts tried at the same time, each by a process of its own; -1 for one per core.

    Returns:
        The slope, at most 1; 0 when more log odds did not go with more conversions than chance
        allows.
    """
    size = settings.validation_blocks
    part = evidence.lead % size
    log_odds = np.zeros(len(evidence))

    def taught_by_others(unseen: np.ndarray) -> np.ndarray | float:
        with suppress(NothingPredicts):
            return learn(~unseen)[unseen]
        # Where the others teach nothing all are alike.
        return 0.0

    progress("trying points on other leads", 0, size)
    tried = Parallel(jobs, return_as="generator")(
        delayed(taught_by_others)(part == number) for number in range(size)
    )
    for number, found in enumerate(tried):
        log_odds[part == number] = found
        progress("trying points on other leads", number + 1, size)
    labels = evidence.is_converted
    if not ranks(log_odds, labels, evidence.lead, settings.confidence_z, part):
        return 0.0
    levels = [(part == number).astype(float) for number in range(1, size)]
    features = np.column_stack([log_odds, *levels])
    flat = Prior(np.zeros(size), None)
    (slope, *_), _ = fit_coefficients(features, labels, flat, FLAT_DEVIATION)
    return float(np.clip(slope, 0.0, 1.0))


@dataclass(frozen=True)
class Weighed:
    """Signals that were chosen and how far each is taken.

    Attributes:
        chosen: The signals.
        coefficients: How far the weight of evidence of each is to be taken.
        deviation: How far they were allowed to stray, see `choose_plan`.
    """

    chosen: list[Candidate]
    coefficients: np.ndarray
    deviation: float

    def log_odds(self) -> np.ndarray:
        """Log odds of each row, but for their level."""
        return np.column_stack([candidate.encode() for candidate in self.chosen]) @ (
            self.coefficients
        )


def discover(
    evidence: Evidence,
    settings: Settings,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
    learned: np.ndarray | None = None,
    jobs: int = 1,
) -> Fit:
    """Find rules and their points.

    Args:
        evidence: Training rows.
        settings: Numbers of the seeds.
        progress: Called with what is being done, how much of it is done and how much there is.
        learned: Rows to learn from, taken at their word; default: all but the leads set aside.
        jobs: Processes that work at the same time, see `cross_fit`.

    Raises:
        FitError: A signal looks like a leak.
        NothingPredicts: No signal tells who converts, or not on leads that were not learned from.
    """
    usual, calibrated = set_aside(evidence, settings)
    is_trial = learned is not None
    learned = learned if is_trial else usual
    labels, lead = evidence.is_converted, evidence.lead
    weighed = weigh_signals(evidence, settings, learned, progress)
    unseen = ~learned
    shrinkage = None
    if not is_trial and not unseen.any():
        # Fewer leads make some signals look like leaks that all leads together have cleared.
        cleared = replace(settings, leak_information_value=np.inf)
        shrinkage = cross_fit(
            evidence,
            lambda rows: weigh_signals(evidence, cleared, rows).log_odds(),
            settings,
            progress,
            jobs,
        )
        if shrinkage == 0:
            raise NothingPredicts(
                f"{len(weighed.chosen)} signals seemed to tell who converts, but"
                f" {len(np.unique(lead)):,} leads, {len(np.unique(lead[labels])):,} of them"
                " converted, could not confirm them: each part of the leads was scored by what the"
                " others teach, and more points did not go with more conversions than chance"
                " allows. No scorecard was written. With more leads it may be another answer."
            )
    scale = _scale(evidence, settings)
    rules: list[FittedRule] = []
    left_out = unreadable(evidence, settings)
    coefficients = weighed.coefficients * (1.0 if shrinkage is None else shrinkage)
    for candidate, coefficient in zip(weighed.chosen, coefficients, strict=True):
        found = rules_of(candidate, coefficient, scale)
        rules += found
        if not found:
            left_out.append(
                f"{candidate.characteristic.signal}: others say the same, or too little"
            )
    known = {candidate.characteristic.signal for candidate in weighed.chosen}
    left_out += [
        f"{signal}: allowed, but no rule about it has enough leads that converted and enough that"
        " did not"
        for signal in sorted(settings.allowed - known)
    ]
    fit = _finished(
        rules, scale, evidence, learned, calibrated, weighed.deviation, left_out, shrinkage
    )
    is_confirmed = (
        is_trial
        or not unseen.any()
        or ranks(fit.score[unseen], labels[unseen], lead[unseen], settings.confidence_z)
    )
    if not is_confirmed:
        raise NothingPredicts(
            f"{len(rules)} rules were found, but {len(np.unique(lead[unseen])):,} leads left aside,"
            f" {len(np.unique(lead[unseen & labels])):,} of them converted, could not confirm them:"
            " more points did not go with more conversions than chance allows. No scorecard was"
            " written. With more leads it may be another answer."
        )
    return fit


def weigh_signals(
    evidence: Evidence,
    settings: Settings,
    learned: np.ndarray,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Weighed:
    """Choose signals and how far each is taken.

    Args:
        evidence: Training rows.
        settings: Numbers of the seeds.
        learned: Rows to learn from.
        progress: Called with what is being done, how much of it is done and how much there is.

    Raises:
        FitError: A signal looks like a leak.
        NothingPredicts: No signal tells who converts.
    """
    labels, lead = evidence.is_converted, evidence.lead
    _refuse_one_class(labels[learned])
    block = time_blocks(evidence.day, lead, learned, settings.validation_blocks)
    limits = settings.limits

    def measured(characteristic: Characteristic) -> Candidate:
        return measure_candidate(characteristic, labels, lead, block, limits)

    pool = [
        measured(characteristic)
        for characteristic in attribute_candidates(evidence)
        if characteristic.signal not in settings.excluded
    ]
    kinds = signals(evidence, settings.excluded, limits.min_leads)
    for number, signal in enumerate(kinds):
        progress("trying measures of activities", number, len(kinds))
        measures = activity_candidates(evidence, signal, settings.trials)
        pool += best_measures([measured(candidate) for candidate in measures])
    _refuse_leaks(pool, settings)
    # What looks like a leak may have no group that a rule could be made of.
    pool = [
        candidate
        for candidate in pool
        if candidate.grouping.weights.any()
        and (_tells_much(candidate, settings) or _stands_out(candidate, settings))
    ]
    tested = select(
        pool,
        labels,
        lead,
        learned,
        settings.entry_p_value,
        lambda _, number: progress("choosing signals", number, len(pool)),
    )
    if not tested:
        raise NothingPredicts(
            f"None of {len(evidence.attributes)} attributes and {len(kinds)} kinds of activity"
            f" tells who converts, in {len(np.unique(lead[learned])):,} leads. No scorecard was"
            " written: its points would be noise."
        )
    # Attributes that say what others say still help when one of them changes its meaning.
    is_tested = {id(candidate) for candidate in tested}
    broad = [
        candidate
        for candidate in pool
        if id(candidate) in is_tested
        or (candidate.characteristic.measure == "value" and _tells_much(candidate, settings))
    ]
    plans = [broad, tested]

    def features_from(chosen: list[Candidate]) -> Callable[[np.ndarray], np.ndarray]:
        return lambda blocks: np.column_stack(
            [
                candidate.encode(
                    learn(candidate.characteristic, candidate.counts.of(blocks), limits)
                )
                for candidate in chosen
            ]
        )

    progress("weighing signals", 0, 1)
    priors = [face_value(len(chosen)) for chosen in plans]
    place, deviation = choose_plan(
        [features_from(chosen) for chosen in plans], priors, labels, block
    )
    chosen, prior = plans[place], priors[place]
    features = np.column_stack([candidate.encode() for candidate in chosen])
    coefficients, _ = fit_coefficients(features[learned], labels[learned], prior, deviation)
    return Weighed(chosen, coefficients, deviation)


def unreadable(evidence: Evidence, settings: Settings) -> list[str]:
    """Return what to know of attributes that look like something else than what was made of them.

    Args:
        evidence: Training rows.
        settings: Numbers of the seeds.
    """
    notes = []
    min_leads = settings.limits.min_leads
    for name, attribute in evidence.attributes.items():
        if name in settings.excluded:
            continue
        is_text = np.array([not NUMBER.fullmatch(level) for level in attribute.levels], dtype=bool)
        if is_text.any() and not is_text.all():
            texts = np.append(False, is_text)[attribute.codes]
            known = attribute.codes > 0
            if texts.sum() < known.sum() / 2:
                example = attribute.levels[attribute.codes[texts][0] - 1]
                notes.append(
                    f"{name} as a number: {texts.sum():,} of {known.sum():,} values are none, such"
                    f" as {example!r}; empty them, or write them as numbers"
                )
        if number_values(attribute.levels) is not None:
            continue
        size = len(attribute.levels) + 1
        codes = np.unique(evidence.lead.astype(np.int64) * size + attribute.codes) % size
        most = np.bincount(codes, minlength=2)[1:].max(initial=0)
        if most < min_leads:
            notes.append(
                f"{name}: none of its {len(attribute.levels):,} texts has {min_leads:g} leads"
            )
    return notes


def _tells_much(candidate: Candidate, settings: Settings) -> bool:
    """Whether the groups of a candidate tell enough of all leads."""
    return candidate.grouping.information_value >= settings.min_information_value


def _stands_out(candidate: Candidate, settings: Settings) -> bool:
    """Whether a candidate tells much of a few leads.

    Information value weighs groups by their size: a rare sign that triples the odds has little of
    it, and sales wants to know. The weight of `each` is a slope, which no group stands behind.
    """
    if candidate.characteristic.amounts is not None:
        return False
    furthest = np.abs(candidate.grouping.weights).max(initial=0.0)
    return bool(furthest >= np.log(settings.min_odds_ratio))


def ranks(
    score: np.ndarray,
    is_converted: np.ndarray,
    lead: np.ndarray,
    confidence_z: float,
    part: np.ndarray | None = None,
) -> bool:
    """Return whether more points went with more conversions, by more than chance allows.

    The score test of a logistic curve on the score, with errors added up by lead.

    Args:
        score: Score of each row, none of which it was learned from.
        is_converted: Label of each row.
        lead: Lead of each row.
        confidence_z: Standard errors that chance is allowed.
        part: Part of each row, numbered from 0: rows are compared with those of their own part
            alone; default: with all.
    """
    part = np.zeros(len(score), dtype=int) if part is None else part
    rows = np.bincount(part)

    def centred(values: np.ndarray) -> np.ndarray:
        return values - (np.bincount(part, values) / rows)[part]

    _, lead = np.unique(lead, return_inverse=True)
    by_lead = np.bincount(lead, centred(is_converted.astype(float)) * centred(score))
    return bool(by_lead.sum() > confidence_z * np.sqrt((by_lead**2).sum()))


def refit(kept: list[KeptRule], evidence: Evidence, settings: Settings) -> Fit:
    """Learn the points of given rules.

    The points they have are what is expected of them before the data speaks: a logistic curve on
    the present score turns them into log odds, and rules of which little is known stay near it.

    Args:
        kept: The rules.
        evidence: Training rows.
        settings: Numbers of the seeds.

    Raises:
        FitError: The rules about a signal tell so much that it looks like a leak.
        NothingPredicts: No rule holds for enough leads, or all points round to 0.
    """
    learned, calibrated = set_aside(evidence, settings)
    labels, lead = evidence.is_converted, evidence.lead
    _refuse_one_class(labels[learned])
    block = time_blocks(evidence.day, lead, learned, settings.validation_blocks)
    _refuse_leaks(
        [
            measure_candidate(told, labels, lead, block, settings.limits)
            for told in told_by_rules(kept)
        ],
        settings,
    )
    used, left_out = [], []
    for rule in kept:
        problem = _too_few(rule.amounts > 0, labels, lead, learned, settings.limits)
        if problem:
            left_out.append(f"{rule.record['rule_id']}: {problem}")
        else:
            used.append(rule)
    if not used:
        raise NothingPredicts("No rule holds for enough leads to learn its points.")
    features = np.column_stack([rule.amounts for rule in used])
    points = np.array([float(rule.record["points"]) for rule in used])
    flat = Prior(np.zeros(1), None)
    old_score = (features @ points)[:, None]
    (slope,), _ = fit_coefficients(old_score[learned], labels[learned], flat, FLAT_DEVIATION)
    prior = Prior(max(slope, 0.0) * points, None)
    _, deviation = choose_plan([lambda blocks: features], [prior], labels, block)
    coefficients, _ = fit_coefficients(features[learned], labels[learned], prior, deviation)
    shrinkage = None
    if learned.all():

        def log_odds(rows: np.ndarray) -> np.ndarray:
            found, _ = fit_coefficients(features[rows], labels[rows], prior, deviation)
            return features @ found

        shrinkage = cross_fit(evidence, log_odds, settings)
        if shrinkage == 0:
            raise NothingPredicts(
                "No points of these rules held for leads that they were not learned from: more"
                " points did not go with more conversions than chance allows. Nothing was written."
            )
        coefficients = coefficients * shrinkage
    scale = _scale(evidence, settings)
    rules, records = [], []
    for rule, coefficient in zip(used, coefficients, strict=True):
        fitted = kept_rule(rule.record, rule.amounts, coefficient, scale)
        if fitted is None:
            left_out.append(f"{rule.record['rule_id']}: its points round to 0")
        else:
            rules.append(fitted)
            records.append(rule.record)
    fit = _finished(rules, scale, evidence, learned, calibrated, deviation, left_out, shrinkage)
    return replace(fit, kept=records)


def told_by_rules(kept: list[KeptRule]) -> Iterator[Characteristic]:
    """Yield for each signal what its rules tell of a row: which of them hold, or none.

    Args:
        kept: The rules.
    """
    holds = defaultdict(list)
    for rule in kept:
        holds[rule.record["signal"].lower()].append(rule.amounts > 0)
    for signal, of_signal in holds.items():
        held = np.column_stack(of_signal)
        some = held.any(axis=1)
        told, codes = np.unique(held[some], axis=0, return_inverse=True)
        which = np.zeros(len(held), dtype=int)
        which[some] = codes + 1
        yield Characteristic(signal, "value", which, [str(place) for place in range(len(told))])


def _refuse_one_class(labels: np.ndarray) -> None:
    """Refuse rows that all converted, or all did not, once other leads are set aside."""
    if not 0 < labels.sum() < len(labels):
        raise NothingPredicts(
            "All leads that points could be learned from "
            + ("converted" if labels.any() else "did not convert")
            + ", so nothing can tell the two apart. Wait for more."
        )


def _scale(evidence: Evidence, settings: Settings) -> Scale:
    """The scale of the points; the average lead is that of all training rows."""
    return Scale(
        settings.points_to_double_odds, settings.anchor_score, float(evidence.is_converted.mean())
    )


def _finished(
    rules: list[FittedRule],
    scale: Scale,
    evidence: Evidence,
    learned: np.ndarray,
    calibrated: np.ndarray,
    deviation: float,
    left_out: list[str],
    shrinkage: float | None,
) -> Fit:
    """Add the base points that make whole points promise as many conversions as there were."""
    if not rules:
        raise NothingPredicts(
            "The points of all rules round to 0: nothing tells who converts well enough to be worth"
            " a point. No scorecard was written."
        )
    score = sum(rule.row_points for rule in rules)
    log_odds = score[learned] / scale.factor
    intercept = brentq(
        lambda shift: expit(log_odds + shift).mean() - evidence.is_converted[learned].mean(),
        -MAX_LOG_ODDS - log_odds.max(),
        MAX_LOG_ODDS - log_odds.min(),
    )
    base_points = round(scale.anchor_score + scale.factor * (intercept - scale.base_log_odds))
    return Fit(
        rules=rules,
        base_points=base_points,
        scale=scale,
        evidence=evidence,
        learned=learned,
        calibrated=calibrated,
        score=base_points + score,
        deviation=deviation,
        left_out=left_out,
        shrinkage=shrinkage,
    )


def _too_few(
    holds: np.ndarray,
    is_converted: np.ndarray,
    lead: np.ndarray,
    learned: np.ndarray,
    limits: Limits,
) -> str | None:
    """Why there are too few leads or conversions on a side of a rule, or None."""
    for side, name in ((holds, "it holds"), (~holds, "it does not hold")):
        leads = len(np.unique(lead[learned & side]))
        converted = len(np.unique(lead[learned & side & is_converted]))
        others = len(np.unique(lead[learned & side & ~is_converted]))
        if leads < limits.min_leads or min(converted, others) < limits.min_conversions:
            return f"{name} for {leads:,} leads, {converted:,} of them converted: too few"
    return None


def _refuse_leaks(pool: list[Candidate], settings: Settings) -> None:
    """Refuse signals that tell more of conversion than most things known beforehand do."""
    strongest: dict[str, float] = {}
    for candidate in pool:
        signal = candidate.characteristic.signal
        value = candidate.grouping.information_value
        if value > settings.leak_information_value and signal not in settings.allowed:
            strongest[signal] = max(value, strongest.get(signal, 0.0))
    if strongest:
        listed = "\n".join(
            f"  {signal}: information value {value:.2f}"
            for signal, value in sorted(strongest.items(), key=lambda pair: -pair[1])
        )
        options = " ".join(f"--allow {signal}" for signal in strongest)
        raise FitError(
            "These signals tell more of conversion than most things known beforehand do"
            f" (information value above {settings.leak_information_value:g}):\n{listed}\nOften such"
            " a signal is filled in only when the outcome is known. Look at when each is written:"
            " leave it out with --exclude, or, if it really is known beforehand, allow it by name:"
            f" {options}"
        )


def calibrated_score(fit: Fit, odds_ratio: float) -> float | None:
    """Return the score from which leads have a multiple of the odds of the average lead.

    The curve from score to chance is Platt's, on the leads left aside; where there are none, points
    were taken back until they mean what their scale says.

    Args:
        fit: The scorecard.
        odds_ratio: The multiple.

    Returns:
        The score; None when more points did not go with more conversions there.
    """
    if fit.shrinkage is not None:
        return float(fit.scale.anchor_score + fit.scale.factor * np.log(odds_ratio))
    scores = fit.score[fit.calibrated]
    labels = fit.evidence.is_converted[fit.calibrated]
    centre = scores.mean()
    (slope,), intercept = fit_coefficients(
        (scores - centre)[:, None] / fit.scale.factor,
        labels,
        Prior(np.zeros(1), None),
        FLAT_DEVIATION,
    )
    if slope <= 0:
        return None
    target = fit.scale.base_log_odds + np.log(odds_ratio)
    return float(centre + fit.scale.factor * (target - intercept) / slope)


@dataclass(frozen=True)
class SegmentTrial:
    """A scorecard of a segment against the general one, on leads that neither has seen.

    Attributes:
        is_better: Whether the segment's own predicts better by more than a standard error.
        leads, converted_leads: Leads of the segment that it was tried on.
        own_loss, general_loss: Log loss per row of each.
    """

    is_better: bool
    leads: int
    converted_leads: int
    own_loss: float
    general_loss: float


def try_segment(evidence: Evidence, in_segment: np.ndarray, settings: Settings) -> SegmentTrial:
    """Fit on the earlier leads, once all of them and once those of the segment, and compare.

    Args:
        evidence: Training rows of the population.
        in_segment: Which rows are in the segment.
        settings: Numbers of the seeds.

    Raises:
        NothingPredicts: Among the earlier leads of the segment nothing tells who converts.
    """
    everybody = np.ones(len(evidence), dtype=bool)
    block = time_blocks(evidence.day, evidence.lead, everybody, settings.validation_blocks)
    late = block == block.max()
    tried = late & in_segment
    losses = []
    for learned in (~late & in_segment, ~late):
        fit = discover(evidence, settings, learned=learned)
        log_odds = (fit.score[tried] - fit.scale.anchor_score) / fit.scale.factor
        log_odds += fit.scale.base_log_odds
        labels = evidence.is_converted[tried]
        losses.append(np.logaddexp(0, log_odds) - np.where(labels, log_odds, 0.0))
    _, lead = np.unique(evidence.lead[tried], return_inverse=True)
    by_lead = np.bincount(lead, losses[1] - losses[0])
    return SegmentTrial(
        is_better=bool(by_lead.sum() > np.sqrt(len(by_lead)) * by_lead.std(ddof=1)),
        leads=len(by_lead),
        converted_leads=len(np.unique(lead[evidence.is_converted[tried]])),
        own_loss=float(losses[0].mean()),
        general_loss=float(losses[1].mean()),
    )
