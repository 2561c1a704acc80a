"""The line that the sales team can work down to."""

from lead_scoring.report import charts
from lead_scoring.report.queries import Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import count, many, sentence


def capacity(reader: Reader) -> Section:
    """Line, conversions above and below it."""
    title = "Where should the line be?"
    rows = reader.rows("capacity_line")
    if not rows:
        return reader.empty(
            "capacity", title, "capacity_line", "no outcome is known for the days it is drawn on"
        )
    now = min(rows, key=lambda row: abs(row["capacity_share"] - 1))
    says = _capacity_says(reader, rows, now)
    named = {
        row["capacity_share"]: "Capacity as it is" if row is now else _capacity_name(row, now)
        for row in rows
    }
    parts = []
    for row in rows:
        label = f"{_line(row)} · {count(row['wins'])} won"
        for order, part, value, colour in (
            (1, "won", row["wins"], charts.ACCENT),
            (2, "missed", row["missed_wins"], "var(--faint)"),
        ):
            parts.append(
                {
                    "name": named[row["capacity_share"]],
                    "label": label,
                    "part": part,
                    "order": order,
                    "value": value,
                    "colour": colour,
                }
            )
    return Section(
        "capacity",
        title,
        says,
        "The line is the score above which there are just as many leads as the team can work in a "
        "day, if it works no others. Conversions below it are missed: nobody would have called.",
        [
            Chart(
                "capacity",
                "Conversions above and below the line",
                says,
                charts.stacked_bars(parts),
                Table(
                    "capacity",
                    "What the team's capacity brings",
                    [
                        Column("capacity_share", "Capacity", "percent"),
                        Column("leads_per_day", "Per day", "number"),
                        Column("line_score", "Line", "points"),
                        Column("worked_leads", "Worked", "count"),
                        Column("wins", "Won", "count"),
                        Column("precision_share", "Won of worked", "percent"),
                        Column("recall_share", "Won of all", "percent"),
                        Column("missed_wins", "Missed", "count"),
                        Column("extra_wins", "More or fewer", "number"),
                        Column("sentence", "In words"),
                    ],
                    rows,
                ),
                [
                    Key("bar", charts.ACCENT, "above the line: won"),
                    Key("bar", "var(--faint)", "below the line: missed"),
                ],
                is_wide=True,
            )
        ],
    )


def _line(row: Row) -> str:
    return "no line" if row["line_score"] is None else f"from score {row['line_score']:g}"


def _capacity_says(reader: Reader, rows: list[Row], now: Row) -> str:
    if now["line_score"] is None:
        return f"{now['sentence']}."
    who = reader.who if now["leads_per_day"] > 1 else reader.who[:-1]
    if all(row["worked_leads"] == now["worked_leads"] and not row["missed_wins"] for row in rows):
        return (
            f"At {now['leads_per_day']:g} {who} a day the team can work all "
            f"{count(now['worked_leads'])}: {count(now['wins'])} of them converted, and no line "
            "has to keep any from sales."
        )
    says = (
        f"At {now['leads_per_day']:g} {who} a day the line is at {now['line_score']:g}: "
        f"{count(now['wins'])} of {count(now['worked_leads'])} worked converted, "
    )
    says += (
        f"{many(round(now['missed_wins']), 'conversion', 'conversions')} below it would be missed."
        if now["missed_wins"]
        else "and no conversion would be missed."
    )
    changes = []
    for row in rows:
        if row is now:
            continue
        extra = round(row["wins"] - now["wins"])
        change = f"{abs(extra):,} {'more' if extra > 0 else 'fewer'}" if extra else "no change"
        changes.append(f"{_capacity_name(row, now)} capacity: {change}")
    return f"{says} {sentence('; '.join(changes))}." if changes else says


def _capacity_name(row: Row, now: Row) -> str:
    step = row["capacity_share"] - now["capacity_share"]
    return f"{abs(step):.0%} {'more' if step > 0 else 'less'}"
