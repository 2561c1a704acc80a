"""What rules could ask of a lead: attributes as they are, activities in many measures.

Every candidate means exactly what the rule that may come of it means in the warehouse: ages are
whole days, an event is in a window when 0 <= age < window, `each` is the decayed sum up to a cap.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lead_scoring.fit.binning import NUMBER, Characteristic, fine_numbers, number_values
from lead_scoring.fit.evidence import Attribute, Events, Evidence

# A cap of `each` near the top of what leads do, so that a few busy ones do not set the points.
CAP_QUANTILE = 0.95


@dataclass(frozen=True)
class Trials:
    """Windows and half-lives to try, from the seed `fit_candidates`.

    Attributes:
        window_days: Days of each window; None for any time.
        half_life_days: Half-lives in days.
    """

    window_days: tuple[int | None, ...]
    half_life_days: tuple[float, ...]


@dataclass(frozen=True)
class Signal:
    """Kinds of activity that one rule counts.

    Attributes:
        name: Activity type, `channel:` and a channel, or `any_activity`.
        topic: Topic the events have to have, or None.
        kinds: Boolean array with one element per kind of activity.
    """

    name: str
    topic: str | None
    kinds: np.ndarray


def attribute_candidates(evidence: Evidence) -> Iterator[Characteristic]:
    """Yield a candidate for each attribute.

    Args:
        evidence: The rows.
    """
    for name, attribute in sorted(evidence.attributes.items()):
        numbers = number_values(attribute.levels)
        if numbers is not None:
            by_row = np.append(np.nan, numbers)[attribute.codes]
            yield Characteristic(name, "value", *fine_numbers(by_row))
        else:
            codes, levels = _listable(attribute)
            yield Characteristic(name, "value", codes, levels)


def _listable(attribute: Attribute) -> tuple[np.ndarray, list[str]]:
    """Codes and levels as a list in a rule can name them.

    Spellings of one number are one level.
    """
    names = []
    for level in attribute.levels:
        text = level.strip()
        names.append(repr(float(text)).removesuffix(".0") if NUMBER.fullmatch(text) else text)
    levels = sorted(set(names))
    place = {name: number for number, name in enumerate(levels, start=1)}
    lookup = np.array([0] + [place[name] for name in names])
    return lookup[attribute.codes], levels


def signals(evidence: Evidence, excluded: set[str], min_leads: float) -> list[Signal]:
    """Return the signals that enough leads gave.

    Args:
        evidence: The rows.
        excluded: Signals that nothing is learned from.
        min_leads: How many leads, counted on the rows, have to have given the signal.
    """
    kinds = evidence.events.kinds
    names = {kind.activity_type for kind in kinds if kind.is_listed}
    found = [
        Signal(name, None, np.array([kind.activity_type == name for kind in kinds], dtype=bool))
        for name in sorted(names)
    ]
    channels = sorted({kind.channel for kind in kinds if kind.channel})
    topics = sorted({kind.topic for kind in kinds if kind.topic})
    wide = [("any_activity", np.ones(len(kinds), dtype=bool))]
    for channel in channels:
        of_channel = np.array([kind.channel == channel for kind in kinds], dtype=bool)
        wide.append((f"channel:{channel}", of_channel))
    for name, of_name in wide:
        found.append(Signal(name, None, of_name))
        for topic in topics:
            of_topic = np.array([kind.topic == topic for kind in kinds], dtype=bool)
            found.append(Signal(name, topic, of_name & of_topic))
    # A channel of one type, or any activity of one channel, says nothing the narrower does not.
    distinct = {}
    for signal in found:
        if signal.name not in excluded:
            distinct.setdefault(signal.kinds.tobytes(), signal)
    return [
        signal
        for signal in distinct.values()
        if len(np.unique(evidence.lead[_rows(evidence.events, signal)])) >= min_leads
    ]


def _rows(events: Events, signal: Signal) -> np.ndarray:
    """Rows that have events of a signal."""
    return events.row[signal.kinds[events.kind]]


def activity_candidates(
    evidence: Evidence, signal: Signal, trials: Trials
) -> Iterator[Characteristic]:
    """Yield every measure of a signal.

    Args:
        evidence: The rows.
        signal: What counts.
        trials: Windows and half-lives.
    """
    events, size = evidence.events, len(evidence)
    of_signal = signal.kinds[events.kind]
    row, age = events.row[of_signal], events.age_days[of_signal]
    number = events.count[of_signal].astype(float)
    # A day counts once, however many kinds of the signal fell on it.
    days, first = np.unique(row * (age.max(initial=0) + 1) + age, return_index=True)
    day_row, day_age = row[first], age[first]

    youngest = np.full(size, np.nan)
    np.fmin.at(youngest, day_row, day_age.astype(float))
    yield _counted(signal, "days_since_last", youngest)
    for window in trials.window_days:
        inside = np.ones(len(age), dtype=bool) if window is None else age < window
        inside_days = np.ones(len(days), dtype=bool) if window is None else day_age < window
        events_in = np.bincount(row[inside], number[inside], size)
        yield _counted(signal, "events", events_in, window)
        yield _counted(signal, "active_days", np.bincount(day_row[inside_days], None, size), window)
        yield _summed(signal, events_in, window, None)
    for half_life in trials.half_life_days:
        yield _summed(
            signal, np.bincount(row, number * 0.5 ** (age / half_life), size), None, half_life
        )


def _counted(
    signal: Signal, measure: str, numbers: np.ndarray, window: int | None = None
) -> Characteristic:
    """A measure that a rule compares with a number."""
    coded = fine_numbers(numbers.astype(float))
    return Characteristic(signal.name, measure, *coded, topic=signal.topic, window_days=window)


def _summed(
    signal: Signal, amounts: np.ndarray, window: int | None, half_life: float | None
) -> Characteristic:
    """The measure `each`: points for every event, decayed, up to a cap."""
    positive = amounts[amounts > 0]
    cap = np.ceil(np.quantile(positive, CAP_QUANTILE)) if len(positive) else 1.0
    capped = np.minimum(amounts, cap)
    return Characteristic(
        signal.name,
        "each",
        *fine_numbers(capped),
        topic=signal.topic,
        window_days=window,
        half_life_days=half_life,
        amounts=capped,
    )
