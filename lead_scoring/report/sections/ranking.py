"""How many conversions the best-scored leads hold."""

from lead_scoring.report import charts
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import percent


def ranking(reader: Reader) -> Section:
    """Gains and lift."""
    title = "How much is caught by working the best first?"
    rows = reader.rows("score_gains", dimension="total", split="test")
    where = reader.test_days
    if not rows:
        return reader.empty("ranking", title, "score_gains", f"no outcome is known for {where}")
    if not any(row["conversions"] for row in rows):
        return reader.empty("ranking", title, "score_gains", f"nobody converted in {where}")
    rows = sorted(rows, key=lambda row: row["decile"])
    near = min(rows, key=lambda row: abs(row["cumulative_rows_share"] - 0.2))
    says = (
        f"The best-scored {percent(near['cumulative_rows_share'], 0)} hold "
        f"{percent(near['cumulative_conversion_share'], 0)} of all conversions."
    )
    table = Table(
        "gains",
        f"Tenths of the {reader.who} by score, {where}",
        [
            Column("decile", "Tenth", "count"),
            Column("max_score", "Highest score", "points"),
            Column("min_score", "Lowest score", "points"),
            Column("scored_rows", "Scores", "count"),
            Column("conversions", "Conversions", "count"),
            Column("conversion_rate", "Rate", "percent"),
            Column("lift", "Lift", "times"),
            Column("cumulative_rows_share", "Worked so far", "percent"),
            Column("cumulative_conversion_share", "Caught so far", "percent"),
        ],
        rows,
    )
    caught = [
        {
            "share": row["cumulative_rows_share"],
            "caught": row["cumulative_conversion_share"],
            "label": (
                f"best {percent(row['cumulative_rows_share'], 0)}: "
                f"{percent(row['cumulative_conversion_share'], 0)} of conversions"
            ),
        }
        for row in rows
    ]
    lifts = [
        {
            "tenth": row["decile"],
            "lift": row["lift"],
            "text": f"{row['lift']:.1f}",
            "label": (
                f"tenth {row['decile']}: {percent(row['conversion_rate'])} converted, "
                f"{row['lift']:.1f} times the average"
            ),
        }
        for row in rows
    ]
    top = rows[0]
    return Section(
        "ranking",
        title,
        says,
        f"Measured on {where}. Lift is how many times more often a group converts than the "
        "average; 1 is no better than picking at random.",
        [
            Chart(
                "gains",
                "Conversions caught",
                says,
                charts.gains(caught, reader.who),
                table,
                [
                    Key("line", charts.ACCENT, "best score first"),
                    Key("dashes", charts.REFERENCE, "picked at random"),
                ],
            ),
            Chart(
                "lift",
                "Lift by tenth",
                f"The best tenth converts {top['lift']:.1f} times as often as the average, "
                f"the last {rows[-1]['lift']:.1f} times.",
                charts.lift_columns(lifts, reader.who),
                Table("lift", table.caption, table.columns, rows),
                [
                    Key("bar", charts.ACCENT, "lift"),
                    Key("dashes", charts.REFERENCE, "average"),
                ],
            ),
        ],
    )
