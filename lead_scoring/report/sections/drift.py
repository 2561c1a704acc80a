"""What has moved since the training days."""

from lead_scoring.report import charts
from lead_scoring.report.queries import Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.reader import Reader
from lead_scoring.report.sections.words import listed, many, month, percent, sentence

PROMISED = "var(--rank-2)"


def drift(reader: Reader) -> Section:
    """Drift of scores, rates, chances and rules."""
    title = "Is it still the same world?"
    rows = reader.rows("score_drift")
    of = {
        kind: [row for row in rows if row["drift_of"] == kind]
        for kind in ("score", "base_rate", "calibration", "rule")
    }
    if not rows:
        return reader.empty("drift", title, "score_drift", "no month comes after the training days")
    section = Section(
        "drift",
        title,
        _drift_says(of),
        "Each month against the training days. PSI, the population stability index, says how much "
        f"a distribution has moved: below {reader.settings.psi_some:g} hardly, from "
        f"{reader.settings.psi_major:g} on so much that the score should be reviewed.",
    )
    scored = [row for row in of["score"] if row["psi"] is not None and _is_judged(row)]
    if scored:
        section.charts.append(_psi_chart(reader, scored))
    rates = [row for row in of["base_rate"] if row["value"] is not None and _is_judged(row)]
    if rates:
        section.charts.append(_rate_chart(rates, of["calibration"]))
    if of["rule"]:
        section.table = Table(
            "drift-rules",
            "Rules that fire more or less often than in the training days",
            [
                Column("rule_id", "Rule"),
                Column("month", "Month", "month"),
                Column("reference_value", "Fired then", "percent"),
                Column("value", "Fired now", "percent"),
                Column("psi", "PSI", "auc"),
                Column("status", "Drift", "drift"),
            ],
            of["rule"],
        )
        section.table_title = (
            f"{many(len({row['rule_id'] for row in of['rule']}), 'rule', 'rules')} with drift"
        )
    return section


def _is_judged(row: Row) -> bool:
    return row["status"] in ("none", "some", "major")


def _drift_says(of: dict) -> str:
    words = {
        "score": "the scores",
        "base_rate": "the conversion rate",
        "calibration": "the chances",
    }
    calm, moved = [], []
    for kind, name in words.items():
        known = [row for row in of[kind] if _is_judged(row)]
        off = [row for row in known if row["status"] != "none"]
        if off:
            last = max(off, key=lambda row: row["month"])
            moved.append(
                f"{name} moved in {many(len(off), 'month', 'months')} of {len(known)}, last in "
                f"{month(last['month'])}"
            )
        elif known:
            calm.append(name)
    says = []
    if calm:
        says.append(f"no drift in {listed(calm, 'or')}")
    says += moved
    if of["rule"]:
        rules = len({row["rule_id"] for row in of["rule"]})
        says.append(f"{many(rules, 'rule fires', 'rules fire')} at a changed rate")
    return (
        sentence("; ".join(says) + ".")
        if says
        else ("Drift cannot be told: no month has enough scores with a known outcome.")
    )


def _psi_chart(reader: Reader, rows: list[Row]) -> Chart:
    worst = max(rows, key=lambda row: row["psi"])
    some, major = reader.settings.psi_some, reader.settings.psi_major
    return Chart(
        "drift-score",
        "Drift of the scores (PSI)",
        f"Largest in {month(worst['month'])}, at {worst['psi']:.2f}; some drift begins at "
        f"{some:g}, major drift at {major:g}.",
        charts.month_lines(
            [
                {
                    "month": row["month"],
                    "value": row["psi"],
                    "series": "psi",
                    "colour": charts.ACCENT,
                    "label": f"{month(row['month'])}: PSI {row['psi']:.3f}, drift {row['status']}",
                }
                for row in rows
            ],
            "~g",
            [some, major] if worst["psi"] > some else [some],
        ),
        Table(
            "drift-score",
            "Drift of the scores by month",
            [
                Column("month", "Month", "month"),
                Column("scored_rows", "Scores", "count"),
                Column("reference_value", "Mean score then", "points"),
                Column("value", "Mean score", "points"),
                Column("psi", "PSI", "auc"),
                Column("status", "Drift", "drift"),
            ],
            rows,
        ),
        [
            Key("line", charts.ACCENT, "PSI of the month"),
            Key("dashes", charts.REFERENCE, "where drift begins"),
        ],
    )


def _rate_chart(rows: list[Row], calibration: list[Row]) -> Chart:
    reference = rows[0]["reference_value"]
    promised = {row["month"]: row for row in calibration if row["reference_value"] is not None}
    lines = [
        {
            "month": row["month"],
            "value": value,
            "series": series,
            "colour": colour,
            "label": f"{month(row['month'])}: {series} {percent(value)}",
        }
        for row in rows
        for value, series, colour in (
            (promised.get(row["month"], {}).get("reference_value"), "promised", PROMISED),
            (row["value"], "converted", charts.ACCENT),
        )
        if value is not None
    ]
    high, low = (pick(rows, key=lambda row: row["value"]) for pick in (max, min))
    says = (
        f"Between {percent(low['value'])} ({month(low['month'])}) and {percent(high['value'])} "
        f"({month(high['month'])}); {percent(reference)} in the training days."
    )
    keys = [Key("line", charts.ACCENT, "converted")]
    if promised:
        off = [row["month"] for row in calibration if row["status"] in ("some", "major")]
        says += (
            f" Promise and outcome part in {listed([month(date) for date in off])}."
            if off
            else " The promised chances stay within the margin of what happened."
        )
        keys.append(Key("line", PROMISED, "promised"))
    return Chart(
        "drift-rate",
        "Converted by month",
        says,
        charts.month_lines(lines, "~%", [] if reference is None else [reference]),
        Table(
            "drift-rate",
            "Conversion rate and promised chance by month",
            [
                Column("month", "Month", "month"),
                Column("scored_rows", "Scores", "count"),
                Column("value", "Converted", "percent"),
                Column("reference_value", "In training days", "percent"),
                Column("status", "Drift", "drift"),
                Column("promised", "Promised", "percent"),
                Column("promise_status", "Drift of chances", "drift"),
            ],
            [
                {
                    **row,
                    "promised": promised.get(row["month"], {}).get("reference_value"),
                    "promise_status": promised.get(row["month"], {}).get("status"),
                }
                for row in rows
            ],
        ),
        [*keys, Key("dashes", charts.REFERENCE, f"training days {percent(reference)}")],
    )
