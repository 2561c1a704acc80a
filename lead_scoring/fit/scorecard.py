"""Turns coefficients into a scorecard: rules with whole points, base points, bands.

Points follow the odds: `fit_points_to_double_odds` points double them wherever a lead stands, and
a lead with the odds of the average lead has `fit_anchor_score` points in all.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lead_scoring.fit.binning import LIST_SIGN, cut_between
from lead_scoring.fit.selection import Candidate

# Operator and value of a rule.
Condition = tuple[str, str]


@dataclass(frozen=True)
class Scale:
    """Where points stand on the log odds.

    Attributes:
        points_to_double_odds: Points that double the odds.
        anchor_score: Score of a lead with the odds of the average lead.
        base_rate: Conversion rate of the average lead.
    """

    points_to_double_odds: float
    anchor_score: float
    base_rate: float

    @property
    def factor(self) -> float:
        """Points per unit of log odds."""
        return self.points_to_double_odds / np.log(2)

    @property
    def base_log_odds(self) -> float:
        """Log odds of the average lead."""
        return float(np.log(self.base_rate / (1 - self.base_rate)))


@dataclass(frozen=True)
class FittedRule:
    """A rule as it will stand in the seed, and what it gives each row it was fitted on.

    Attributes:
        signal, measure, topic, window_days, operator, value, half_life_days: As in the seed.
        points: Whole points, per event for `each`.
        max_points: Cap of `each`, or None.
        holds: Boolean array: whether the rule gives points to the row.
        row_points: Points that it gives to each row.
    """

    signal: str
    measure: str
    topic: str | None
    window_days: int | None
    operator: str | None
    value: str | None
    half_life_days: float | None
    points: int
    max_points: int | None
    holds: np.ndarray
    row_points: np.ndarray


def rules_of(candidate: Candidate, coefficient: float, scale: Scale) -> list[FittedRule]:
    """Return the rules of a characteristic; groups whose points round to 0 have none.

    An attribute is measured from the average lead, an activity from a lead that has not done it.

    Args:
        candidate: The characteristic with its groups.
        coefficient: How far its weight of evidence is to be taken.
        scale: Where points stand.
    """
    characteristic, grouping = candidate.characteristic, candidate.grouping
    if characteristic.amounts is not None:
        points = round(scale.factor * coefficient * grouping.weights[0])
        if points == 0:
            return []
        # Amounts end at a whole number, or below it when nobody has that many.
        cap = int(np.ceil(characteristic.amounts.max()))
        return [
            FittedRule(
                characteristic.signal,
                "each",
                characteristic.topic,
                characteristic.window_days,
                None,
                None,
                characteristic.half_life_days,
                points,
                abs(points) * cap,
                characteristic.amounts > 0,
                points * characteristic.amounts,
            )
        ]
    weights = grouping.weights - _reference(candidate)
    rules = []
    for group, condition in conditions(candidate):
        points = round(scale.factor * coefficient * weights[group])
        if points == 0:
            continue
        holds = grouping.groups[characteristic.codes] == group
        rules.append(
            FittedRule(
                characteristic.signal,
                characteristic.measure,
                characteristic.topic,
                characteristic.window_days,
                *condition,
                None,
                points,
                None,
                holds,
                points * holds.astype(float),
            )
        )
    return rules


def kept_rule(
    record: dict[str, str], amounts: np.ndarray, coefficient: float, scale: Scale
) -> FittedRule | None:
    """Return an existing rule with new points, or None when they round to 0.

    Args:
        record: The row of the seed.
        amounts: What the rule counted on each row.
        coefficient: Log odds per unit of what it counted.
        scale: Where points stand.
    """
    points = round(scale.factor * coefficient)
    if points == 0:
        return None
    cap = None
    old_points = abs(float(record["points"]))
    if record["max_points"] and old_points:
        # The same number of events reaches the cap, which is a whole number.
        cap = max(int(abs(points) * abs(float(record["max_points"])) / old_points), 1)
    row_points = points * amounts
    if cap is not None:
        row_points = np.clip(row_points, -cap, cap)
    return FittedRule(
        record["signal"],
        record["measure"],
        record["topic"] or None,
        int(float(record["window_days"])) if record["window_days"] else None,
        record["operator"] or None,
        record["value"] or None,
        float(record["half_life_days"]) if record["half_life_days"] else None,
        points,
        cap,
        amounts > 0,
        row_points,
    )


def _reference(candidate: Candidate) -> float:
    """Weight of those who never did it, for an activity; 0, the average lead, for an attribute."""
    characteristic, grouping = candidate.characteristic, candidate.grouping
    if characteristic.measure == "value":
        return 0.0
    never = 0 if characteristic.measure == "days_since_last" else 1
    group = grouping.groups[never]
    return float(grouping.weights[group]) if group >= 0 else 0.0


def conditions(candidate: Candidate) -> list[tuple[int, Condition]]:
    """Return each group with the operator and value that a rule asks for it by.

    Args:
        candidate: The characteristic with its groups.
    """
    if candidate.characteristic.is_number:
        return _number_conditions(candidate)
    return _text_conditions(candidate)


def _number_conditions(candidate: Candidate) -> list[tuple[int, Condition]]:
    """Groups of neighbouring numbers, from the lowest to the highest, and of the missing."""
    characteristic, groups = candidate.characteristic, candidate.grouping.groups
    found: list[tuple[int, Condition]] = []
    if groups[0] >= 0 and characteristic.measure == "value":
        found.append((int(groups[0]), ("is missing", "")))
    ordered = groups[1:]
    if not len(ordered):
        return found
    firsts = np.flatnonzero(np.diff(ordered, prepend=-2))
    # The next group begins one step after a cut, in the finest step of the numbers seen.
    seen = np.append(characteristic.values, characteristic.lowest)
    step = Decimal(1).scaleb(-max((_decimals(number) for number in seen), default=0))
    low: Decimal | None = None
    for first, following in zip(firsts, [*firsts[1:], None], strict=True):
        high = None
        if following is not None:
            high = cut_between(
                characteristic.values[following - 1], characteristic.lowest[following]
            )
        if ordered[first] >= 0:
            found.append((int(ordered[first]), _between(low, high)))
        low = None if high is None else high + step
        if low is not None and float(low) <= float(high):
            # So fine a step is lost beside so large a number.
            low = Decimal(repr(float(characteristic.lowest[following])))
    return found


def _between(low: Decimal | None, high: Decimal | None) -> Condition:
    """Operator and value for the numbers from low to high, both included."""
    if low is None and high is None:
        return "is present", ""
    if low is None:
        return "<=", _plain(high)
    if high is None:
        return ">=", _plain(low)
    if low == high:
        return "=", _plain(low)
    return "between", f"{_plain(low)}..{_plain(high)}"


def _decimals(number: float) -> int:
    """Decimals that a number is written with."""
    return max(-Decimal(repr(float(number))).normalize().as_tuple().exponent, 0)


def _plain(number: Decimal) -> str:
    """A number as people write it."""
    return f"{number.normalize():f}"


def _text_conditions(candidate: Candidate) -> list[tuple[int, Condition]]:
    """Lists of texts; the rare ones are those that no list holds."""
    characteristic, groups = candidate.characteristic, candidate.grouping.groups
    named: dict[int, list[str]] = {}
    codes = np.arange(1, len(groups))
    common = codes[(groups[codes] >= 0) & (groups[codes] != candidate.grouping.rare_group)]
    for code in common:
        named.setdefault(int(groups[code]), []).append(characteristic.values[code - 1])
    found: list[tuple[int, Condition]] = []
    if groups[0] >= 0:
        found.append((int(groups[0]), ("is missing", "")))
    for group, texts in named.items():
        found.append((group, ("=", texts[0]) if len(texts) == 1 else ("in", LIST_SIGN.join(texts))))
    if candidate.grouping.rare_group >= 0:
        is_other = groups[codes] != candidate.grouping.rare_group
        others = [characteristic.values[code - 1] for code in codes[is_other]]
        condition = ("not in", LIST_SIGN.join(others)) if others else ("is present", "")
        if len(others) == 1:
            condition = ("!=", others[0])
        found.append((candidate.grouping.rare_group, condition))
    return found
