"""A plain scorer in pandas: the rules of one scorecard, one after the other on whole columns.

Points are whole hundredths, and those of events that have faded are whole numbers of 1e-10, so
that sums are exact as they are in the warehouse.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd

HUNDREDTHS = 100
FADED = 10**10


class Condition(NamedTuple):
    """An operator and what stands beside it: one cell as the seeds write it."""

    operator: str
    value: str | None


class Rule(NamedTuple):
    """A rule of the scorecard; points in hundredths."""

    dimension: str
    signal: str
    measure: str
    topic: str | None
    window_days: int | None
    condition: Condition
    points: int
    half_life_days: float | None
    max_points: int | None
    segment_id: str | None


class Scorecard:
    """The rules, segments and limits of a scorecard as the warehouse has them, in hundredths.

    Attributes:
        rules: The rules.
        segments: By segment, the attributes and conditions that all have to hold.
        limits: By dimension, the lowest and highest points, each None without a limit.
        base_points, min_score, max_score: Those of the score.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection):
        """Read the scorecard that the variable scorecard_id of the connection names."""
        of_scorecard = "where scorecard_id = getvariable('scorecard_id')"
        rules = connection.execute(f"""
            select
                dimension, signal, measure, topic, window_days, operator, value, points,
                half_life_days, max_points, segment_id
            from stg_config__rules {of_scorecard}
        """).fetchall()
        self.rules = [
            Rule(
                *rule[:5], Condition(*rule[5:7]), hundredths(rule[7]), rule[8],
                hundredths(rule[9]), rule[10],
            )
            for rule in rules
        ]  # fmt: skip
        self.segments: dict[str, list[tuple[str, Condition]]] = {}
        for segment_id, attribute, operator, value in connection.execute(
            "select segment_id, attribute, operator, value from stg_config__segments"
        ).fetchall():
            condition = (attribute, Condition(operator, value))
            self.segments.setdefault(segment_id, []).append(condition)
        self.limits = {
            dimension: (hundredths(low), hundredths(high))
            for dimension, low, high in connection.execute(
                "select dimension, min_points, max_points "
                f"from stg_config__score_dimensions {of_scorecard}"
            ).fetchall()
        }
        self.base_points, self.min_score, self.max_score = map(
            hundredths,
            connection.execute(
                "select base_points, min_score, max_score "
                f"from stg_config__scorecards {of_scorecard}"
            ).fetchall()[0],
        )

    @property
    def attributes(self) -> list[str]:
        """Names of the attributes that the rules and their segments look at."""
        used = {rule.signal for rule in self.rules if rule.measure == "value"}
        for rule in self.rules:
            used |= {attribute for attribute, _ in self.segments.get(rule.segment_id, [])}
        return sorted(used)


def score_by_rules(
    scorecard: Scorecard, people: pd.DataFrame, kinds: pd.DataFrame, events: pd.DataFrame
) -> pd.Series:
    """The score of each lead.

    Args:
        scorecard: The rules.
        people: One row per lead, a column of text per attribute of the scorecard.
        kinds: One row per kind of activity: kind, activity_type, channel, topic.
        events: One row per activity: number (place of the lead in `people`), kind, age_days.

    Returns:
        A number per row of `people`.
    """
    members = {
        segment_id: np.logical_and.reduce(
            [holds(people[attribute], condition) for attribute, condition in conditions]
        )
        for segment_id, conditions in scorecard.segments.items()
        if segment_id in {rule.segment_id for rule in scorecard.rules}
    }
    events_by_kind = dict(list(events.groupby("kind")[["number", "age_days"]]))
    nothing = events.iloc[:0]
    sums: dict[str, np.ndarray] = {}
    for rule in scorecard.rules:
        if rule.measure == "value":
            points = np.where(holds(people[rule.signal], rule.condition), rule.points, 0)
        else:
            counted = [
                events_by_kind[kind] for kind in kinds_of(rule, kinds) if kind in events_by_kind
            ]
            points = event_points(rule, pd.concat(counted or [nothing]), len(people))
        points = within(points, -rule.max_points, rule.max_points) if rule.max_points else points
        if rule.segment_id:
            points = np.where(members[rule.segment_id], points, 0)
        sums[rule.dimension] = sums.get(rule.dimension, 0) + points
    score = np.full(len(people), scorecard.base_points or 0)
    for dimension, points in sums.items():
        score = score + within(points, *scorecard.limits.get(dimension, (None, None)))
    score = within(score, scorecard.min_score, scorecard.max_score)
    return pd.Series(score / HUNDREDTHS, index=people.index)


