"""The command `lead-scoring fit`: options in, progress and a summary out."""

import math
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lead_scoring.check import CheckError, check_seeds, find_project, print_mistakes
from lead_scoring.fit import FitError, Fitted, NothingPredicts, Request, run_fit
from lead_scoring.seed_files import SeedEditError, UnreadableSeed
from lead_scoring.warehouse import WarehouseError

# Settings of the seeds that have an option of the command line.
SETTINGS = {
    "min_leads": "fit_min_leads",
    "min_conversions": "fit_min_conversions",
    "pdo": "fit_points_to_double_odds",
    "anchor": "fit_anchor_score",
    "mql": "fit_mql_odds_ratio",
}
REFUSED, NOTHING_PREDICTS = 1, 3
RULES_SHOWN = 12


def fit_and_print(
    *,
    scorecard_id: str,
    like: str | None,
    keep_rules: bool,
    population: str | None,
    segment_id: str | None,
    per_segment: Sequence[str],
    allow: Sequence[str],
    exclude: Sequence[str],
    bands: Sequence[str],
    changes: Mapping[str, float],
    seeds: str | None,
    variables: Mapping[str, Any],
    target: str | None,
) -> int:
    """Fit, write the seeds and print what was found.

    Args:
        scorecard_id, like, keep_rules, population, segment_id, per_segment, allow, exclude: See
            `Request`.
        bands: Texts `name=odds`.
        changes: Values of options, by their name.
        seeds: Folder of the seeds, from the working folder; default: that of the environment,
            below the project.
        variables: Values for vars of the project.
        target: Target of the dbt profile.

    Returns:
        The exit code: 0, 1 when refused, 3 when nothing predicts.
    """
    request = Request(
        scorecard_id=scorecard_id.strip(),
        like=like,
        keep_rules=keep_rules,
        population=population,
        segment_id=segment_id,
        per_segment=tuple(per_segment),
        allow=frozenset(name.lower() for name in allow),
        exclude=frozenset(name.lower() for name in exclude),
        changes={SETTINGS[name]: value for name, value in changes.items()},
        bands=_odds(bands),
    )
    try:
        project = find_project(Path.cwd())
        folder = (
            Path(seeds) if seeds else project / (os.environ.get("LEAD_SCORING_SEEDS") or "seeds")
        )
        mistakes = check_seeds(project, seeds, variables)
        if any(mistake.severity == "error" for mistake in mistakes):
            print_mistakes(mistakes)
            return REFUSED
        fitted = run_fit(request, project, folder, target, variables, _Progress())
    except NothingPredicts as error:
        click.echo(str(error), err=True)
        return NOTHING_PREDICTS
    except (CheckError, FitError, SeedEditError, UnreadableSeed, WarehouseError) as error:
        click.echo(f"Error: {error}", err=True)
        return REFUSED
    except OSError as error:
        click.echo(f"Error: cannot write {error.filename}: {error.strerror or error}", err=True)
        return REFUSED
    console = Console(width=max(110, Console().width), highlight=False)
    for one in fitted:
        _print_fitted(one, console)
    names = " ".join(one.scorecard_id for one in fitted if one.written)
    console.print(
        f"Written into {escape(str(folder))} as challenger: {escape(names)}. Next: read the rules"
        " in score_rules_fitted.csv, `lead-scoring check`, `dbt build`, compare in"
        " scorecard_comparison or `lead-scoring report`, then `lead-scoring promote`."
    )
    return 0


def _odds(bands: Sequence[str]) -> dict[str, float]:
    """Read texts like hot=3."""
    found = {}
    for text in bands:
        name, _, odds = text.partition("=")
        try:
            found[name.strip()] = float(odds)
        except ValueError:
            raise click.BadParameter(
                f"{text!r}: write it like hot=3", param_hint="--band"
            ) from None
        if not 0 < found[name.strip()] < math.inf:
            raise click.BadParameter(f"{text!r}: odds are a number above 0", param_hint="--band")
    return found


class _Progress:
    """A line on standard error for each step; for a long one now and then how far it is."""

    def __init__(self):
        self.step, self.tenth = "", -1

    def __call__(self, step: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if step != self.step or (sys.stderr.isatty() and tenth != self.tenth):
            self.step, self.tenth = step, tenth
            far = f" ({done:,} of {total:,})" if total > 1 else ""
            click.echo(f"{step}{far}", err=True)


def _print_fitted(fitted: Fitted, console: Console) -> None:
    """Print a scorecard, or why a segment has none."""
    if fitted.fallback is not None:
        why = fitted.fallback
        if fitted.trial:
            trial = fitted.trial
            why = (
                f"on {trial.leads:,} later leads ({trial.converted_leads:,} converted) a scorecard"
                f" of its own had a log loss of {trial.own_loss:.4f}, the general one of"
                f" {trial.general_loss:.4f}: not better by more than chance"
            )
        console.print(
            f"\n[bold]{escape(fitted.segment_id)}[/bold]: the general scorecard speaks for it;"
            f" {escape(why)}"
        )
        return
    fit, written = fitted.fit, fitted.written
    evidence = fit.evidence
    console.print(
        f"\n[bold]{escape(fitted.scorecard_id)}[/bold]: {len(written.rows)} rules from"
        f" {len(np.unique(evidence.lead)):,} leads,"
        f" {len(np.unique(evidence.lead[evidence.is_converted])):,} converted;"
        f" {fit.scale.points_to_double_odds:g} points double the odds,"
        f" {fit.scale.anchor_score:g} is the average lead, everybody starts at {fit.base_points}"
    )
    if fit.shrinkage is not None:
        console.print(
            "Too few converted to leave leads aside: each part of the leads was scored by what the"
            f" others teach, and points are {fit.shrinkage:.2f} of what they would be without"
        )
    if fitted.trial:
        console.print(
            f"On {fitted.trial.leads:,} later leads of the segment its log loss is"
            f" {fitted.trial.own_loss:.4f}; the general scorecard's is"
            f" {fitted.trial.general_loss:.4f}."
        )
    table = Table(title="Strongest rules", title_justify="left")
    for header in ("Points", "Reason", "Evidence"):
        table.add_column(header, justify="right" if header == "Points" else "left")
    rows = sorted(written.rows, key=lambda row: -abs(row["points"]))
    for row in rows[:RULES_SHOWN]:
        table.add_row(f"{row['points']:+d}", Text(str(row["reason"])), Text(str(row["rationale"])))
    console.print(table)
    ends = ", ".join(
        f"{band} from {points}" if points != "" else f"{band} below"
        for band, points in written.bands.items()
    )
    console.print(Text(f"Bands: {ends}; sales-ready from {written.mql_score}"))
    for note in [*written.notes, *(f"left out: {text}" for text in fit.left_out)]:
        console.print(Text(f"Note: {note}"))
