"""Promised chances against what happened."""

from lead_scoring.report import charts
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import count, percent


def chances(reader: Reader) -> Section:
    """Reliability of the chances."""
    title = "Can the chances be believed?"
    rows = [
        row
        for row in reader.rows("score_reliability", dimension="total", split="test")
        if row["scored_rows"] and row["mean_chance"] is not None
    ]
    if not rows:
        return reader.empty(
            "chances",
            title,
            "score_reliability",
            "there were too few conversions to learn chances from",
        )
    inside = [
        row
        for row in rows
        if row["conversion_rate_low"] <= row["mean_chance"] <= row["conversion_rate_high"]
    ]
    metrics = reader.rows("scorecard_metrics", dimension="total", split="test")
    gap = metrics[0].get("ece_equal_mass") if metrics else None
    says = (
        f"In {len(inside)} of {len(rows)} groups the promised chance lies within the margin of "
        "what happened"
        + (
            f"; on average they are {100 * gap:.1f} percentage points apart."
            if gap is not None
            else "."
        )
    )
    points = [
        {
            "chance": row["mean_chance"],
            "rate": row["conversion_rate"],
            "low": row["conversion_rate_low"],
            "high": row["conversion_rate_high"],
            "label": (
                f"promised {percent(row['mean_chance'])}, converted "
                f"{percent(row['conversion_rate'])} ({count(row['conversions'])} of "
                f"{count(row['scored_rows'])})"
            ),
        }
        for row in rows
    ]
    return Section(
        "chances",
        title,
        says,
        f"The chance of each score was learned on earlier days and checked on {reader.test_days}, "
        "in groups of equal size. Points on the dashed line are chances kept; above it, promised "
        "too little, below it, too much.",
        [
            Chart(
                "reliability",
                "Promised chance (across) and share that converted (up)",
                says,
                charts.reliability(points),
                Table(
                    "reliability",
                    f"Promised chance and what happened, {reader.test_days}",
                    [
                        Column("bin", "Group", "count"),
                        Column("scored_rows", "Scores", "count"),
                        Column("conversions", "Conversions", "count"),
                        Column("mean_chance", "Promised", "percent"),
                        Column("conversion_rate", "Converted", "percent"),
                        Column("conversion_rate_low", "Low", "percent"),
                        Column("conversion_rate_high", "High", "percent"),
                    ],
                    rows,
                ),
                [
                    Key("dot", charts.ACCENT, f"group, with {reader.confidence} interval"),
                    Key("dashes", charts.REFERENCE, "chance kept exactly"),
                ],
                is_wide=True,
            )
        ],
    )
