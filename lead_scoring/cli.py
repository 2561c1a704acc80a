"""The command line `lead-scoring`."""

import datetime
import os
import sys
from pathlib import Path

import click

from lead_scoring import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Explained, checkable lead scores: the steps around `dbt build`."""


def _raw_folder() -> Path:
    """Folder of the raw Parquet files: the environment's, else data/raw."""
    return Path(os.environ.get("LEAD_SCORING_RAW") or "data/raw")


def _day(_context, _parameter, text: str) -> datetime.date:
    """Read a date option, with an error a person understands."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date; write it like 2026-06-30") from None


@main.command()
@click.option(
    "--leads", type=click.IntRange(min=1), default=5000, show_default=True, help="Number of people."
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=42,
    show_default=True,
    help="The same seed gives the same bytes.",
)
@click.option(
    "--as-of",
    callback=_day,
    default="2026-06-30",
    show_default=True,
    metavar="DATE",
    help="Last day of the two years of history.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=_raw_folder,
    metavar="DIR",
    show_default="$LEAD_SCORING_RAW or data/raw",
    help="Folder for the Parquet files.",
)
def simulate(leads: int, seed: int, as_of: datetime.date, out: Path) -> None:
    """Write raw tables of a made-up company, with the dirt of real ones."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from lead_scoring.simulate import simulate as run

    try:
        if sys.stdout.isatty():
            bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            with bar:
                task = bar.add_task("leads simulated", total=leads)
                rows = run(leads, seed, as_of, out, lambda n, _: bar.update(task, completed=n))
        else:
            click.echo(f"simulating {leads:,} leads up to {as_of}")
            rows = run(leads, seed, as_of, out, _plain_progress())
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"cannot write to {error.filename or out}: {reason}") from None
    written = ", ".join(f"{count:,} {name}" for name, count in rows.items() if name != "truth")
    click.echo(f"wrote {written} to {out}")


def _plain_progress():
    """Report progress as a line per tenth of the work, for logs."""
    last = 0

    def report(done: int, total: int) -> None:
        nonlocal last
        tenth = 10 * done // total
        if last < tenth < 10:
            click.echo(f"{done:,} of {total:,} leads")
            last = tenth

    return report


@main.command()
@click.option(
    "--seeds",
    metavar="DIR",
    show_default="$LEAD_SCORING_SEEDS or seeds",
    help="Folder of the seeds.",
)
@click.option(
    "--vars", "variables", metavar="YAML", default="{}", help="Values for vars, as dbt takes them."
)
def check(seeds: str | None, variables: str) -> None:
    """Find mistakes in the seeds in seconds, without a warehouse. Exit code 1: there are errors."""
    import yaml

    from lead_scoring.check import CheckError, check_seeds, find_project, print_mistakes

    try:
        values = yaml.safe_load(variables)
    except yaml.YAMLError:
        values = None
    if not isinstance(values, dict):
        raise click.BadParameter("write them like '{as_of_date: 2026-03-01}'", param_hint="--vars")
    try:
        mistakes = check_seeds(find_project(Path.cwd()), seeds, values)
    except CheckError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(1 if print_mistakes(mistakes) else 0)


@main.command()
@click.option(
    "--database",
    type=click.Path(path_type=Path),
    metavar="FILE",
    show_default="$LEAD_SCORING_DUCKDB or lead_scoring.duckdb",
    help="DuckDB file that dbt built.",
)
def summary(database: Path | None) -> None:
    """Show what the last build made: leads scored, bands, the best leads and why."""
    from lead_scoring.summary import SummaryError, print_summary

    try:
        print_summary(database)
    except SummaryError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("report.html"),
    show_default=True,
    metavar="FILE",
    help="HTML file to write.",
)
@click.option(
    "--database",
    type=click.Path(path_type=Path),
    metavar="FILE",
    show_default="$LEAD_SCORING_DUCKDB or lead_scoring.duckdb",
    help="DuckDB file that dbt built.",
)
def report(out: Path, database: Path | None) -> None:
    """Write one page that compares the scores with what really happened."""
    from lead_scoring.report import ReportError, write_report

    try:
        written = write_report(out, database)
    except ReportError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"wrote {written}")
    click.echo("Open it in a browser; it needs no network.")
