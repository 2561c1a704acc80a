"""How often sales makes contact in time."""

import datetime

from lead_scoring.report import charts
from lead_scoring.report.queries import Evidence, Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.words import count, day, hours, many, percent

WEEKS_SHOWN = 13
OWNERS_SHOWN = 15

COLUMNS = [
    Column("events", "Leads", "count"),
    Column("met", "In time", "count"),
    Column("breached", "Too late", "count"),
    Column("overdue", "Overdue", "count"),
    Column("still_open", "Not yet due", "count"),
    Column("stopped", "Left before due", "count", is_printed=False),
    Column("without_target", "No target", "count", is_printed=False),
    Column("met_share", "Share in time", "percent"),
    Column("met_share_low", "Low", "percent"),
    Column("met_share_high", "High", "percent"),
    Column("mean_hours_to_first_touch", "Hours to contact", "number"),
    Column("mean_hours_late", "Hours late", "number"),
]


def service(evidence: Evidence) -> Section:
    """Service levels by week, priority and owner."""
    name, title = "service-levels", "Does sales call in time?"
    if not evidence.is_built("sales_sla_summary"):
        return Section(
            name,
            title,
            "Nothing to show yet, because the table sales_sla_summary has not been built.",
            is_empty=True,
        )
    rows = evidence.tables["sales_sla_summary"]
    if not rows:
        return Section(
            name,
            title,
            "Nothing to show yet, because no lead has become ready for sales.",
            is_empty=True,
        )
    told, rebuilt = ([row for row in rows if row["is_rebuilt"] is side] for side in (False, True))
    # What sales was told is what counts. In the first days only quick calls can be judged, so
    # the past shows what to expect until most of it can be.
    (so_far,) = _grouped(told, "all") or [None]
    is_young = so_far is None or _judged(so_far) <= so_far["still_open"]
    shown = rebuilt if rebuilt and is_young else told
    (everybody,) = _grouped(shown, "all")
    others = sum(row["events"] for row in _grouped(rows, "all")) - everybody["events"]
    section = Section(
        name,
        title,
        _service_says(everybody),
        _explains(shown is rebuilt, everybody, others, so_far["still_open"] if so_far else 0),
    )
    section.charts.append(_weeks_chart(_grouped(shown, "week")))
    for grouped_by in ("priority", "owner"):
        section.charts.append(
            _shares_chart(evidence, grouped_by, _grouped(shown, grouped_by), everybody["met_share"])
        )
    return section


def _grouped(rows: list[Row], grouped_by: str) -> list[Row]:
    return [row for row in rows if row["grouped_by"] == grouped_by]


def _late(row: Row) -> int:
    return row["breached"] + row["overdue"]


def _judged(row: Row) -> int:
    return row["met"] + _late(row)


def _service_says(everybody: Row) -> str:
    if not _judged(everybody):
        return "No time to call is over yet."
    if everybody["mean_hours_to_first_touch"] is None:
        return (
            f"No contact by sales is recorded: all {many(_judged(everybody), 'lead', 'leads')} "
            "whose time is over count as late."
        )
    says = (
        f"{percent(everybody['met_share'])} of the {many(_judged(everybody), 'lead', 'leads')} "
        f"whose time is over were called in time ({percent(everybody['met_share_low'])} to "
        f"{percent(everybody['met_share_high'])})"
    )
    if _late(everybody):
        says += (
            f"; {count(_late(everybody))} were late, by {hours(everybody['mean_hours_late'])} on "
            "average"
        )
    says += "."
    if everybody["overdue"]:
        says += (
            f" {many(everybody['overdue'], 'of these is', 'of these are')} still waiting for a "
            "first call."
        )
    return says


def _explains(is_rebuilt: bool, everybody: Row, others: int, still_open: int) -> str:
    says = (
        "The time runs from the end of the day on which a lead becomes ready for sales, or of a "
        "later one on which its cool-down or opt-out ends, and its length is that of its priority "
        "when it became ready. Any touch, acceptance or rejection stops it. Only days with "
        "published scores have such leads."
    )
    if is_rebuilt:
        lie = "lead became" if everybody["events"] == 1 else "leads became"
        says += (
            f" These {count(everybody['events'])} {lie} ready before the first build: sales was "
            "not told, and they show roughly what would have been late. Of older days only some "
            "have scores, so that sales may have called before."
        )
        if others:
            says += (
                f" Of the {count(others)} that sales was told of since, {count(still_open)} are "
                "not due yet."
                if others > 1
                else " The one that sales was told of since is not due yet."
            )
    elif others:
        says += (
            f" {many(others, 'lead that became', 'leads that became')} ready before the first "
            f"build {'is' if others == 1 else 'are'} left out: sales was not told of them then, "
            "and in the queue their time runs from that build."
        )
    return says


