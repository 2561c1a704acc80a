"""Conversion by source and by content, against leads of the same score."""

from collections import defaultdict

from lead_scoring.report import charts
from lead_scoring.report.queries import Evidence, Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.words import count, listed, percent, plain, sentence

NAMES_SHOWN = 12

WHO = {"open_leads": "leads", "customers": "customers"}
NOUNS = {
    "lead_source": ("source", "sources"),
    "campaign": ("campaign", "campaigns"),
    "topic": ("topic", "topics"),
    "asset": ("asset", "assets"),
}
BETTER, WORSE = "better than the score says", "worse than the score says"
# What the tables call a source or campaign that a lead does not have.
NOT_GIVEN = "not given"
JUDGED = (BETTER, WORSE, "as the score says")
COLOURS = {BETTER: "var(--good)", WORSE: "var(--bad)"}

COLUMNS = [
    Column("leads", "Leads", "count"),
    Column("conversions", "Conversions", "count"),
    Column("conversion_rate", "Rate", "percent"),
    Column("conversion_rate_low", "Low", "percent"),
    Column("conversion_rate_high", "High", "percent"),
    Column("expected_rate", "Same score", "percent"),
    Column("lift", "Lift", "times"),
    Column("lift_low", "Low", "times", is_printed=False),
    Column("lift_high", "High", "times", is_printed=False),
    Column("verdict", "Verdict"),
]
COSTS = [
    Column("conversion_amount", "Amount", "count"),
    Column("cost_months", "Months with cost", "count", is_printed=False),
    Column("cost", "Cost", "count"),
    Column("cost_per_lead", "per lead", "count"),
    Column("cost_per_lead_over_line", "per lead over the line", "count"),
    Column("cost_per_conversion", "per conversion", "count"),
    Column("return_on_cost", "Return", "times"),
]


def sources(evidence: Evidence) -> Section:
    """Sources and campaigns, with what they cost."""
    section = _section(
        evidence,
        "sources",
        "Which sources bring more than their score says?",
        "source_performance",
        "Each lead counts once, from the first day it was scored.",
        [("open_leads", "lead_source"), ("open_leads", "campaign"), ("customers", "lead_source")],
        COSTS,
    )
    if not section.is_empty:
        section.says += _costs_say(evidence.tables["source_performance"])
    return section


def content(evidence: Evidence) -> Section:
    """Topics, assets and campaigns that leads touched."""
    return _section(
        evidence,
        "content",
        "Which content comes before a conversion?",
        "content_performance",
        "Each lead counts once for all that it touched in the weeks before, at the middle one of "
        "the ages it is judged at: by then it has had time to read, and most of those who will "
        "convert have not done so yet. What comes before is not yet the cause.",
        [("open_leads", "topic"), ("open_leads", "asset"), ("customers", "topic")],
        [],
    )


def _section(
    evidence: Evidence,
    name: str,
    title: str,
    table: str,
    counts: str,
    shown: list[tuple[str, str]],
    more_columns: list[Column],
) -> Section:
    if not evidence.is_built(table):
        return Section(
            name,
            title,
            f"Nothing to show yet, because the table {table} has not been built.",
            is_empty=True,
        )
    rows = evidence.tables[table]
    if all(row["name"] == NOT_GIVEN for row in rows):
        return Section(
            name,
            title,
            "Nothing to show yet, because no lead with a known outcome has any.",
            is_empty=True,
        )
    by_kind = defaultdict(list)
    for row in rows:
        by_kind[row["population"], row["dimension"]].append(row)
    kinds = [kind for kind in shown if kind in by_kind] or list(by_kind)
    section = Section(
        name,
        title,
        " ".join(_verdicts_say(by_kind[kind], *kind) for kind in kinds),
        "The ring is the rate that leads of the same scorecard, age and tenth of the score had "
        f"without it; better and worse allow for many names being looked at. {counts}",
    )
    # Of kinds that cannot be judged only the first is drawn; the table has all.
    section.charts = [
        _lift_chart(evidence, name, by_kind[kind], *kind)
        for kind in kinds
        if kind == kinds[0] or any(row["verdict"] in JUDGED for row in by_kind[kind])
    ]
    section.table = Table(
        name,
        "Conversion against leads of the same score",
        [
            Column("population", "Population", is_printed=False),
            Column("dimension", "Kind"),
            Column("name", "Name"),
            *COLUMNS,
            *more_columns,
        ],
        [
            {**row, "population": plain(row["population"]), "dimension": plain(row["dimension"])}
            for row in rows
        ],
    )
    total = sum(group[0]["name_count"] for group in by_kind.values())
    section.table_title = (
        f"All {total:,} names"
        if len(rows) == total
        else f"The {len(rows):,} largest of {total:,} names"
    )
    return section


