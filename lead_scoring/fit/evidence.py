"""What was known of each lead on each day of the back-test, as arrays.

The warehouse prepares it in the views of `models/evaluation/fitting`: days, labels and splits are
those of the back-test, so nothing that happened after a day is evidence on it.
"""

from dataclasses import dataclass

import numpy as np

from lead_scoring.warehouse import Warehouse


@dataclass(frozen=True)
class Attribute:
    """Values of one attribute.

    Attributes:
        codes: Integer array with one element per row: 0 where nothing is known, else the place of
            the value in `levels`, counted from 1.
        levels: The values, as lower-case text.
    """

    codes: np.ndarray
    levels: list[str]


@dataclass(frozen=True)
class Kind:
    """A kind of activity: its type, the channel it counts for, its topic or None.

    `is_listed` says whether rules may name the type.
    """

    activity_type: str
    channel: str | None
    topic: str | None
    is_listed: bool


@dataclass(frozen=True)
class Events:
    """What leads did before their days; four arrays of one element per row, kind and age.

    Attributes:
        row: Row that the events are evidence for.
        kind: Place of their kind in `kinds`.
        age_days: Whole days between the events and the day of the row.
        count: How many events.
        kinds: The kinds of activity.
    """

    row: np.ndarray
    kind: np.ndarray
    age_days: np.ndarray
    count: np.ndarray
    kinds: list[Kind]


@dataclass(frozen=True)
class Evidence:
    """Rows of leads and days with their label and all that was known.

    Attributes:
        number: Number of the row in the view `fit_rows`, one element per row as in all arrays.
        lead: Number of the lead.
        day: The day, as datetime64.
        is_converted: Whether the lead converted within the horizon.
        split: `train`, `gap` or `test`.
        is_set_aside: Whether the lead is left aside for the calibration of chances.
        lead_age_days: Age of the lead.
        attributes: By name.
        events: What leads did.
    """

    number: np.ndarray
    lead: np.ndarray
    day: np.ndarray
    is_converted: np.ndarray
    split: np.ndarray
    is_set_aside: np.ndarray
    lead_age_days: np.ndarray
    attributes: dict[str, Attribute]
    events: Events

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.lead)

    def only(self, rows: np.ndarray) -> "Evidence":
        """Return the evidence of some rows.

        Args:
            rows: Boolean array with one element per row.
        """
        place = np.cumsum(rows) - 1
        kept = rows[self.events.row]
        return Evidence(
            number=self.number[rows],
            lead=np.unique(self.lead[rows], return_inverse=True)[1],
            day=self.day[rows],
            is_converted=self.is_converted[rows],
            split=self.split[rows],
            is_set_aside=self.is_set_aside[rows],
            lead_age_days=self.lead_age_days[rows],
            attributes={
                name: Attribute(attribute.codes[rows], attribute.levels)
                for name, attribute in self.attributes.items()
            },
            events=Events(
                row=place[self.events.row[kept]],
                kind=self.events.kind[kept],
                age_days=self.events.age_days[kept],
                count=self.events.count[kept],
                kinds=self.events.kinds,
            ),
        )


def read_evidence(
    warehouse: Warehouse,
    population: str = "open_leads",
    segment_id: str | None = None,
    splits: tuple[str, ...] = ("train",),
    sample_share: float = 1.0,
) -> Evidence:
    """Read the mature rows of a population.

    Args:
        warehouse: Where dbt built the project.
        population: `open_leads` or `customers`.
        segment_id: Only leads that were in this segment on the day; default: all.
        splits: Splits of the back-test to read: `train`, `gap`, `test`.
        sample_share: Share of the leads to read, drawn by their hash: the same leads each time.

    Returns:
        The rows in the order of day and lead.
    """
    limits = _limits(population, splits, sample_share)
    segment = "" if segment_id is None else _of_segment(warehouse, segment_id)
    rows = warehouse.arrays(f"""
        select
            fit_rows.row_number,
            fit_rows.lead_id,
            fit_rows.as_of_date,
            fit_rows.split,
            fit_rows.lead_age_days,
            fit_rows.is_converted,
            fit_rows.is_set_aside
        from {warehouse.relation("fit_rows")} as fit_rows
        {segment}
        where {limits}
    """)
    _, lead = np.unique(rows["lead_id"].astype(str), return_inverse=True)
    order = np.lexsort((lead, rows["as_of_date"]))
    rows = {name: values[order] for name, values in rows.items()}
    place = _Places(rows["row_number"].astype(np.int64))
    return Evidence(
        number=rows["row_number"].astype(np.int64),
        lead=lead[order],
        day=rows["as_of_date"].astype("datetime64[D]"),
        is_converted=rows["is_converted"].astype(bool),
        split=rows["split"],
        is_set_aside=rows["is_set_aside"].astype(bool),
        lead_age_days=rows["lead_age_days"].astype(np.int64),
        attributes=_read_attributes(warehouse, limits, place),
        events=_read_events(warehouse, limits, place),
    )


