"""What a page is made of: cards of sections of charts and tables."""

from dataclasses import dataclass, field

from lead_scoring.report.queries import Row


@dataclass
class Column:
    """Column of a table: where its values are, how they are written, whether paper has room."""

    key: str
    title: str
    kind: str = "text"
    is_printed: bool = True


@dataclass
class Table:
    """Rows behind a chart, or a table of its own."""

    name: str
    caption: str
    columns: list[Column]
    rows: list[Row]


@dataclass
class Key:
    """Entry of a legend: mark is bar, hollow, line, dashes, dot, ring or interval."""

    mark: str
    colour: str
    text: str


@dataclass
class Chart:
    """A chart with what it says and the rows behind it."""

    name: str
    title: str
    says: str
    spec: dict
    table: Table
    keys: list[Key] = field(default_factory=list)
    is_wide: bool = False


@dataclass
class Section:
    """Part of the page: a question, the answer in a sentence, a line of explanation, charts,
    tables."""

    name: str
    title: str
    says: str
    explains: str = ""
    charts: list[Chart] = field(default_factory=list)
    sentences: list[tuple[str, str]] = field(default_factory=list)
    table: Table | None = None
    table_title: str = ""
    table_is_open: bool = False
    is_empty: bool = False


@dataclass
class Tile:
    """Headline number."""

    value: str
    label: str
    note: str


@dataclass
class Card:
    """Everything about one scorecard."""

    name: str
    scorecard_id: str
    description: str
    verdict: str
    verdict_kind: str
    tiles: list[Tile]
    sections: list[Section]


# Verdicts in the order of their urgency: kind of chip, words for one and for several rules.
VERDICTS = {
    "suspiciously strong": ("bad", "is suspiciously strong", "are suspiciously strong"),
    "wrong sign": ("bad", "points the wrong way", "point the wrong way"),
    "raise": ("warn", "deserves more points", "deserve more points"),
    "lower": ("warn", "deserves fewer", "deserve fewer"),
    "keep": ("good", "has the points it should", "have the points they should"),
    "too little evidence": ("unknown", "has too little evidence", "have too little evidence"),
    "never fires": ("unknown", "never fires", "never fire"),
}

DRIFT = {
    "none": "good",
    "some": "warn",
    "major": "bad",
    "not yet known": "unknown",
    "too few rows": "unknown",
}
