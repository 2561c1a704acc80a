"""Conversion by source and by topic."""

from lead_scoring.report import charts
from lead_scoring.report.queries import Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import count, listed, percent, plain, sentence

NAMES_SHOWN = 12


def origins(reader: Reader) -> Section:
    """Sources and topics."""
    title = "Which sources and topics bring conversions?"
    sources = reader.rows("sources")
    everybody = reader.rows("topics", is_everybody=True)
    topics = reader.rows("topics", is_everybody=False)
    if not sources:
        return reader.empty("origins", title, "sources", "no outcome is known")
    average = sum(row["conversions"] for row in sources) / sum(row["leads"] for row in sources)
    explains = (
        f"Each {reader.who[:-1]} counts once, from the first day it was scored, and again for "
        f"every topic. Converted means within {reader.horizon}."
    )
    section = Section("origins", title, _origins_say(sources, average, "source"), explains)
    section.charts.append(
        _origin_chart(reader, "sources", f"Source of the {reader.who[:-1]}", sources, average)
    )
    if topics and everybody:
        age = everybody[0]["lead_age_days"]
        topic_average = everybody[0]["rate"]
        section.explains = (
            f"Each {reader.who[:-1]} counts once, from the first day it was scored; for topics "
            f"from day {age:,}, by what it had looked at until then. Converted means within "
            f"{reader.horizon}."
        )
        section.says += " " + _origins_say(topics, topic_average, "topic")
        section.charts.append(
            _origin_chart(
                reader, "topics", f"Topics looked at by day {age:,}", topics, topic_average
            )
        )
    return section


def _origins_say(rows: list[Row], average: float, noun: str) -> str:
    better = [row for row in rows if row["rate_low"] > average]
    worse = [row for row in rows if row["rate_high"] < average]
    better.sort(key=lambda row: -row["rate"])
    worse.sort(key=lambda row: row["rate"])
    parts = []
    if better:
        parts.append(f"clearly better than average: {listed([_named(row) for row in better[:3]])}")
    if worse:
        parts.append(f"clearly worse: {listed([_named(row) for row in worse[:3]])}")
    if not parts:
        return f"No {noun} is clearly better or worse than the average of {percent(average)}."
    return sentence(f"{noun}s {'; '.join(parts)}.")


def _named(row: Row) -> str:
    return f"{charts.shorten(plain(row['name']))} ({percent(row['rate'])})"


def _origin_chart(reader: Reader, name: str, title: str, rows: list[Row], average: float) -> Chart:
    shown = sorted(rows, key=lambda row: (-row["leads"], row["name"]))[:NAMES_SHOWN]
    shown.sort(key=lambda row: (-row["rate"], row["name"]))
    if len(shown) < len(rows):
        title += f", the {len(shown)} largest of {len(rows)}"
    return Chart(
        name,
        title,
        f"From {_named(shown[0])} down to {_named(shown[-1])}; average {percent(average)}.",
        charts.interval_bars(
            [
                {
                    "name": plain(row["name"]),
                    "value": row["rate"],
                    "low": row["rate_low"],
                    "high": row["rate_high"],
                    "label": (
                        f"{percent(row['rate'])} · {count(row['conversions'])} of "
                        f"{count(row['leads'])}"
                    ),
                    "colour": charts.ACCENT
                    if row["rate_low"] > average or row["rate_high"] < average
                    else "var(--faint)",
                }
                for row in shown
            ],
            average,
        ),
        Table(
            name,
            f"{title}: conversions within {reader.horizon}",
            [
                Column("name", "Source" if name == "sources" else "Topic"),
                Column("leads", sentence(reader.who), "count"),
                Column("conversions", "Conversions", "count"),
                Column("rate", "Rate", "percent"),
                Column("rate_low", "Low", "percent"),
                Column("rate_high", "High", "percent"),
            ],
            rows,
        ),
        [
            Key("bar", charts.ACCENT, "clearly off the average"),
            Key("bar", "var(--faint)", "within the margin"),
            Key("dashes", charts.REFERENCE, f"average {percent(average)}"),
        ],
    )
