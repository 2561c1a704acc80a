"""Who is scored today, and how the bands went."""

from collections import defaultdict

from lead_scoring.report import charts
from lead_scoring.report.queries import SCORE_STEP, Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import day, listed, many, month, percent, sentence


def today(reader: Reader) -> Section:
    """Scores of today and history of the bands."""
    title = f"Where do today's {reader.who} stand?"
    today = reader.rows("today")
    history = reader.rows("history")
    if not today and not history:
        return Section(
            "today",
            title,
            f"Nothing to show yet, because no {reader.who[:-1]} has been scored by this scorecard.",
            is_empty=True,
        )
    order = {row["band"]: rank for rank, row in enumerate(reader.rows("bands"), start=1)}
    for band in sorted({row["band"] for row in today + history if row["band"]} - set(order)):
        order[band] = len(order) + 1
    ranks = len(order)
    keys = [Key("bar", charts.rank_colour(rank, ranks), band) for band, rank in order.items()]
    section = Section(
        "today",
        title,
        "",
        "Everybody scored today, by score, and how the mix of bands went over the past year; days "
        "before the first build are what the rules of that build would have said.",
    )
    if today:
        section.says = _today_says(reader, today, order)
        section.charts.append(_today_chart(reader, today, order, keys))
    if history:
        chart = _history_chart(reader, history, order, keys)
        section.says = (section.says + " " + chart.says).strip()
        section.charts.append(chart)
    return section


def _today_says(reader: Reader, today: list[Row], order: dict) -> str:
    total = sum(row["leads"] for row in today)
    by_band = defaultdict(int)
    for row in today:
        by_band[row["band"]] += row["leads"]
    parts = [f"{by_band[band]:,} {band}" for band in order if by_band[band]]
    return f"Of {many(total, reader.who[:-1], reader.who)} scored today, {listed(parts)}."


def _today_chart(reader: Reader, today: list[Row], order: dict, keys: list[Key]) -> Chart:
    line = reader.scorecard.get("mql_score")
    rows = [
        {
            "from_score": row["from_score"],
            "order": order.get(row["band"], 0),
            "leads": row["leads"],
            "colour": charts.rank_colour(order.get(row["band"], 1), len(order)),
            "label": (
                f"{row['from_score']:g} to {row['from_score'] + SCORE_STEP:g}: "
                f"{row['leads']:,} {row['band'] or 'without a band'}"
            ),
        }
        for row in today
    ]
    return Chart(
        "today",
        f"{sentence(reader.who)} by score, {day(reader.evidence.as_of_date)}",
        _today_says(reader, today, order),
        charts.score_columns(
            rows, SCORE_STEP, line, "" if line is None else f"sales-ready from {line:g}"
        ),
        Table(
            "today",
            f"{sentence(reader.who)} by score and band",
            [
                Column("from_score", "Score from", "points"),
                Column("band", "Band"),
                Column("leads", sentence(reader.who), "count"),
            ],
            today,
        ),
        keys,
    )


def _history_chart(reader: Reader, history: list[Row], order: dict, keys: list[Key]) -> Chart:
    totals = defaultdict(int)
    found = {}
    for row in history:
        totals[row["as_of_date"]] += row["leads"]
        found[row["as_of_date"], row["band"]] = row["leads"]
    rows = []
    for date in sorted(totals):
        for band, rank in order.items():
            leads = found.get((date, band), 0)
            rows.append(
                {
                    "day": date,
                    "band": band,
                    "order": rank,
                    "leads": leads,
                    "share": leads / totals[date],
                    "colour": charts.rank_colour(rank, len(order)),
                    "label": f"{day(date)}: {percent(leads / totals[date])} {band}",
                }
            )
    best = next(iter(order), None)
    days = sorted(totals)
    first, last = (found.get((date, best), 0) / totals[date] for date in (days[0], days[-1]))
    says = (
        f"The share of {best} went from {percent(first)} ({month(days[0])}) to {percent(last)} "
        f"({month(days[-1])})."
        if len(days) > 1
        else f"The share of {best} is {percent(last)}."
    )
    return Chart(
        "history",
        "Share of each band",
        says,
        charts.history_areas(rows),
        Table(
            "history",
            "Bands as they were published, by day",
            [
                Column("day", "Day", "date"),
                Column("band", "Band"),
                Column("leads", sentence(reader.who), "count"),
                Column("share", "Share", "percent"),
            ],
            rows,
        ),
        keys,
    )
