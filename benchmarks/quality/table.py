"""Prints results as one table, and what was missed in words."""

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.quality.goals import Verdict

HEADERS = (
    "data set",
    "test rows,\nconversions",
    "AUC\n95 %",
    "goals",
    "log loss",
    "calibration\nerror: equal\nmass, width",
    "naive Bayes:\nAUC, log loss,\nAUC ahead by",
    "LightGBM:\nAUC, log loss,\nAUC ahead by",
    "rules",
    "seconds:\nfit, score",
)
WIDTH = 144


def print_results(measured: list[tuple[dict[str, Any], list[Verdict]]]) -> None:
    """Print a row for each data set, then a line for each goal.

    Arguments:
        measured: what `measure` found of a set, with the verdicts on its goals.
    """
    # A log file has no width of its own.
    console = Console(highlight=False)
    console.width = max(console.width, WIDTH)
    table = Table(title="Fitted scorecards on test days", title_justify="left", show_lines=True)
    for number, header in enumerate(HEADERS):
        table.add_column(header, justify="left" if number == 0 else "right", no_wrap=True)
    for result, verdicts in measured:
        table.add_row(*_cells(result, verdicts))
    console.print(table)
    for result, verdicts in measured:
        if not result["is_fitted"]:
            console.print(f"{result['set']}: nothing predicts, so there is no scorecard; AUC 0.5")
        for verdict in verdicts:
            mark = "met" if verdict.is_met else "[bold red]missed[/]"
            console.print(f"{result['set']}: {verdict.asked}: {mark} ({verdict.found})")


def _cells(result: dict[str, Any], verdicts: list[Verdict]) -> list[str]:
    """Texts of the row of a data set."""
    met = sum(verdict.is_met for verdict in verdicts)
    goals = "met" if met == len(verdicts) else f"[bold red]{met} of {len(verdicts)}[/]"
    return [
        result["set"],
        f"{result['test_rows']:,}\n{result['conversions']:,}",
        f"{result['auc']:.3f}\n{_interval(result['auc_low'], result['auc_high'], '.3f')}",
        goals,
        _number(result["log_loss"]),
        f"{_number(result['ece_equal_mass'])}\n{_number(result['ece_equal_width'])}",
        _rival(result["naive_bayes"]),
        _rival(result["lightgbm"]),
        f"{result['rules']}",
        f"{result['fit_seconds']:.1f}\n{result['score_seconds']:.1f}",
    ]


def _rival(rival: dict[str, Any] | None) -> str:
    """AUC and log loss of a rival, and how far the scorecard is ahead of it."""
    if rival is None:
        return ""
    return (
        f"{rival['auc']:.3f}  {_number(rival['log_loss'])}\n{rival['difference']:+.3f}\n"
        + _interval(rival["difference_low"], rival["difference_high"], "+.3f")
    )


def _interval(low: float | None, high: float | None, form: str) -> str:
    """Two ends of an interval, nothing when there is none."""
    return "" if low is None else f"{low:{form}} to {high:{form}}"


def _number(value: float | None) -> str:
    """Three digits, nothing for a missing number."""
    return "" if value is None else f"{value:.3f}"
