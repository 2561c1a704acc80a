"""Writes a preview down: as tables for the terminal, Markdown for a pull request, or JSON."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lead_scoring.preview.compare import Capacity, LeadMove, Movement, PairedTest, Preview
from lead_scoring.preview.seeds import RowChange, SeedChange

FORMATS = ("table", "markdown", "json")
# Longer lists say how many more there are.
MOST_ROWS = 25
# A longer text is cut: a comment of a pull request has an end.
LONGEST_CELL = 400
# Narrower tables cannot be read.
NARROWEST = 120
ARROW = "->"
MEASURES = {
    "auc": "AUC",
    "top_decile_lift": "top-decile lift",
    "calibration_error": "ECE",
    "log_loss": "log loss",
}

RANKED_BY = {
    "points": "",
    "chance": "; ranked by chance, for scorecards with scales of their own speak",
}


@dataclass
class Part:
    """A heading with a table below it.

    Attributes:
        title: The heading.
        columns: Names of the columns; those that begin with `#` hold numbers.
        rows: The cells.
        note: A sentence below the table.
    """

    title: str
    columns: list[str]
    rows: list[Sequence[str]]
    note: str = ""


def render(preview: Preview, form: str, width: int | None = None) -> str:
    """Write a preview down.

    Args:
        preview: What an edit changes.
        form: `table`, `markdown` or `json`.
        width: Width of tables in characters; default: the terminal's.
    """
    if form == "json":
        return json.dumps(preview.as_dict(), ensure_ascii=False, indent=2) + "\n"
    return _markdown(preview) if form == "markdown" else _table(preview, width)


def parts(preview: Preview) -> list[Part]:
    """The tables of a preview, in the order in which they answer questions."""
    if preview.primary is None:
        return []
    return [
        *(_seed_part(change) for change in preview.seeds),
        _test_part(preview.tests),
        _movement_part(preview),
        _moves_part(preview),
        _sample_part(preview.sample),
        _quantile_part([preview.primary, *preview.scorecards]),
        _capacity_part(preview.capacity),
    ]


def _markdown(preview: Preview) -> str:
    lines = [
        "### Preview of the weights",
        "",
        f"**{_cell(preview.sentence)}**",
        "",
        f"{_cell(preview.gate)} {_compared(preview)}",
    ]
    for part in parts(preview):
        if not part.rows:
            continue
        lines += ["", f"#### {part.title}", ""]
        names = [name.removeprefix("#") for name in part.columns]
        ends = ["---:" if name.startswith("#") else "---" for name in part.columns]
        for cells in (names, None, *part.rows):
            shown = ends if cells is None else [_cell(cell) for cell in cells]
            lines.append(f"| {' | '.join(shown)} |")
        if part.note:
            lines += ["", _cell(part.note)]
    return "\n".join(lines) + "\n"


def _table(preview: Preview, width: int | None) -> str:
    text = io.StringIO()
    width = width or max(Console().width, NARROWEST)
    console = Console(file=text, width=width, highlight=False)
    console.print(f"[bold]{escape(preview.sentence)}[/]")
    console.print(f"{escape(preview.gate)} {escape(_compared(preview))}")
    for part in parts(preview):
        if not part.rows:
            continue
        console.print(f"\n[bold]{escape(part.title)}[/]")
        table = Table(box=box.SIMPLE_HEAD, show_edge=False)
        for name in part.columns:
            table.add_column(
                escape(name.removeprefix("#")),
                justify="right" if name.startswith("#") else "left",
                no_wrap=name != part.columns[-1],
            )
        for cells in part.rows:
            table.add_row(*(escape(cell) for cell in cells))
        console.print(table)
        if part.note:
            console.print(escape(part.note))
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def _compared(preview: Preview) -> str:
    day = f", leads as of {preview.as_of_date}" if preview.as_of_date else ""
    return f"Compared with {preview.before}{day}."


def _seed_part(change: SeedChange) -> Part:
    counts = [
        f"{number} {kind}"
        for kind in ("added", "removed", "changed")
        if (number := sum(row.change == kind for row in change.rows))
    ]
    more = len(change.rows) - MOST_ROWS
    return Part(
        f"{change.seed}.csv: {', '.join(counts)}",
        ["row", "what", "before -> after"],
        [
            (" ".join(filter(None, row.key.values())), row.change, _cells(row))
            for row in change.rows[:MOST_ROWS]
        ],
        f"And {more:,} more." if more > 0 else "",
    )


def _cells(row: RowChange) -> str:
    if row.change == "changed":
        return "; ".join(
            f"{column}: {was or '(blank)'} {ARROW} {now or '(blank)'}"
            for column, (was, now) in row.cells.items()
        )
    return "; ".join(
        f"{column}: {was or now}"
        for column, (was, now) in row.cells.items()
        if column not in row.key and column != "rationale"
    )


def _test_part(tests: list[PairedTest]) -> Part:
    rows = []
    moved = [test for test in tests if test.changed_rows]
    for test in moved:
        for key, words in MEASURES.items():
            found = test.measures[key]
            interval = f"{_number(found.low, '+.3f')} to {_number(found.high, '+.3f')}"
            rows.append(
                (
                    test.name if key == "auc" else "",
                    words,
                    _number(found.before),
                    _number(found.after),
                    _number(found.difference, "+.3f"),
                    "" if np.isnan(found.low) else interval,
                    test.verdict if key == "auc" else "",
                )
            )
    notes = [
        f"{test.name}: {test.rows:,} rows of {test.leads:,} leads, {test.conversions:,} of them"
        f" converted{RANKED_BY[test.ranked_by]}."
        for test in moved
    ]
    same = [test.name for test in tests if not test.changed_rows]
    if same:
        notes.append(f"No score differs: {', '.join(same)}.")
    return Part(
        "Test days: the same rows before and after",
        ["who", "measure", "#before", "#after", "#difference", "#interval", "verdict"],
        rows,
        " ".join(notes),
    )


def _movement_part(preview: Preview) -> Part:
    rows = []
    for moved in (preview.primary, *preview.scorecards):
        rows.append(
            (
                moved.scorecard_id or "primary scores",
                _change(moved.role_before, moved.role_after) if moved.scorecard_id else "",
                _change(f"{moved.leads_before:,}", f"{moved.leads_after:,}"),
                f"{moved.score_changed:,}",
                f"{moved.band_changed:,}",
                f"{moved.priority_changed:,}",
                _change(f"{moved.mql_before:,}", f"{moved.mql_after:,}"),
                f"{moved.swap_in:,}",
                f"{moved.swap_out:,}",
            )
        )
    was, now = preview.new_mqls_per_day
    return Part(
        "Leads now",
        [
            "scorecard", "role", "#leads", "#new score", "#new band", "#new priority", "#MQLs",
            "#enter", "#leave",
        ],
        rows,
        "Leads that came to the MQL line within 30 days, per day: "
        f"{_change(f'{was:.1f}', f'{now:.1f}')}.",
    )  # fmt: skip


def _moves_part(preview: Preview) -> Part:
    return Part(
        "Which bands and priorities leads change",
        ["what", "from", "to", "#leads"],
        [
            (what, move.before or "(not scored)", move.after or "(not scored)", f"{move.leads:,}")
            for what, moves in (("band", preview.bands), ("priority", preview.priorities))
            for move in moves[:MOST_ROWS]
        ],
    )


def _sample_part(sample: list[LeadMove]) -> Part:
    return Part(
        "Leads that move most",
        ["lead", "#score", "band", "priority", "who and why"],
        [
            (
                move.lead_id,
                _change(*(_number(x, ".2f") for x in (move.score_before, move.score_after))),
                _change(move.band_before, move.band_after),
                _change(move.priority_before, move.priority_after),
                "; ".join(filter(None, (move.name, _why(move)))),
            )
            for move in sample
        ],
    )


def _why(move: LeadMove) -> str:
    reasons = [
        f"{reason.reason}: {_number(reason.before, '.2f')} {ARROW} {_number(reason.after, '.2f')}"
        for reason in move.reasons
    ]
    if move.scorecard_before != move.scorecard_after:
        reasons.insert(0, f"scored by {_change(move.scorecard_before, move.scorecard_after)}")
    return "; ".join(reasons)


def _quantile_part(movements: list[Movement]) -> Part:
    names = list(max((moved.quantiles_after for moved in movements), key=len, default={}))
    return Part(
        "Scores",
        ["scorecard", *(f"#{name}" for name in names)],
        [
            (
                moved.scorecard_id or "primary scores",
                *(
                    _change(
                        _number(moved.quantiles_before.get(name), ".2f"),
                        _number(moved.quantiles_after.get(name), ".2f"),
                    )
                    for name in names
                ),
            )
            for moved in movements
        ],
    )


def _capacity_part(capacity: list[Capacity]) -> Part:
    return Part(
        "Wins on the test days, if sales works the best leads it can",
        ["champion", "#leads a day", "#from score", "#leads worked", "#wins"],
        [
            (
                line.scorecard_id,
                f"{line.leads_per_day:g}",
                _change(_number(line.line_before, ".2f"), _number(line.line_after, ".2f")),
                _change(_number(line.worked_before, ",.0f"), _number(line.worked_after, ",.0f")),
                _change(_number(line.wins_before, ",.0f"), _number(line.wins_after, ",.0f")),
            )
            for line in capacity
        ],
    )


def _change(before: str | None, after: str | None) -> str:
    """One value where nothing changes, else both."""
    was, now = before or "-", after or "-"
    return was if was == now else f"{was} {ARROW} {now}"


def _number(value: float | None, form: str = ".3f") -> str:
    return "-" if value is None or np.isnan(value) else format(value, form)


def _cell(text: str) -> str:
    """Text that cannot end a cell of a Markdown table, become markup or call people by name."""
    if len(text) > LONGEST_CELL:
        text = f"{text[:LONGEST_CELL]} ..."
    for character in "\\|<>*_`[]":
        text = text.replace(character, f"\\{character}")
    text = text.replace("-\\>", "→").replace("@", "@\u200b")
    return " ".join(text.split())