def _weeks_chart(rows: list[Row]) -> Chart:
    by_week = {datetime.date.fromisoformat(row["group_value"]): row for row in rows}
    last = max(by_week)
    weeks = [last - datetime.timedelta(weeks=n) for n in reversed(range(WEEKS_SHOWN))]
    weeks = [week for week in weeks if week >= min(by_week)]
    parts = []
    for week in weeks:
        row = by_week.get(week)
        for order, part, number, colour in (
            (1, "in time", row["met"] if row else 0, "var(--good)"),
            (2, "too late", _late(row) if row else 0, "var(--bad)"),
            (3, "not judged", row["events"] - _judged(row) if row else 0, "var(--unknown-fill)"),
        ):
            if number or order == 1:
                parts.append(
                    {
                        "week": week,
                        "part": part,
                        "order": order,
                        "value": number,
                        "colour": colour,
                        "edge": "var(--reference)"
                        if order == 3
                        else colour
                        if number
                        else "transparent",
                        "label": f"Week of {day(week)}: {count(number)} {part}",
                    }
                )
    decided = [
        week
        for week in weeks
        if week in by_week and _judged(by_week[week]) and not by_week[week]["still_open"]
    ]
    says = f"Leads that became ready for sales, by week since {day(weeks[0])}."
    if decided:
        newest = by_week[decided[-1]]
        says += (
            f" In the week of {day(decided[-1])}, the newest that is decided, "
            f"{percent(newest['met_share'])} of {count(_judged(newest))} were called in time."
        )
    return Chart(
        "service-weeks",
        "Called in time, by week",
        says,
        charts.week_stacks(parts),
        Table(
            "service-weeks",
            "Service levels by week in which the lead became ready",
            [Column("week", "Week of", "date"), *COLUMNS],
            [{**by_week[week], "week": week} for week in sorted(by_week, reverse=True)],
        ),
        [
            Key("bar", "var(--good)", "in time"),
            Key("bar", "var(--bad)", "too late or overdue"),
            Key("hollow", "var(--unknown-fill)", "not yet due, or without a target"),
        ],
        is_wide=True,
    )


def _shares_chart(
    evidence: Evidence, grouped_by: str, rows: list[Row], average: float | None
) -> Chart:
    if grouped_by == "owner":
        rows = sorted(rows, key=lambda row: (-(row["met_share"] or 0), row["group_value"]))
    largest = sorted(rows, key=lambda row: -_judged(row))[:OWNERS_SHOWN]
    shown = [row for row in rows if row in largest]
    known = [row for row in shown if row["met_share"] is not None]
    says = "No time to call is over yet."
    if known:
        best = max(known, key=lambda row: row["met_share"])
        worst = min(known, key=lambda row: row["met_share"])
        says = (
            f"From {best['group_value']} ({percent(best['met_share'])}) down to "
            f"{worst['group_value']} ({percent(worst['met_share'])}); all {percent(average)}."
            if best["met_share"] != worst["met_share"]
            else f"Everywhere {percent(average)}."
        )
    title = f"Share called in time, by {grouped_by}"
    if len(shown) < len(rows):
        title += f", the {len(shown)} with most leads"
    return Chart(
        f"service-{grouped_by}",
        title,
        says,
        charts.interval_bars(
            [
                {
                    "name": row["group_value"],
                    "value": row["met_share"],
                    "low": row["met_share_low"],
                    "high": row["met_share_high"],
                    "label": (
                        f"{percent(row['met_share'])} · {count(row['met'])} of "
                        f"{count(_judged(row))}"
                        if _judged(row)
                        else "no target"
                        if row["without_target"] == row["events"]
                        else "nothing due yet"
                    ),
                    "colour": charts.ACCENT,
                }
                for row in shown
            ],
            average,
        ),
        Table(
            f"service-{grouped_by}",
            f"Service levels by {grouped_by}",
            [Column("group_value", grouped_by.capitalize()), *COLUMNS],
            rows,
        ),
        [
            Key("interval", charts.TEXT, f"{evidence.settings.confidence:.0%} interval"),
            Key("dashes", charts.REFERENCE, f"all {percent(average)}"),
        ],
    )
