"""Who waits for sales."""

from lead_scoring.report import charts
from lead_scoring.report.queries import Evidence, Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.words import (
    count,
    day,
    listed,
    many,
    moment,
    percent,
    plain,
    sentence,
)

OWNERS_SHOWN = 15

TODAY_COLOUR = charts.ACCENT
BEYOND_COLOUR = "var(--warn)"

STATES = ("in_queue", "over_capacity", "being_worked", "cooling_down", "opted_out")


def queue(evidence: Evidence) -> Section:
    """Leads that wait for sales, by priority and owner, with those to call first."""
    name, title = "queue", "Who is to be called?"
    if not evidence.is_built("queue_groups"):
        return Section(
            name,
            title,
            "Nothing to show yet, because the table sales_queue has not been built.",
            is_empty=True,
        )
    groups = evidence.tables["queue_groups"]
    if not groups:
        return Section(
            name, title, "Nothing to show yet, because no lead waits for sales.", is_empty=True
        )
    (everybody,) = _grouped(groups, "all")
    top = evidence.tables["queue_top"]
    section = Section(name, title, _queue_says(everybody), _explains(evidence, groups, everybody))
    section.charts = [
        _queue_chart("priority", "Priority", _grouped(groups, "priority")),
        _queue_chart("owner", "Owner", _grouped(groups, "owner")),
    ]
    section.table = Table(
        "queue",
        "The queue from the top: whom to call first and why now; times are UTC",
        [
            Column("queue_position", "Place", "count"),
            Column("full_name", "Name"),
            Column("why_now", "Why now"),
            Column("priority", "Priority"),
            Column("due_at", "Due", "moment"),
            Column("turn", "Turn"),
            Column("owner_name", "Owner"),
            Column("reasons", "Reasons"),
            Column("company_name", "Company"),
            Column("expected_value", "Expected value", "count"),
            Column("conversion_chance", "Chance", "percent"),
            Column("score", "Score", "points"),
            Column("next_step", "Next step", is_printed=False),
            Column("queued_because", "Because", is_printed=False),
            Column("lead_id", "Lead", is_printed=False),
        ],
        [{**row, "queued_because": plain(row["queued_because"])} for row in top],
    )
    section.table_title = (
        f"The {len(top)} to call first"
        if len(top) < everybody["leads"]
        else f"All {many(len(top), 'lead', 'leads')}"
    )
    section.table_is_open = True
    return section


def _grouped(groups: list[Row], grouped_by: str) -> list[Row]:
    return [row for row in groups if row["grouped_by"] == grouped_by]


def _queue_says(everybody: Row) -> str:
    leads, beyond, overdue = (
        everybody[key] for key in ("leads", "over_capacity_leads", "overdue_leads")
    )
    says = f"{many(leads, 'lead waits', 'leads wait')} for sales"
    if everybody["expected_value"] is not None:
        says += f", worth {count(everybody['expected_value'])} by their chances"
    if beyond:
        says += (
            f": {count(everybody['today_leads'])} can be called today, {count(beyond)} "
            f"({percent(beyond / leads, 0)}) {'is' if beyond == 1 else 'are'} beyond the capacity "
            "of the team."
        )
    elif everybody["nobodys_leads"] == leads:
        says += "; nobody is named to take them."
    else:
        says += ", all within the capacity of the team."
    if overdue:
        says += (
            f" {count(overdue)} {'is' if overdue == 1 else 'are'} past the time by which sales was "
            f"to call, the oldest since {day(everybody['oldest_due_at'])}."
        )
    return says


def _explains(evidence: Evidence, groups: list[Row], everybody: Row) -> str:
    says = (
        "The order is priority, expected value, chance, score. What nobody can take today keeps "
        "its place and the person it would go to."
    )
    drawn = everybody["leads"] - sum(
        row["leads"] for row in _grouped(groups, "cause") if row["group_value"] == "mql"
    )
    if drawn:
        says += (
            f" {sentence(many(drawn, 'lead waits', 'leads wait'))} because an experiment has "
            f"{'it' if drawn == 1 else 'them'} called whatever the score; between the others "
            f"{'it has' if drawn == 1 else 'they have'} the share of places of the arm."
        )
    found = {row["state"]: row["leads"] for row in evidence.tables["sales_states"] or []}
    states = [f"{found[state]:,} {plain(state)}" for state in STATES if found.get(state)]
    if states:
        says += f" Of all {count(sum(found.values()))} that sales is to work: {listed(states)}."
    return says


def _queue_chart(name: str, title: str, rows: list[Row]) -> Chart:
    if name == "owner":
        rows = sorted(rows, key=lambda row: (-row["leads"], row["group_value"]))
    shown = rows[:OWNERS_SHOWN]
    parts = []
    for row in shown:
        label = f"{count(row['leads'])}"
        if row["expected_value"] is not None:
            label += f" · value {count(row['expected_value'])}"
        for order, key, colour in (
            (1, "today_leads", TODAY_COLOUR),
            (2, "over_capacity_leads", BEYOND_COLOUR),
        ):
            parts.append(
                {
                    "name": row["group_value"],
                    "label": label,
                    "order": order,
                    "value": row[key],
                    "colour": colour,
                }
            )
    oldest = min(
        (row for row in rows if row["oldest_due_at"]),
        key=lambda row: row["oldest_due_at"],
        default=None,
    )
    most = max(rows, key=lambda row: row["over_capacity_leads"])
    says = (
        f"Most beyond capacity: {most['group_value']} with {count(most['over_capacity_leads'])} of "
        f"{count(most['leads'])}."
        if most["over_capacity_leads"]
        else "No lead is beyond capacity."
    )
    if oldest:
        says += f" Due first: {oldest['group_value']}, {moment(oldest['oldest_due_at'])} UTC."
    return Chart(
        f"queue-{name}",
        f"Waiting leads by {title.lower()}"
        + (f", the {len(shown)} longest of {len(rows)}" if len(shown) < len(rows) else ""),
        says,
        charts.stacked_bars(parts),
        Table(
            f"queue-{name}",
            f"Waiting leads by {title.lower()}",
            [
                Column("group_value", title),
                Column("leads", "Leads", "count"),
                Column("today_leads", "Today", "count"),
                Column("over_capacity_leads", "Over capacity", "count"),
                Column("overdue_leads", "Overdue", "count"),
                Column("oldest_due_at", "First due", "moment"),
                Column("expected_value", "Expected value", "count"),
            ],
            rows,
        ),
        [
            Key("bar", TODAY_COLOUR, "to be called today"),
            Key("bar", BEYOND_COLOUR, "over capacity"),
        ],
    )
