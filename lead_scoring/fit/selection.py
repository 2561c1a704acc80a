"""Chooses the measure of each signal, the signals themselves, and how far to trust them.

Leads are cut into blocks in the order of time. A block is predicted from those before it, never
from later ones, and all days of a lead are in one block.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import chi2

from lead_scoring.fit.binning import (
    Characteristic,
    Counts,
    Grouping,
    Limits,
    count,
    group,
    log_loss,
    weigh,
)

# Share of a candidate's variance that the chosen ones must leave unexplained.
OWN_SHARE = 1e-6
# Far more than Newton's method takes.
MAX_NEWTON_STEPS = 50
# Standard deviations of the prior that cross-validation chooses from.
PRIOR_DEVIATIONS = (0.03, 0.1, 0.3, 1.0, 3.0)


@dataclass(frozen=True)
class Candidate:
    """A characteristic with its counts, groups and what it is worth by itself.

    Attributes:
        characteristic: What rules would ask.
        counts: Its counts by block.
        grouping: Its groups. For `each` one group, whose weight is the slope per decayed event.
        gain: By how many nats it predicts later blocks better than the base rate alone.
    """

    characteristic: Characteristic
    counts: Counts
    grouping: Grouping
    gain: float

    def encode(self, grouping: Grouping | None = None) -> np.ndarray:
        """Return what the characteristic says of each row by itself, in log odds.

        Args:
            grouping: Groups that were learned elsewhere; default: its own.
        """
        grouping = grouping or self.grouping
        if self.characteristic.amounts is not None:
            return grouping.weights[0] * self.characteristic.amounts
        return grouping.encode(self.characteristic.codes)


def time_blocks(day: np.ndarray, lead: np.ndarray, learned: np.ndarray, size: int) -> np.ndarray:
    """Cut leads into equally large blocks by their first day; return the block of each row.

    Args:
        day: Day of each row.
        lead: Lead of each row, numbered from 0.
        learned: Whether the row is learned from; the leads of others are in block -1.
        size: Number of blocks.
    """
    first = np.full(lead.max() + 1, np.datetime64("9999-12-31"))
    np.minimum.at(first, lead[learned], day[learned])
    leads = np.unique(lead[learned])
    order = leads[np.argsort(first[leads], kind="stable")]
    block = np.full(len(first), -1)
    block[order] = np.arange(len(order)) * size // len(order)
    return np.where(learned, block[lead], -1)


def measure_candidate(
    characteristic: Characteristic,
    is_converted: np.ndarray,
    lead: np.ndarray,
    block: np.ndarray,
    limits: Limits,
) -> Candidate:
    """Group a characteristic and measure by later blocks what it is worth.

    Args:
        characteristic: What rules would ask.
        is_converted: Label of each row.
        lead: Lead of each row, numbered from 0.
        block: Block of each row, numbered from 0; rows of block -1 do not count.
        limits: What a group has to have.
    """
    counts = count(characteristic, is_converted, lead, block)
    gain = 0.0
    for seen, unseen in _folds(counts):
        base = np.full(counts.rows.shape[1], 0)
        loss = log_loss(weigh(base, seen), seen, unseen)
        gain += loss - _loss(characteristic, seen, unseen, limits)
    return Candidate(characteristic, counts, learn(characteristic, counts, limits), gain)


def learn(characteristic: Characteristic, counts: Counts, limits: Limits) -> Grouping:
    """Learn groups, or the slope of `each`, from counts.

    Args:
        characteristic: What rules would ask.
        counts: The counts to learn from.
        limits: What a group has to have.
    """
    if characteristic.amounts is None:
        return group(characteristic, counts, limits)
    slope, _ = _slope(characteristic, counts, limits)
    zeros = np.zeros(counts.rows.shape[1], dtype=int)
    value = group(characteristic, counts, limits).information_value
    return Grouping(zeros, np.array([slope]), value)


def _folds(counts: Counts) -> Iterator[tuple[Counts, Counts]]:
    """Earlier blocks to learn from, the next one to predict."""
    blocks = np.arange(len(counts.rows))
    for last in range(1, len(blocks)):
        seen, unseen = counts.of(blocks < last), counts.of(blocks == last)
        if 0 < seen.conversions.sum() < seen.rows.sum():
            yield seen, unseen


def _loss(characteristic: Characteristic, seen: Counts, unseen: Counts, limits: Limits) -> float:
    """Log loss of unseen counts by what was learned from the seen ones."""
    if characteristic.amounts is None:
        return log_loss(group(characteristic, seen, limits), seen, unseen)
    slope, intercept = _slope(characteristic, seen, limits)
    log_odds = intercept + slope * np.append(0.0, characteristic.values)
    rows, conversions = unseen.rows.sum(axis=0), unseen.conversions.sum(axis=0)
    return float((rows * np.logaddexp(0, log_odds) - conversions * log_odds).sum())


def _slope(characteristic: Characteristic, counts: Counts, limits: Limits) -> tuple[float, float]:
    """Slope and intercept of a logistic curve; 0 when too few leads have any events."""
    rows, conversions = counts.rows.sum(axis=0), counts.conversions.sum(axis=0)
    numbers = np.append(0.0, characteristic.values)
    intercept = float(logit(conversions.sum() / rows.sum()))
    leads, won = counts.leads.sum(axis=0), counts.converted_leads.sum(axis=0)
    for side in (numbers > 0, numbers <= 0):
        enough = min(won[side].sum(), (leads - won)[side].sum()) >= limits.min_conversions
        if not enough or leads[side].sum() < limits.min_leads:
            return 0.0, intercept
    fitted = _newton(numbers[:, None], conversions, rows)
    return float(fitted[1]), float(fitted[0])


def _newton(
    features: np.ndarray,
    conversions: np.ndarray,
    rows: np.ndarray,
    prior: "Prior | None" = None,
    precision: float = 1e-6,
    start: np.ndarray | None = None,
) -> np.ndarray:
    """Logistic regression with normal priors and lower limits, by projected Newton steps.

    Coefficients that would leave their limit stay on it for a step, the others take a whole step of
    Newton's method, halved until the fit gets better (D. P. Bertsekas 1982).

    Args:
        features: Array cells x features.
        conversions: Converted rows of each cell.
        rows: Rows of each cell.
        prior: Where the coefficients are expected; default 0, without a limit.
        precision: How firmly, as one over the variance.
        start: Intercept and coefficients to begin with; default: the rate of all and 0.

    Returns:
        Intercept and coefficients.
    """
    # Column by column: sums over rows read the memory in its order.
    design = np.asfortranarray(np.column_stack([np.ones(len(rows)), features]))
    size = features.shape[1]
    means = np.zeros(size) if prior is None else prior.means
    lowest = -np.inf if prior is None or prior.lowest is None else prior.lowest
    centre, floor = np.append(0.0, means), np.append(-np.inf, np.full(size, lowest))
    ridge = np.append(0.0, np.full(size, precision))

    def loss(parameters: np.ndarray, log_odds: np.ndarray) -> float:
        away = ridge @ (parameters - centre) ** 2
        # What `logaddexp(0, log_odds)` says, in a seventh of the time.
        softplus = np.maximum(log_odds, 0) + np.log1p(np.exp(-np.abs(log_odds)))
        return rows @ softplus - conversions @ log_odds + away / 2

    if start is None:
        start = np.append(logit(conversions.sum() / rows.sum()), np.zeros(size))
    found = np.maximum(start, floor)
    log_odds = design @ found
    value = loss(found, log_odds)
    for _ in range(MAX_NEWTON_STEPS):
        chance = expit(log_odds)
        gradient = design.T @ (rows * chance - conversions) + ridge * (found - centre)
        free = np.flatnonzero((found > floor) | (gradient < 0))
        weight = rows * chance * (1 - chance)
        curvature = (design * weight[:, None]).T @ design + np.diag(ridge)
        step = np.zeros(size + 1)
        step[free] = np.linalg.lstsq(curvature[np.ix_(free, free)], gradient[free], rcond=None)[0]
        length = 1.0
        while True:
            tried = np.maximum(found - length * step, floor)
            log_odds = design @ tried
            new_value = loss(tried, log_odds)
            if new_value <= value or length < 1e-9:
                break
            length /= 2
        moved = np.abs(tried - found).max()
        found, value = tried, new_value
        if moved < 1e-6:
            break
    return found


def best_measures(candidates: list[Candidate]) -> list[Candidate]:
    """Return of each kind of measure the one that predicts later leads best, if any does.

    How often, on how many days, how much and how long ago say different things of a signal; the
    windows and half-lives of one kind say much the same.

    Args:
        candidates: All measures of the signal.
    """
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        rival = best.setdefault(candidate.characteristic.measure, candidate)
        if candidate.gain > rival.gain:
            best[candidate.characteristic.measure] = candidate
    return [candidate for candidate in best.values() if candidate.gain > 0]


def select(
    candidates: list[Candidate],
    is_converted: np.ndarray,
    lead: np.ndarray,
    learned: np.ndarray,
    entry_p_value: float,
    report: Callable[[Candidate, int], None] = lambda candidate, number: None,
) -> list[Candidate]:
    """Add candidates one by one, each time the one that the rest explains least.

    The score test (C. R. Rao 1948) asks what a candidate would add to those already chosen; its
    variance adds up errors by lead, because the days of a lead hang together. A candidate of k
    groups has k - 1 chances to look useful, and so has to pass a chi-square of as many degrees.

    Args:
        candidates: What may be chosen.
        is_converted: Label of each row.
        lead: Lead of each row, numbered from 0.
        learned: Whether the row is learned from.
        entry_p_value: How unlikely by chance a candidate's usefulness has to be.
        report: Called with each candidate chosen and how many there are.
    """
    if not candidates:
        return []
    order = np.flatnonzero(learned)
    order = order[np.argsort(lead[order], kind="stable")]
    labels = is_converted[order].astype(float)
    starts = np.flatnonzero(np.diff(lead[order], prepend=-1))
    values = np.column_stack([candidate.encode()[order] for candidate in candidates])
    needed = np.array(
        [
            chi2.isf(entry_p_value, max(len(candidate.grouping.weights) - 1, 1))
            for candidate in candidates
        ]
    )
    places: list[int] = []
    found = np.array([logit(labels.mean())])
    while len(places) < len(candidates):
        design = np.column_stack([np.ones(len(labels)), values[:, places]])
        found = _newton(design[:, 1:], labels, np.ones(len(labels)), start=found)
        chance = expit(design @ found)
        weighted = design * (chance * (1 - chance))[:, None]
        explained = np.linalg.pinv(weighted.T @ design) @ (weighted.T @ values)
        rest = values - design @ explained
        # What hardly differs from the chosen ones has nothing of its own to say.
        is_own = (rest**2).mean(axis=0) > OWN_SHARE * values.var(axis=0)
        rest *= (labels - chance)[:, None]
        by_lead = np.add.reduceat(rest, starts, axis=0)
        total, variance = by_lead.sum(axis=0), (by_lead**2).sum(axis=0)
        is_open = is_own & (total > 0) & (variance > 0)
        is_open[places] = False
        statistic = np.where(is_open, total**2 / np.where(is_open, variance, 1) / needed, 0)
        best = int(statistic.argmax())
        if statistic[best] < 1:
            break
        places.append(best)
        found = np.append(found, 0.0)
        report(candidates[best], len(places))
    return [candidates[place] for place in places]


@dataclass(frozen=True)
class Prior:
    """What is believed of coefficients before the data speaks.

    Attributes:
        means: Expected coefficients, one per feature.
        lowest: Lowest coefficient allowed, or None.
    """

    means: np.ndarray
    lowest: float | None


def face_value(size: int) -> Prior:
    """Return the prior of weights of evidence: taken at face value, never turned round.

    A coefficient of 1 takes a characteristic for what it says by itself, as naive Bayes does; data
    has to insist before it is taken for more or less.

    Args:
        size: Number of features.
    """
    return Prior(np.ones(size), 0.0)


def fit_coefficients(
    features: np.ndarray, is_converted: np.ndarray, prior: Prior, deviation: float
) -> tuple[np.ndarray, float]:
    """Logistic regression with normal priors of the coefficients; its most likely values.

    Args:
        features: Array rows x features, in log odds.
        is_converted: Label of each row.
        prior: Where the coefficients are expected.
        deviation: Standard deviation of the prior; smaller stays closer to it.

    Returns:
        The coefficients and the intercept.
    """
    labels = is_converted.astype(float)
    found = _newton(features, labels, np.ones(len(labels)), prior, deviation**-2)
    return found[1:], float(found[0])


def choose_plan(
    plans: list[Callable[[np.ndarray], np.ndarray]],
    priors: list[Prior],
    is_converted: np.ndarray,
    block: np.ndarray,
) -> tuple[int, float]:
    """Choose which features to use and how far coefficients may stray from the prior.

    Later blocks, predicted from earlier ones, decide. Of the choices that are no worse than the
    best by more than a standard error, it is the first plan, as close to its prior as possible.

    Args:
        plans: Sets of features, the preferred one first. Each returns the features of all rows as
            learned from some blocks alone, which it is given as a boolean array with one element
            per block.
        priors: Where the coefficients of each plan are expected.
        is_converted: Label of each row.
        block: Block of each row; rows of block -1 are not looked at.

    Returns:
        Place of the plan, and the standard deviation of the coefficients around the prior.
    """
    choices = [(place, width) for place in range(len(plans)) for width in PRIOR_DEVIATIONS]
    losses: list[list[float]] = []
    blocks = np.arange(block.max() + 1)
    for last in blocks[1:]:
        seen, unseen = (block >= 0) & (block < last), block == last
        if not 0 < is_converted[seen].sum() < seen.sum():
            continue
        features = [features_of(blocks < last) for features_of in plans]
        found = []
        for place, deviation in choices:
            coefficients, intercept = fit_coefficients(
                features[place][seen], is_converted[seen], priors[place], deviation
            )
            log_odds = features[place][unseen] @ coefficients + intercept
            found.append(np.logaddexp(0, log_odds).sum() - log_odds[is_converted[unseen]].sum())
        losses.append(found)
    if not losses:
        return choices[0]
    table = np.array(losses)
    best = int(table.sum(axis=0).argmin())
    for number, choice in enumerate(choices):
        excess = table[:, number] - table[:, best]
        error = np.sqrt(len(excess)) * excess.std(ddof=1) if len(excess) > 1 else 0.0
        if excess.sum() <= error:
            return choice
    return choices[best]
