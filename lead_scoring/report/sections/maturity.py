"""Outcomes that are not yet known."""

from lead_scoring.report import charts
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import count, month, percent


def maturity(reader: Reader) -> Section:
    """Known and unknown outcomes by month."""
    title = "What is not yet known?"
    rows = reader.rows("backtest_maturity")
    if not rows:
        return Section(
            "maturity",
            title,
            "Nothing to show yet, because "
            + (
                "no past day has been scored."
                if reader.evidence.is_built("backtest_maturity")
                else "the table backtest_maturity has not been built."
            ),
            is_empty=True,
        )
    scored = sum(row["scored_rows"] for row in rows)
    waiting = sum(row["not_yet_known_rows"] for row in rows)
    early = sum(row["conversions_so_far"] or 0 for row in rows)
    says = (
        f"{count(waiting)} of {count(scored)} scores ({percent(waiting / scored, 0)}) are less "
        f"than {reader.horizon} old: {count(early)} of them have converted already, the rest may "
        "still do so."
        if waiting
        else f"Every one of the {count(scored)} scores is older than {reader.horizon}: all "
        "outcomes are known."
    )
    parts = []
    for row in rows:
        lost = row["mature_rows"] - row["conversions"]
        for order, part, value, colour in (
            (1, "converted", row["conversions"], charts.ACCENT),
            (2, "did not convert", lost, "var(--faint)"),
            (3, "not yet known", row["not_yet_known_rows"], "var(--unknown-fill)"),
        ):
            if not value:
                continue
            parts.append(
                {
                    "month": row["cohort_month"],
                    "part": part,
                    "order": order,
                    "value": value,
                    "colour": colour,
                    "edge": "var(--reference)" if order == 3 else colour,
                    "label": f"{month(row['cohort_month'])}: {count(value)} {part}",
                }
            )
    return Section(
        "maturity",
        title,
        says,
        "Scores that are too young are counted here and nowhere else on this page: they are "
        "neither conversions nor failures.",
        [
            Chart(
                "maturity",
                "Scores by month of the scored day",
                says,
                charts.month_stacks(parts),
                Table(
                    "maturity",
                    "Outcomes known and not yet known, by month",
                    [
                        Column("cohort_month", "Month", "month"),
                        Column("scored_rows", "Scores", "count"),
                        Column("mature_rows", "Known", "count"),
                        Column("conversions", "of which converted", "count"),
                        Column("not_yet_known_rows", "Not yet known", "count"),
                        Column("conversions_so_far", "of which converted so far", "count"),
                    ],
                    rows,
                ),
                [
                    Key("bar", charts.ACCENT, "converted"),
                    Key("bar", "var(--faint)", "did not convert"),
                    Key("hollow", "var(--unknown-fill)", "not yet known"),
                ],
                is_wide=True,
            )
        ],
    )