def kinds_of(rule: Rule, kinds: pd.DataFrame) -> pd.Series:
    """Numbers of the kinds of activity that a rule counts."""
    if rule.signal == "any_activity":
        chosen = pd.Series(True, index=kinds.index)
    elif rule.signal.startswith("channel:"):
        chosen = kinds["channel"] == rule.signal.removeprefix("channel:")
    else:
        chosen = kinds["activity_type"] == rule.signal
    if rule.topic is not None:
        chosen &= kinds["topic"] == rule.topic
    return kinds.loc[chosen, "kind"]


def event_points(rule: Rule, events: pd.DataFrame, leads: int) -> np.ndarray:
    """Points of an activity rule, in hundredths, before its limit.

    Args:
        rule: The rule.
        events: Activities of the kinds it counts.
        leads: How many leads there are.

    Returns:
        An array of one number per lead.
    """
    if rule.window_days is not None:
        events = events[events["age_days"] < rule.window_days]
    if rule.measure == "active_days":
        events = events.drop_duplicates()
    ages = events.groupby("number")["age_days"]
    if rule.measure == "each":
        faded = pd.Series(faded_points(rule, events["age_days"]), index=events.index)
        sums = per_lead(faded.groupby(events["number"]).sum(), leads, 0)
        per_hundredth = FADED // HUNDREDTHS
        rounded = (np.abs(sums) + per_hundredth // 2) // per_hundredth
        return (np.sign(sums) * rounded).astype(np.int64)
    if rule.measure == "days_since_last":
        numbers = per_lead(ages.min(), leads, np.nan)
    else:
        numbers = per_lead(ages.size(), leads, 0)
    return np.where(holds(pd.Series(numbers), rule.condition), rule.points, 0)


def faded_points(rule: Rule, ages: pd.Series) -> np.ndarray:
    """Points of single events, in whole numbers of 1e-10: halved once per half-life."""
    points = rule.points / HUNDREDTHS
    if rule.half_life_days is None:
        return np.full(len(ages), round(points * FADED), dtype=np.int64)
    return np.rint(points * 0.5 ** (ages / rule.half_life_days) * FADED).astype(np.int64)


def per_lead(values: pd.Series, leads: int, missing: float) -> np.ndarray:
    """Values by number of the lead as an array of one element per lead."""
    return values.reindex(range(leads), fill_value=missing).to_numpy()


def holds(actual: pd.Series, condition: Condition) -> np.ndarray:
    """Whether a condition holds; a missing value meets only `is missing`.

    Args:
        actual: Text or numbers.
        condition: Operator and value.

    Returns:
        An array of booleans.
    """
    present = actual.notna()
    operator, value = condition
    if operator == "is missing":
        return ~present.to_numpy()
    if operator == "is present":
        return present.to_numpy()
    if operator in ("=", "!=", "in", "not in"):
        items = [value] if operator in ("=", "!=") else value.split("|")
        is_one = np.logical_or.reduce([equals(actual, item) for item in items])
        return is_one if operator in ("=", "in") else present.to_numpy() & ~is_one
    if operator in ("contains", "starts with"):
        text = actual.astype("str").str.lower()
        part = value.lower()
        found = (
            text.str.contains(part, regex=False)
            if operator == "contains"
            else text.str.startswith(part)
        )
        return present.to_numpy() & found.fillna(False).to_numpy(dtype=bool)
    numbers = as_numbers(actual)
    if operator == "between":
        low, high = map(float, value.split(".."))
        return (numbers >= low) & (numbers <= high)
    limit = float(value)
    return {
        ">": numbers > limit,
        ">=": numbers >= limit,
        "<": numbers < limit,
        "<=": numbers <= limit,
    }[operator]


def equals(actual: pd.Series, item: str) -> np.ndarray:
    """Whether values equal an item of a condition: as numbers if it is one, else as text."""
    try:
        number = float(item)
    except ValueError:
        text = actual.astype("str").str.strip().str.lower()
        return (text == item.strip().lower()).fillna(False).to_numpy(dtype=bool)
    return as_numbers(actual) == number


def as_numbers(actual: pd.Series) -> np.ndarray:
    """Values as numbers, nan where they are none."""
    return pd.to_numeric(actual, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def within(points: np.ndarray, low: int | None, high: int | None) -> np.ndarray:
    """Points kept between two limits; None does not limit."""
    return points if low is None and high is None else np.clip(points, low, high)


def hundredths(points: Decimal | None) -> int | None:
    """Exact points as a whole number of hundredths."""
    if points is None:
        return None
    return int((points * HUNDREDTHS).to_integral_value(ROUND_HALF_UP))
