"""How well scores rank and how true chances are, with intervals for the difference of two.

The definitions are those of the models `scorecard_metrics`, `score_gains` and `score_reliability`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# The same leads are drawn in every run, so that a preview gives the same interval again.
SEED = 20260630
TOP_SHARE = 0.1
# A chance of exactly 0 or 1 cannot be, but a rounded one can.
SMALLEST_CHANCE = 1e-12


class Difference(NamedTuple):
    """A measure before and after, NaN where it cannot be had.

    Attributes:
        before: The measure before.
        after: The measure after.
        difference: After less before.
        low: Lower end of the interval of the difference.
        high: Upper end.
    """

    before: float
    after: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Steps:
    """Values of n rows as the positions of their distinct values, ascending.

    Attributes:
        values: The distinct values, ascending.
        position: For each of the n rows, where its value is in `values`.
    """

    values: np.ndarray
    position: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> "Steps":
        """Rank values of shape (n,)."""
        return cls(*np.unique(values, return_inverse=True))

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Sum weights of shape (n,) by distinct value."""
        return np.bincount(self.position, weights, minlength=len(self.values))

    def is_like(self, other: "Steps") -> bool:
        """Say whether the rows have the same values but for the last digits of a float."""
        return bool(
            np.allclose(
                self.values[self.position], other.values[other.position], rtol=1e-9, atol=1e-12
            )
        )


Measure = Callable[[Steps, np.ndarray, np.ndarray], float]


def auc(scores: Steps, converted: np.ndarray, weights: np.ndarray) -> float:
    """Share of pairs of a converted and another row in the right order, ties counting half.

    Args:
        scores: Scores of n rows.
        converted: 1.0 for rows that converted, else 0.0, shape (n,).
        weights: How often each row counts, shape (n,).

    Returns:
        The area under the ROC curve; NaN when only one kind of row is there.
    """
    positives = scores.sums(weights * converted)
    others = scores.sums(weights) - positives
    pairs = positives.sum() * others.sum()
    if pairs == 0:
        return np.nan
    lower = np.cumsum(others) - others
    return float((positives * (lower + others / 2)).sum() / pairs)


def top_decile_lift(scores: Steps, converted: np.ndarray, weights: np.ndarray) -> float:
    """Conversion rate of the best tenth of the rows over that of all; arguments as for `auc`.

    Equal scores at the end of the tenth are shared out.
    """
    rows = np.cumsum(scores.sums(weights)[::-1])
    conversions = np.cumsum(scores.sums(weights * converted)[::-1])
    if conversions[-1] == 0:
        return np.nan
    top = np.interp(TOP_SHARE * rows[-1], np.append(0, rows), np.append(0, conversions))
    return float(top / (TOP_SHARE * conversions[-1]))


def calibration_error(bins: int) -> Measure:
    """Mean distance of the chance said from the rate that came, over bins of equally many rows.

    Args:
        bins: Number of bins; equal chances that span the end of one are shared out.

    Returns:
        A function of the chances and otherwise the arguments of `auc`.
    """

    def measure(chances: Steps, converted: np.ndarray, weights: np.ndarray) -> float:
        by_chance = chances.sums(weights)
        rows = np.append(0, np.cumsum(by_chance))
        if rows[-1] == 0:
            return np.nan
        conversions = np.append(0, np.cumsum(chances.sums(weights * converted)))
        said = np.append(0, np.cumsum(by_chance * chances.values))
        ends = np.linspace(0, rows[-1], bins + 1)
        gaps = np.diff(np.interp(ends, rows, said)) - np.diff(np.interp(ends, rows, conversions))
        return float(np.abs(gaps).sum() / rows[-1])

    return measure


def log_loss(chances: Steps, converted: np.ndarray, weights: np.ndarray) -> float:
    """Mean negative log likelihood of the chances; arguments as for `auc`, with chances."""
    if weights.sum() == 0:
        return np.nan
    said = np.clip(chances.values, SMALLEST_CHANCE, 1 - SMALLEST_CHANCE)
    positives = chances.sums(weights * converted)
    others = chances.sums(weights) - positives
    return float(-(positives * np.log(said) + others * np.log1p(-said)).sum() / weights.sum())


def paired_difference(
    measure: Measure,
    before: np.ndarray,
    after: np.ndarray,
    converted: np.ndarray,
    leads: np.ndarray,
    replicates: int,
    tail_share: float,
) -> Difference:
    """Compare a measure before and after on the same rows.

    The interval is a percentile interval of a bootstrap that draws leads, each with all its rows
    and a Poisson number of times (Hanley and MacGibbon 2006), the same leads on both sides.

    Args:
        measure: The measure.
        before: Scores or chances before, shape (n,); NaN where there is none.
        after: The same after.
        converted: 1.0 for rows that converted, else 0.0, shape (n,).
        leads: Lead of each row, shape (n,).
        replicates: How many samples are drawn.
        tail_share: Share of the samples beyond each end of the interval.
    """
    known = ~(np.isnan(before) | np.isnan(after))
    if not known.any():
        return Difference(*[np.nan] * 5)
    converted, before, after = converted[known], Steps.of(before[known]), Steps.of(after[known])
    _, lead = np.unique(leads[known].astype(str), return_inverse=True)
    ones = np.ones(len(converted))
    values = measure(before, converted, ones), measure(after, converted, ones)
    if before.is_like(after):
        return Difference(values[0], values[0], 0.0, 0.0, 0.0)
    draw = np.random.default_rng(SEED)
    samples = np.empty(replicates)
    for number in range(replicates):
        weights = draw.poisson(1.0, lead.max() + 1).astype(float)[lead]
        samples[number] = measure(after, converted, weights) - measure(before, converted, weights)
    samples = np.sort(samples[~np.isnan(samples)])
    low = high = np.nan
    if len(samples):
        beyond = int(np.floor(len(samples) * tail_share))
        low, high = samples[beyond], samples[len(samples) - 1 - beyond]
    return Difference(*values, values[1] - values[0], float(low), float(high))
