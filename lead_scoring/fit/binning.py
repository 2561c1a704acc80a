"""Cuts numbers and groups texts by how leads with them converted.

A characteristic is first counted at its distinct values, or at no more than `FINE_BINS` of a
number. Everything after works on these counts, so that trying a grouping costs nothing. Groups are
the leaves of a decision tree on the ordered values (scikit-learn): numbers in their own order,
texts in the order of their conversion rate. Weight of evidence as in I. J. Good, Probability and
the Weighing of Evidence (1950).
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

import numpy as np
from scipy.stats import chi2
from sklearn import config_context
from sklearn.tree import DecisionTreeClassifier

# The project's meaning of a number, see the macro parse_number.
NUMBER = re.compile(r"[+-]?([0-9]{1,200}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9]{1,2})?")
# A number of a region, a customer, a telephone: not to be compared with larger and smaller ones.
CODE = re.compile("[+-]?0[0-9].*", re.DOTALL)
FINE_BINS = 64
# However few converted, a number may be cut into this many groups.
FEWEST_BINS = 3
# Separates the values of a list in a rule, so that no value with it can be listed.
LIST_SIGN = "|"
# A cell with this word is an empty one to dbt, so that no rule can ask for it.
NULL = "null"
# Added to the counts of a group, so that none without conversions promises that nobody converts.
SMOOTHING = 0.5


@dataclass(frozen=True)
class Limits:
    """What a group has to have, each from the seed of the same name.

    Attributes:
        min_leads: Leads in a group and outside of it.
        min_conversions: Leads that converted, and that did not, in a group and outside of it.
        max_bins: Groups of one characteristic.
        merge_p_value: How unlikely by chance the difference between neighbours has to be.
        cut_min_conversions: Leads that converted, and that did not, which a group of numbers holds
            on average.
        bend_p_value: How unlikely by chance a change of direction has to be.
    """

    min_leads: float
    min_conversions: float
    max_bins: int
    merge_p_value: float
    cut_min_conversions: float
    bend_p_value: float


@dataclass(frozen=True)
class Characteristic:
    """One property of leads on their days, as rules can ask for it.

    Attributes:
        signal: Attribute, activity type or `channel:` and a channel.
        measure: As in the seed of the rules.
        topic: Topic that events have to have, or None.
        window_days: Window of the events, or None.
        half_life_days: Half-life of `each`, or None.
        codes: Integer array with one element per row: 0 where the value is missing, else its place
            in `values`, counted from 1.
        values: Numbers in rising order (the largest of each fine bin), or texts.
        lowest: For numbers the smallest of each fine bin; else None.
        amounts: For `each` the decayed sum of each row; else None.
    """

    signal: str
    measure: str
    codes: np.ndarray
    values: np.ndarray | list[str]
    lowest: np.ndarray | None = None
    topic: str | None = None
    window_days: int | None = None
    half_life_days: float | None = None
    amounts: np.ndarray | None = None

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers."""
        return isinstance(self.values, np.ndarray)


@dataclass(frozen=True)
class Counts:
    """Leads and rows at each code of a characteristic, by block of leads.

    Attributes:
        rows, conversions: Array blocks x codes of rows and of converted rows.
        leads, converted_leads: The same with each lead's rows sharing a weight of 1.
    """

    rows: np.ndarray
    conversions: np.ndarray
    leads: np.ndarray
    converted_leads: np.ndarray

    def of(self, blocks: np.ndarray) -> "Counts":
        """Return the sums over some blocks as one block.

        Args:
            blocks: Boolean array with one element per block.
        """
        return Counts(
            *(
                counts[blocks].sum(axis=0, keepdims=True)
                for counts in (self.rows, self.conversions, self.leads, self.converted_leads)
            )
        )


@dataclass(frozen=True)
class Grouping:
    """Groups of the values of a characteristic.

    Attributes:
        groups: Group of each code, -1 for values too rare to say anything.
        weights: Weight of evidence of each group, in log odds.
        information_value: How well the groups tell who converts, and groups that are none because
            all of their leads converted.
        rare_group: Group of the texts that no list names, or -1.
    """

    groups: np.ndarray
    weights: np.ndarray
    information_value: float
    rare_group: int = -1

    def encode(self, codes: np.ndarray) -> np.ndarray:
        """Return the weight of evidence of each row; 0 for values without a group.

        Args:
            codes: Codes of the characteristic, one per row.
        """
        return np.append(self.weights, 0.0)[self.groups[codes]]


