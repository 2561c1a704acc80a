"""Bands and grades against what really happened."""

import itertools

from lead_scoring.report import charts
from lead_scoring.report.queries import Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader, total_bands
from lead_scoring.report.sections.words import count, listed, percent, sentence


def bands(reader: Reader) -> Section:
    """Bands and grades, best first."""
    title = "Do better bands convert more?"
    total = total_bands(reader)
    if not any(band["scored_rows"] for band in total):
        return reader.empty("bands", title, "band_performance", "no band has a known outcome")
    section = Section(
        "bands",
        title,
        _bands_say(reader, total),
        f"Past scores, against what happened in the {reader.horizon} after. The thin line is the "
        f"{reader.confidence} interval: where the true rate can be, given how few or many were "
        f"seen. A {reader.who[:-1]} counts once for each age at which it was scored. The amount is "
        "that of the first purchase after each score, every purchase once.",
    )
    dimensions = dict.fromkeys(
        row["dimension"] for row in reader.rows("band_performance", slice="all")
    )
    order = {"total": 0, "fit": 1, "engagement": 2}
    for dimension in sorted(dimensions, key=lambda name: (order.get(name, 3), name)):
        section.charts.append(_band_chart(reader, dimension))
    return section


def _bands_say(reader: Reader, bands: list[Row]) -> str:
    seen = [band for band in bands if band["scored_rows"]]
    best, worst = seen[0], seen[-1]
    average = reader.average
    times = f", {best['conversion_rate'] / average:.1f} times the average" if average else ""
    says = (
        f"{sentence(best['band'])} {reader.who} converted at "
        f"{percent(best['conversion_rate'])}{times}"
    )
    if best is not worst:
        says += f"; {worst['band']} {reader.who} at {percent(worst['conversion_rate'])}"
    says += "."
    for better, lower in itertools.pairwise(seen):
        if better["conversion_rate"] < lower["conversion_rate"]:
            says += (
                f" But {better['band']} converted less often than {lower['band']}: the line "
                "between them needs a look."
            )
    return says


def _band_chart(reader: Reader, dimension: str) -> Chart:
    bands = sorted(
        reader.rows("band_performance", dimension=dimension, slice="all"),
        key=lambda row: row["band_rank"],
    )
    test = {
        row["band"]: row["conversion_rate"]
        for row in reader.rows(
            "band_performance", dimension=dimension, slice="split", slice_value="test"
        )
    }
    rows = [
        {
            "name": band["band"],
            "value": band["conversion_rate"],
            "low": band["conversion_rate_low"],
            "high": band["conversion_rate_high"],
            "label": (
                f"{percent(band['conversion_rate'])} · {count(band['conversions'])} of "
                f"{count(band['scored_rows'])}"
                if band["scored_rows"]
                else "nobody yet"
            ),
            "colour": charts.rank_colour(band["band_rank"], max(b["band_rank"] for b in bands)),
        }
        for band in bands
    ]
    what = "Band of the score" if dimension == "total" else f"Grade of {dimension}"
    rates = listed(
        [f"{row['name']} {percent(row['value'])}" for row in rows if row["value"] is not None]
    )
    return Chart(
        f"bands-{dimension}",
        what,
        f"Converted: {rates}; average {percent(reader.average)}.",
        charts.interval_bars(rows, reader.average),
        Table(
            f"bands-{dimension}",
            f"{what}: conversions within {reader.horizon}",
            [
                Column("band", "Band"),
                Column("min_points", "From points", "points"),
                Column("scored_rows", "Scores", "count"),
                Column("leads", sentence(reader.who), "count"),
                Column("converted_leads", "Of them converted", "count"),
                Column("conversions", "Conversions", "count"),
                Column("conversion_rate", "Rate", "percent"),
                Column("conversion_rate_low", "Low", "percent"),
                Column("conversion_rate_high", "High", "percent"),
                Column("test_rate", "On test days", "percent"),
                Column("lift", "Lift", "times"),
                Column("conversion_share", "Share of conversions", "percent"),
                Column("median_days_to_conversion", "Median days", "count"),
                Column("conversion_amount", "Amount", "count"),
            ],
            [{**band, "test_rate": test.get(band["band"])} for band in bands],
        ),
        [
            Key("interval", charts.TEXT, f"{reader.confidence} interval"),
            Key("dashes", charts.REFERENCE, f"average {percent(reader.average)}"),
        ],
        is_wide=dimension == "total",
    )
