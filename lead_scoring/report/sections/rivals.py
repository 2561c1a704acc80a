"""The champion against challengers and simple rankings."""

from collections import defaultdict

from lead_scoring.report import charts
from lead_scoring.report.queries import Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import count, listed, signed

CONTENDERS = {
    "naive_bayes": "Naive Bayes (statistics alone)",
    "recency": "Recency (latest activity first)",
    "random": "Random order",
}

RIVAL_COLOURS = {"better": "var(--warn)", "worse": charts.ACCENT}


def rivals(reader: Reader) -> Section:
    """Differences to each rival."""
    title = "Is there anything better?"
    rows = [row for row in reader.rows("scorecard_comparison") if row["auc_difference"] is not None]
    if not rows:
        return reader.empty(
            "rivals", title, "scorecard_comparison", "no rival was scored on the test days"
        )
    named = [
        {**row, "name": CONTENDERS.get(row["contender_id"], row["contender_id"])} for row in rows
    ]
    says = _rivals_say(reader, named)
    dots = [
        {
            "name": row["name"],
            "value": 100 * row["auc_difference"],
            "low": None if row["auc_difference_low"] is None else 100 * row["auc_difference_low"],
            "high": None
            if row["auc_difference_high"] is None
            else 100 * row["auc_difference_high"],
            "label": f"{signed(100 * row['auc_difference'])} of 100",
            "colour": RIVAL_COLOURS.get(row["verdict"], "var(--unknown)"),
        }
        for row in named
    ]
    auc = 100 * rows[0]["champion_auc"]
    return Section(
        "rivals",
        title,
        says,
        f"Everybody ranks the very same {reader.who} of {reader.test_days}. Shown is in how many "
        f"more, or fewer, of 100 pairs the rival puts the one who converts first; {reader.id} does "
        f"in {auc:.0f}. An interval that crosses the dashed line is a draw.",
        [
            Chart(
                "rivals",
                f"Right pairs of 100, more or fewer than {reader.id}",
                says,
                charts.difference_dots(dots),
                Table(
                    "rivals",
                    "Rivals on the test days",
                    [
                        Column("name", "Rival"),
                        Column("contender_type", "Kind"),
                        Column("champion_auc", "AUC here", "auc"),
                        Column("contender_auc", "AUC rival", "auc"),
                        Column("auc_difference", "Difference", "auc"),
                        Column("auc_difference_low", "Low", "auc"),
                        Column("auc_difference_high", "High", "auc"),
                        Column("swap_in_rows", "Swapped in", "count"),
                        Column("swap_in_conversions", "converted", "count"),
                        Column("swap_out_rows", "Swapped out", "count"),
                        Column("swap_out_conversions", "converted", "count"),
                        Column("verdict_sentence", "Verdict"),
                    ],
                    named,
                ),
                [
                    Key("dot", RIVAL_COLOURS["better"], "ranks better"),
                    Key("dot", "var(--unknown)", "cannot be told apart"),
                    Key("dot", RIVAL_COLOURS["worse"], "ranks worse"),
                    Key("interval", charts.TEXT, f"{reader.confidence} interval"),
                    Key("dashes", charts.REFERENCE, f"as good as {reader.id}"),
                ],
                is_wide=True,
            )
        ],
        _swaps(reader, named),
    )


def _rivals_say(reader: Reader, rows: list[Row]) -> str:
    names = defaultdict(list)
    for row in rows:
        names[row["verdict"]].append(row["name"])
    better, worse = names.pop("better", []), names.pop("worse", [])
    few = names.pop("too few conversions", [])
    even = [name for others in names.values() for name in others]
    if not better and not even and not few:
        return f"No: {reader.id} ranked better than {listed(worse)}."
    says = []
    if better:
        says.append(f"{listed(better)} ranked better than {reader.id}.")
    if even:
        says.append(f"{listed(even)} and {reader.id} cannot be told apart.")
    if worse:
        says.append(f"{reader.id} ranked better than {listed(worse)}.")
    if few:
        says.append(f"Too few conversions to compare with {listed(few)}.")
    return " ".join(says)


def _swaps(reader: Reader, rows: list[Row]) -> list[tuple[str, str]]:
    """What each rival scorecard would change at the sales-ready line."""
    return [
        (
            row["name"],
            f"In place of {reader.id} it would call {count(row['swap_in_rows'])} others "
            f"sales-ready, of whom {count(row['swap_in_conversions'])} converted, and drop "
            f"{count(row['swap_out_rows'])}, of whom {count(row['swap_out_conversions'])} "
            "converted.",
        )
        for row in rows
        if row["contender_type"] != "baseline" and row.get("swap_in_rows") is not None
    ]