def number_values(texts: list[str]) -> np.ndarray | None:
    """Return the texts as numbers, or None when one of them is no number, or a code such as 01067.

    Args:
        texts: Values of an attribute.
    """
    if not texts or not all(NUMBER.fullmatch(text) and not CODE.match(text) for text in texts):
        return None
    return np.array([float(text) for text in texts])


def fine_numbers(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Code numbers by at most FINE_BINS values of about equally many rows.

    Args:
        numbers: Float array with one element per row; nan is missing.

    Returns:
        Codes (0 for missing), the largest and the smallest number of each code from 1 on.
    """
    known = ~np.isnan(numbers)
    values = np.unique(numbers[known])
    if len(values) > FINE_BINS:
        shares = np.linspace(0, 1, FINE_BINS + 1)[1:]
        values = np.unique(np.quantile(numbers[known], shares, method="inverted_cdf"))
    codes = np.zeros(len(numbers), dtype=np.int32)
    codes[known] = np.searchsorted(values, numbers[known]) + 1
    lowest = np.full(len(values), np.inf)
    np.minimum.at(lowest, codes[known] - 1, numbers[known])
    return codes, values, lowest


def count(
    characteristic: Characteristic, is_converted: np.ndarray, lead: np.ndarray, block: np.ndarray
) -> Counts:
    """Count rows and leads at each code.

    Args:
        characteristic: What to count.
        is_converted: Label of each row.
        lead: Lead of each row, numbered from 0.
        block: Block of each row, numbered from 0; rows of block -1 do not count.
    """
    used = block >= 0
    size = (int(block.max()) + 1, len(characteristic.values) + 1)
    cell = block[used] * size[1] + characteristic.codes[used]
    share = 1 / np.bincount(lead[used])[lead[used]]
    converted = is_converted[used].astype(float)

    def total(weights: np.ndarray) -> np.ndarray:
        return np.bincount(cell, weights, size[0] * size[1]).reshape(size)

    return Counts(
        rows=total(np.ones(len(cell))),
        conversions=total(converted),
        leads=total(share),
        converted_leads=total(share * converted),
    )


def group(characteristic: Characteristic, counts: Counts, limits: Limits) -> Grouping:
    """Group the values of a characteristic.

    Numbers are cut where rates change, in one direction only unless the data insists on a bend.
    Texts are sorted by rate and cut; those of few leads, and those that a list in a rule cannot
    hold, are one group, as is what is missing. Groups that are too small say nothing.

    Args:
        characteristic: What to group.
        counts: Its counts.
        limits: What a group has to have.
    """
    whole = counts.of(np.ones(len(counts.rows), dtype=bool))
    groups = np.full(whole.rows.shape[1], -1)
    codes = np.arange(1, len(groups))
    rare_group = -1
    if characteristic.is_number:
        groups[codes] = _cut_numbers(whole, limits)
    else:
        is_listable = np.array(
            [LIST_SIGN not in text and text != NULL for text in characteristic.values], dtype=bool
        )
        is_common = is_listable & (whole.leads[0, codes] >= limits.min_leads)
        common, rare = codes[is_common], codes[~is_common]
        if len(common):
            common = common[np.argsort(_smoothed_rates(whole, common), kind="stable")]
            # Sorted by what is to be shown, neighbours differ by chance alone: they are looked at
            # only when all texts together differ by more (R. A. Fisher 1935).
            groups[common] = 0
            if _differ(whole, common, limits):
                groups[common] = _merge(_tree(whole, common, limits), whole, common, limits)
        if whole.rows[0, rare].any():
            rare_group = int(groups.max()) + 1
            groups[rare] = rare_group
    if whole.rows[0, 0]:
        groups[0] = groups.max() + 1
    # What none but converted leads have is too little for a rule, and yet a leak.
    with_leaks, _ = _without_small(groups, whole, limits, rare_group, is_leak_small=False)
    groups, rare_group = _without_small(groups, whole, limits, rare_group)
    value = weigh(with_leaks, whole).information_value
    return replace(weigh(groups, whole, rare_group), information_value=value)


def weigh(groups: np.ndarray, counts: Counts, rare_group: int = -1) -> Grouping:
    """Give groups the weight of evidence that the counts support.

    Args:
        groups: Group of each code, or -1.
        counts: Counts of one block or several.
        rare_group: Group of the texts that no list names, or -1.
    """
    rows, conversions = counts.rows.sum(axis=0), counts.conversions.sum(axis=0)
    grouped = groups >= 0
    size = groups.max() + 1
    won = np.bincount(groups[grouped], conversions[grouped], size)
    lost = np.bincount(groups[grouped], (rows - conversions)[grouped], size)
    won_share = (won + SMOOTHING) / (conversions.sum() + SMOOTHING)
    lost_share = (lost + SMOOTHING) / ((rows - conversions).sum() + SMOOTHING)
    weights = np.log(won_share / lost_share)
    value = ((won_share - lost_share) * weights).sum()
    return Grouping(groups, weights, float(value), rare_group)


def log_loss(grouping: Grouping, seen: Counts, unseen: Counts) -> float:
    """Return how badly groups predict counts they have not seen, in nats in all.

    Args:
        grouping: The groups.
        seen: Counts that the chances of the groups are learned from.
        unseen: Counts to predict.
    """
    rows, conversions = seen.rows.sum(axis=0), seen.conversions.sum(axis=0)
    base = conversions.sum() / rows.sum()
    log_odds = np.log(base / (1 - base)) + np.append(grouping.weights, 0.0)[grouping.groups]
    new_rows, new_conversions = unseen.rows.sum(axis=0), unseen.conversions.sum(axis=0)
    return float((new_rows * np.logaddexp(0, log_odds) - new_conversions * log_odds).sum())


def _cut_numbers(counts: Counts, limits: Limits) -> np.ndarray:
    """Groups of numbers: in one direction unless a bend is no accident (likelihood-ratio test)."""
    codes = np.arange(1, counts.rows.shape[1])
    if not len(codes):
        return np.zeros(0, dtype=int)
    limits = _for_numbers(counts, codes, limits)
    rows = counts.rows[0, codes]
    errors = counts.conversions[0, codes] - rows * counts.conversions.sum() / counts.rows.sum()
    centred = codes - (rows @ codes) / max(rows.sum(), 1)
    one_way = 1 if centred @ errors > 0 else -1

    def cut(direction: int | None) -> tuple[np.ndarray, Grouping]:
        groups = np.full(counts.rows.shape[1], -1)
        groups[codes] = _merge(_tree(counts, codes, limits, direction), counts, codes, limits)
        return groups[codes], weigh(groups, counts)

    free, freely = cut(None)
    # Most numbers need not be told to go one way, and a second tree would take as long again.
    if (np.diff(freely.weights) * one_way >= 0).all():
        return free
    straight, straightly = cut(one_way)
    gain = log_loss(straightly, counts, counts) - log_loss(freely, counts, counts)
    freedom = max(int(free.max() - straight.max()), 1)
    return free if 2 * gain > _critical(limits.bend_p_value, freedom) else straight


def _for_numbers(counts: Counts, codes: np.ndarray, limits: Limits) -> Limits:
    """Limits with the leads that a group of numbers has to have.

    Of all places to cut the best looks better than it is, the more so the smaller a group may be.
    """
    leads, won = counts.leads[0, codes].sum(), counts.converted_leads[0, codes].sum()
    rarer = min(won, leads - won)
    needed = leads * min(limits.cut_min_conversions / max(rarer, 1.0), 1 / FEWEST_BINS)
    return replace(limits, min_leads=max(limits.min_leads, needed))


@cache
def _critical(p_value: float, freedom: int) -> float:
    """Chi-square that chance exceeds with a probability."""
    return float(chi2.isf(p_value, freedom))


def _differ(counts: Counts, codes: np.ndarray, limits: Limits) -> bool:
    """Whether rates of codes, all together, differ by more than chance (K. Pearson 1900)."""
    leads, won = counts.leads[0, codes], counts.converted_leads[0, codes]
    rate = won.sum() / leads.sum()
    if len(codes) < 2 or not 0 < rate < 1:
        return False
    distance = ((won - leads * rate) ** 2 / (leads * rate * (1 - rate))).sum()
    return bool(distance > _critical(limits.merge_p_value, len(codes) - 1))


def _smoothed_rates(counts: Counts, codes: np.ndarray) -> np.ndarray:
    """Conversion rates, drawn to the common one as if each value had some rows more like all."""
    rows, conversions = counts.rows[0, codes], counts.conversions[0, codes]
    base = counts.conversions.sum() / counts.rows.sum()
    return (conversions + 20 * base) / (rows + 20)


def _tree(
    counts: Counts, codes: np.ndarray, limits: Limits, direction: int | None = None
) -> np.ndarray:
    """Cut codes, in the order given, into the leaves of a decision tree."""
    won = counts.conversions[0, codes]
    lost = counts.rows[0, codes] - won
    places = np.arange(len(codes))
    labels = np.repeat([0, 1], len(codes))
    weights = np.concatenate([lost, won])
    used = weights > 0
    if len(np.unique(labels[used])) < 2:
        return np.zeros(len(codes), dtype=int)
    tree = DecisionTreeClassifier(
        criterion="log_loss",
        max_leaf_nodes=limits.max_bins,
        min_weight_fraction_leaf=min(
            0.5,
            # A group that has just enough must not be one too small by the last digit of a float.
            (1 - 1e-9) * limits.min_leads / max(counts.leads[0, codes].sum(), limits.min_leads),
        ),
        monotonic_cst=None if direction is None else [direction],
        random_state=0,
    )
    # The arrays are sound: checking them would take longer than growing the tree.
    with config_context(assume_finite=True, skip_parameter_validation=True):
        tree.fit(
            np.tile(places, 2)[used, None].astype(np.float32),
            labels[used],
            sample_weight=weights[used].astype(np.float64),
            check_input=False,
        )
    cuts = np.sort(tree.tree_.threshold[tree.tree_.feature >= 0])
    return np.searchsorted(cuts, places)


def _merge(groups: np.ndarray, counts: Counts, codes: np.ndarray, limits: Limits) -> np.ndarray:
    """Unite neighbours that are too small, or whose rates differ by no more than chance."""
    groups = groups.copy()
    needed = np.sqrt(_critical(limits.merge_p_value, 1))
    while groups.max(initial=0) > 0:
        size = groups.max() + 1

        def total(values: np.ndarray, size: int = size) -> np.ndarray:
            return np.bincount(groups, values[0, codes], size)

        leads, won = total(counts.leads), total(counts.converted_leads)
        rate, pooled = won / leads, (won[:-1] + won[1:]) / (leads[:-1] + leads[1:])
        error = np.sqrt(pooled * (1 - pooled) * (1 / leads[:-1] + 1 / leads[1:]))
        distance = np.abs(np.diff(rate)) / np.maximum(error, 1e-12)
        is_small = (leads < limits.min_leads) | (
            np.minimum(won, leads - won) < limits.min_conversions
        )
        if is_small.any():
            smallest = int(np.argmax(is_small))
            neighbours = [place for place in (smallest - 1, smallest) if 0 <= place < size - 1]
            place = min(neighbours, key=lambda neighbour: distance[neighbour])
        else:
            place = int(np.argmin(distance))
            if distance[place] >= needed:
                break
        groups[groups > place] -= 1
    return groups


def _without_small(
    groups: np.ndarray,
    counts: Counts,
    limits: Limits,
    rare_group: int,
    is_leak_small: bool = True,
) -> tuple[np.ndarray, int]:
    """Take apart groups of which, or outside of which, there is too little to learn from.

    A group that stands alone has no neighbour to be united with. Without `is_leak_small` a group of
    enough converted leads stays, whatever there is beside them. Returns the groups, and the one of
    the rare texts, numbered anew.
    """
    codes = np.arange(len(groups))

    def stays(number: int) -> bool:
        inside, outside = codes[groups == number], codes[groups != number]
        if not is_leak_small:
            leads, won = counts.leads[0, inside].sum(), counts.converted_leads[0, inside].sum()
            return leads >= limits.min_leads and won >= limits.min_conversions
        return _is_enough(counts, inside, limits) and _is_enough(counts, outside, limits)

    kept = [number for number in range(int(groups.max()) + 1) if stays(number)]
    places = np.full(int(groups.max()) + 2, -1)
    places[kept] = np.arange(len(kept))
    return places[groups], int(places[rare_group])


def _is_enough(counts: Counts, codes: np.ndarray, limits: Limits) -> bool:
    """Whether codes, taken together, hold enough leads and conversions for a group."""
    leads, won = counts.leads[0, codes].sum(), counts.converted_leads[0, codes].sum()
    return leads >= limits.min_leads and min(won, leads - won) >= limits.min_conversions


def cut_between(lower: float, upper: float) -> Decimal:
    """Return the roundest number from `lower` up to, but not including, `upper`.

    Args:
        lower: The largest number below the cut.
        upper: The smallest number above it.
    """
    low, high = Decimal(repr(float(lower))), Decimal(repr(float(upper)))
    exponent = max(low.adjusted(), high.adjusted()) + 1
    while True:
        step = Decimal(1).scaleb(exponent)
        candidate = (low / step).to_integral_value(rounding="ROUND_CEILING") * step
        if low <= candidate < high:
            return candidate
        exponent -= 1