def read_row_numbers(warehouse: Warehouse, population: str, segment_id: str) -> np.ndarray:
    """Read the numbers of the rows that are in a segment.

    Args:
        warehouse: Where dbt built the project.
        population: `open_leads` or `customers`.
        segment_id: The segment.
    """
    return warehouse.arrays(f"""
        select fit_rows.row_number
        from {warehouse.relation("fit_rows")} as fit_rows
        {_of_segment(warehouse, segment_id)}
        where population = {_text(population)}
    """)["row_number"]


def _of_segment(warehouse: Warehouse, segment_id: str) -> str:
    """SQL of the join that keeps the rows of a segment."""
    return f"""
        inner join {warehouse.relation("score_segment_members")} as members
            on
                fit_rows.lead_id = members.lead_id
                and fit_rows.as_of_date = members.as_of_date
                and members.segment_id = {_text(segment_id)}
    """


def read_rule_amounts(warehouse: Warehouse, evidence: Evidence, scorecard_id: str):
    """Read how much of each row the rules of a scorecard counted.

    Args:
        warehouse: Where dbt built the project.
        evidence: The rows.
        scorecard_id: The scorecard.

    Returns:
        By the name of the rule an array with one element per row; rules that never fired have none.
    """
    amounts = warehouse.arrays(f"""
        select row_number, rule_id, amount
        from {warehouse.relation("fit_rule_amounts")}
        where scorecard_id = {_text(scorecard_id)}
    """)
    is_row, row = _Places(evidence.number).find(amounts["row_number"])
    rules, codes = _codes(amounts["rule_id"][is_row])
    values = amounts["amount"][is_row].astype(float)
    found = {}
    for number, rule in enumerate(rules):
        of_this = codes == number
        found[rule] = np.zeros(len(evidence))
        found[rule][row[of_this]] = values[of_this]
    return found


def _limits(population: str, splits: tuple[str, ...], sample_share: float) -> str:
    """SQL of the rows to read, which every view of the evidence understands."""
    return (
        f"population = {_text(population)} and sample_share < {sample_share!r}"
        f" and split in ({', '.join(map(_text, splits))})"
    )


def _text(value: str) -> str:
    """SQL of a text."""
    return "'" + value.replace("'", "''") + "'"


class _Places:
    """Finds the place of a row by its number."""

    def __init__(self, numbers: np.ndarray):
        self.order = np.argsort(numbers)
        self.numbers = numbers[self.order]

    def __len__(self) -> int:
        return len(self.numbers)

    def find(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return which of the numbers belong to rows, and the places of those."""
        numbers = numbers.astype(np.int64)
        if not len(self.numbers):
            return np.zeros(len(numbers), dtype=bool), np.zeros(0, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        known = self.numbers[found] == numbers
        return known, self.order[found[known]]


def _read_attributes(warehouse: Warehouse, limits: str, places: _Places) -> dict[str, Attribute]:
    """Attributes of the rows; one that is known of no row is left out."""
    known = warehouse.arrays(f"""
        select row_number, attribute, value
        from {warehouse.relation("fit_attributes")}
        where {limits}
    """)
    is_row, row = places.find(known["row_number"])
    names, name_codes = _codes(known["attribute"][is_row])
    values = known["value"][is_row]
    attributes = {}
    for number, name in enumerate(names):
        of_this = name_codes == number
        levels, codes = _codes(values[of_this])
        row_codes = np.zeros(len(places), dtype=np.int32)
        row_codes[row[of_this]] = codes + 1
        attributes[name] = Attribute(row_codes, levels)
    return attributes


def _codes(texts: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Distinct texts in order, and the place of each text among them."""
    places = {text: place for place, text in enumerate(sorted(set(texts.tolist())))}
    return list(places), np.fromiter(
        (places[text] for text in texts.tolist()), dtype=np.int64, count=len(texts)
    )


def _read_events(warehouse: Warehouse, limits: str, places: _Places) -> Events:
    """Events before the days of the rows."""
    kinds = warehouse.arrays(f"""
        select kind_number, activity_type, channel, topic, is_listed
        from {warehouse.relation("fit_event_kinds")}
    """)
    kind_places = {int(number): place for place, number in enumerate(kinds["kind_number"])}
    events = warehouse.arrays(f"""
        select row_number, kind_number, age_days, event_count
        from {warehouse.relation("fit_events")}
        where {limits}
    """)
    is_row, row = places.find(events["row_number"])
    lookup = np.zeros(max(kind_places, default=0) + 1, dtype=np.int64)
    for number, place in kind_places.items():
        lookup[number] = place
    return Events(
        row=row,
        kind=lookup[events["kind_number"][is_row].astype(np.int64)],
        age_days=events["age_days"][is_row].astype(np.int32),
        count=events["event_count"][is_row].astype(np.int32),
        kinds=[
            Kind(activity_type, channel or None, topic or None, bool(is_listed))
            for activity_type, channel, topic, is_listed in zip(
                kinds["activity_type"],
                kinds["channel"],
                kinds["topic"],
                kinds["is_listed"],
                strict=True,
            )
        ],
    )
