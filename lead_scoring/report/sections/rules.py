"""The points of each rule against the points its evidence supports."""

from collections import defaultdict

from lead_scoring.report import charts
from lead_scoring.report.sections.parts import VERDICTS, Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import listed, many, sentence, signed

RULES_SHOWN = 12

SHOWN = (
    "The ring is the points a rule gives now, the dot the points that the conversions of the "
    "training days support, on the scale of this scorecard. The evidence looks at one rule at a "
    "time: rules that fire together share what each seems to deserve."
)
NOT_SHOWN = (
    "Each rule's points are compared with what the conversions of the training days support. A "
    "rule is judged only when enough scores had it and enough of them converted."
)


def rules(reader: Reader) -> Section:
    """Verdict on each rule."""
    title = "Are the points right?"
    rows = reader.rows("rule_performance")
    if not rows:
        return reader.empty(
            "rules", title, "rule_performance", "no outcome is known for the training days"
        )
    by_verdict = defaultdict(list)
    for row in rows:
        by_verdict[row["verdict"]].append(row)
    parts = []
    for verdict in ("keep", *(name for name in VERDICTS if name != "keep")):
        number = len(by_verdict.pop(verdict, []))
        if number:
            _, one, more = VERDICTS[verdict]
            parts.append(f"{number:,} {one if number == 1 else more}")
    parts += [f"{len(others):,}: {verdict}" for verdict, others in by_verdict.items()]
    says = (
        f"Of {many(len(rows), 'rule', 'rules')}, {listed(parts)}."
        if len(parts) > 1
        else f"All rules: {parts[0]}."
    )
    section = Section("rules", title, says, NOT_SHOWN)
    off = [
        row
        for row in rows
        if row["points_now"] is not None
        and row["supported_points"] is not None
        and row["verdict"] in ("raise", "lower", "wrong sign", "suspiciously strong")
    ]
    off.sort(key=lambda row: (-row["moved_points"], row["rule_id"]))
    columns = [
        Column("reason", "Rule"),
        Column("dimension", "Dimension"),
        Column("verdict", "Verdict", "verdict"),
        Column("points_now", "Points now", "signed"),
        Column("supported_points", "Supported", "signed"),
        Column("supported_points_low", "Low", "signed", is_printed=False),
        Column("supported_points_high", "High", "signed", is_printed=False),
        Column("fired_leads", sentence(reader.who), "count"),
        Column("fired_rate", "Rate with", "percent"),
        Column("not_fired_rate", "Rate without", "percent"),
        Column("lift", "Lift", "times", is_printed=False),
        Column("iv", "Information value", "auc", is_printed=False),
        Column("score_share", "Share of score", "percent", is_printed=False),
        Column("verdict_sentence", "In words", is_printed=False),
    ]
    if off:
        shown = off[:RULES_SHOWN]
        section.explains = SHOWN
        section.charts.append(
            Chart(
                "rules",
                f"Points now and points supported, the {len(shown)} rules that matter most"
                if len(shown) < len(off)
                else "Points now and points supported, rules to change",
                f"{sentence(many(len(off), 'rule is', 'rules are'))} off; most of all "
                f"“{shown[0]['reason']}”: {signed(shown[0]['points_now'])} now, "
                f"{signed(shown[0]['supported_points'])} supported.",
                charts.points_compared(
                    [
                        {
                            "name": row["reason"],
                            "now": row["points_now"],
                            "value": row["supported_points"],
                            "low": row["supported_points_low"],
                            "high": row["supported_points_high"],
                            "label": (
                                f"{signed(row['points_now'])} → {signed(row['supported_points'])}"
                            ),
                            "colour": f"var(--{VERDICTS[row['verdict']][0]})",
                        }
                        for row in shown
                    ]
                ),
                Table("rules-shown", "Rules that the chart shows", columns, shown),
                [
                    Key("ring", charts.TEXT, "points now"),
                    Key("dot", "var(--warn)", "points supported"),
                    Key("dot", "var(--bad)", "the same, wrong sign or suspicious"),
                    Key("interval", charts.TEXT, f"{reader.confidence} interval"),
                ],
                is_wide=True,
            )
        )
    order = list(VERDICTS)
    section.table = Table(
        "rules",
        "Every rule, what it gives and what its evidence supports",
        columns,
        sorted(
            rows,
            key=lambda row: (
                order.index(row["verdict"]) if row["verdict"] in order else len(order),
                -(row["fired_share"] or 0),
                row["rule_id"],
            ),
        ),
    )
    section.table_title = f"All {many(len(rows), 'rule', 'rules')}"
    return section