def _verdicts_say(rows: list[Row], population: str, dimension: str) -> str:
    one, more = NOUNS[dimension]
    of = f"{more} of customers" if population == "customers" else more
    better, worse = (
        sorted(
            (row for row in rows if row["verdict"] == verdict and row["name"] != NOT_GIVEN),
            key=lambda row: (abs(row["lift"] - 1) * -1, row["name"]),
        )
        for verdict in (BETTER, WORSE)
    )
    parts = []
    if better:
        parts.append(f"better than the score says: {listed([_named(row) for row in better[:3]])}")
    if worse:
        parts.append(f"worse: {listed([_named(row) for row in worse[:3]])}")
    if parts:
        return sentence(f"{of} {'; '.join(parts)}.")
    if not any(row["verdict"] in JUDGED for row in rows):
        return f"There is too little evidence to judge {of}."
    of = f"{one} of customers" if population == "customers" else one
    return f"No {of} is clearly better or worse than the score says."


def _named(row: Row) -> str:
    return (
        f"{charts.shorten(plain(row['name']))} ({percent(row['conversion_rate'])}, same score "
        f"{percent(row['expected_rate'])})"
    )


def _costs_say(rows: list[Row]) -> str:
    sources = [row for row in rows if row["dimension"] == "lead_source" and row["cost"]]
    costed = sorted(
        (row for row in sources if row["cost_per_conversion"] is not None),
        key=lambda row: row["cost_per_conversion"],
    )
    in_vain = [row for row in sources if row["cost_per_conversion"] is None]
    lost = listed([f"{plain(row['name'])} ({count(row['cost'])})" for row in in_vain])
    if not costed:
        return f" Cost without a conversion: {lost}." if in_vain else ""
    first, last = costed[0], costed[-1]
    says = f"{count(first['cost_per_conversion'])} ({plain(first['name'])})"
    if last is not first:
        says = f"between {says} and {count(last['cost_per_conversion'])} ({plain(last['name'])})"
    says = f" Where costs are known, a conversion cost {says}"
    return f"{says}; without any: {lost}." if in_vain else f"{says}."


def _lift_chart(
    evidence: Evidence, name: str, rows: list[Row], population: str, dimension: str
) -> Chart:
    one, more = NOUNS[dimension]
    who = WHO[population]
    shown = rows[:NAMES_SHOWN]
    title = f"{more.capitalize()} of {who}"
    if len(shown) < rows[0]["name_count"]:
        title += f", the {len(shown)} largest of {rows[0]['name_count']:,}"
    shown = sorted(shown, key=lambda row: (-row["conversion_rate"], row["name"]))
    label = f"{name}-{plain(population).replace(' ', '-')}-{dimension.replace('_', '-')}"
    return Chart(
        label,
        title,
        f"From {charts.shorten(plain(shown[0]['name']))} ({percent(shown[0]['conversion_rate'])}) "
        f"down to {charts.shorten(plain(shown[-1]['name']))} "
        f"({percent(shown[-1]['conversion_rate'])}).",
        charts.interval_bars(
            [
                {
                    "name": plain(row["name"]),
                    "value": row["conversion_rate"],
                    "low": row["conversion_rate_low"],
                    "high": row["conversion_rate_high"],
                    "expected": row["expected_rate"],
                    "label": (
                        f"{percent(row['conversion_rate'])} · {count(row['conversions'])} of "
                        f"{count(row['leads'])}"
                    ),
                    "colour": COLOURS.get(row["verdict"], "var(--faint)"),
                }
                for row in shown
            ],
            None,
        ),
        Table(label, title, [Column("name", one.capitalize()), *COLUMNS], rows),
        [
            *(
                Key("bar", colour, verdict)
                for verdict, colour in COLOURS.items()
                if any(row["verdict"] == verdict for row in shown)
            ),
            Key("bar", "var(--faint)", "no clear difference, or too little evidence"),
            Key("ring", charts.TEXT, "leads of the same score"),
            Key("interval", charts.TEXT, f"{evidence.settings.confidence:.0%} interval"),
        ],
    )
