"""The command line `lead-scoring`."""

import datetime
import math
import os
import signal
import sys
from contextlib import contextmanager
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


def _variables(text: str) -> dict:
    """Read the option --vars."""
    import yaml

    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        # A day that no calendar has is refused by the reader with an error of its own.
        values = None
    if not isinstance(values, dict):
        raise click.BadParameter("write them like '{as_of_date: 2026-03-01}'", param_hint="--vars")
    return values


def _finite(_context, _parameter, value: float | None) -> float | None:
    """Refuse what Python reads as a number and nobody can compute with."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a number one can compute with")
    return value


ABOVE_ZERO = click.FloatRange(min=0, min_open=True)
seeds_option = click.option(
    "--seeds",
    metavar="DIR",
    show_default="$LEAD_SCORING_SEEDS or seeds",
    help="Folder of the seeds.",
)
vars_option = click.option(
    "--vars", "variables", metavar="YAML", default="{}", help="Values for vars, as dbt takes them."
)


@main.command()
@seeds_option
@vars_option
def check(seeds: str | None, variables: str) -> None:
    """Find mistakes in the seeds in seconds, without a warehouse. Exit code 1: there are errors."""
    from lead_scoring.check import CheckError, check_seeds, find_project, print_mistakes

    values = _variables(variables)
    try:
        mistakes = check_seeds(find_project(Path.cwd()), seeds, values)
    except CheckError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(1 if print_mistakes(mistakes) else 0)


@main.command()
@click.option(
    "--target",
    metavar="NAME",
    show_default="the profile's own",
    help="Target of the dbt profile, such as postgres.",
)
@click.option(
    "--raw",
    type=click.Path(file_okay=False, path_type=Path),
    default=_raw_folder,
    metavar="DIR",
    show_default="$LEAD_SCORING_RAW or data/raw",
    help="Folder of the raw Parquet files.",
)
@vars_option
def load(target: str | None, raw: Path, variables: str) -> None:
    """Bring the raw files into the raw schema of a target that cannot read them where they are.

    Every raw table is replaced, on PostgreSQL all in one transaction: running it again changes
    nothing. An optional table without a file is dropped; so are, on PostgreSQL, the views on a
    table whose columns are others than before. What is dropped is named.
    """
    from lead_scoring.check import CheckError, find_project
    from lead_scoring.load import LoadError
    from lead_scoring.load import load as run

    values = _variables(variables)
    try:
        with _load_progress() as progress:
            done = run(find_project(Path.cwd()), target, raw, values, progress)
    except (CheckError, LoadError) as error:
        raise click.ClickException(str(error)) from None
    loaded = ", ".join(f"{count:,} {name}" for name, count in done.rows.items())
    click.echo(f"loaded {loaded} from {raw}")
    if done.dropped:
        click.echo(
            f"dropped {', '.join(done.dropped)}: without a file, or on a table with other columns."
            " The next build makes the views of the project again, others are for you to make."
        )


@contextmanager
def _load_progress():
    """Report rows loaded on standard error: a bar per table for people, a line for logs."""
    if not sys.stderr.isatty():

        def announce(table: str, done: int, total: int, seconds: float) -> None:
            if done == total and (seconds or not total):
                click.echo(f"{table}: {total:,} rows in {seconds:.1f} s", err=True)

        yield announce
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    with bar:
        tasks: dict = {}

        def report(table: str, done: int, total: int, _seconds: float) -> None:
            if table not in tasks:
                tasks[table] = bar.add_task(table, total=total)
            bar.update(tasks[table], completed=done)

        yield report


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
    from lead_scoring.built import UnreadableError
    from lead_scoring.summary import print_summary

    try:
        print_summary(database)
    except UnreadableError as error:
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
    from lead_scoring.built import UnreadableError
    from lead_scoring.report import write_report

    try:
        written = write_report(out, database)
    except UnreadableError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot write {out}: {error.strerror or error}") from None
    click.echo(f"wrote {written}")
    click.echo("Open it in a browser; it needs no network.")


@main.command()
@click.option(
    "--against",
    metavar="REF",
    help="Compare with the seeds of this git commit or branch.  [default: the live tables]",
)
@seeds_option
@vars_option
@click.option("--target", metavar="NAME", help="Target of the dbt profile.")
@click.option("--gate", is_flag=True, help="Exit with code 1 when the edit ranks leads worse.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "json"]),
    default="table",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="File to write."
)
@click.option("--keep", is_flag=True, help="Keep the schema with the previewed tables.")
def preview(
    against: str | None,
    seeds: str | None,
    variables: str,
    target: str | None,
    gate: bool,
    form: str,
    out: Path | None,
    keep: bool,
) -> None:
    """Show what edited weights would change, before they go live.

    The edited seeds are built in a schema of their own, beside the live tables, which stay as they
    are. Exit code 1: the seeds have errors or, with --gate, the edit is significantly worse; 2:
    there is nothing to compare with.
    """
    from lead_scoring.check import CheckError, find_project, print_mistakes
    from lead_scoring.preview import PreviewError, SeedMistakes, render
    from lead_scoring.preview import preview as run

    values = _variables(variables)
    # A job that is cancelled drops what it built, as one that is broken off by hand does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _build_progress() as progress:
            result, schemas = run(
                find_project(Path.cwd()), seeds, against, target, values, keep, progress
            )
    except SeedMistakes as error:
        print_mistakes(error.mistakes)
        sys.exit(1)
    except (CheckError, PreviewError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    text = render(result, form)
    if out:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            click.echo(f"Error: cannot write {out}: {error.strerror or error}", err=True)
            sys.exit(2)
        click.echo(result.sentence)
    else:
        click.echo(text, nl=False)
    if keep and schemas:
        click.echo(f"The previewed tables are in schema {', '.join(schemas)}.", err=True)
    if gate:
        click.echo(result.gate, err=True)
        sys.exit(1 if result.is_worse else 0)


@contextmanager
def _build_progress():
    """Report models built on standard error: a bar for people, a line per build for logs."""
    if not sys.stderr.isatty():

        def announce(done: int, total: int, _name: str) -> None:
            if done == total:
                click.echo(f"built {total} seeds and models beside the live tables", err=True)

        yield announce
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("checking the seeds", total=None)

        def report(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        yield report


@main.command()
@click.argument("new_id")
@seeds_option
def promote(new_id: str, seeds: str | None) -> None:
    """Make a challenger the champion, and the present champion a challenger.

    Only the two cells in scorecards.csv change. From the next build on the scorecard NEW_ID speaks
    for its leads in lead_scores; queue and CRM follow on the next scored day.
    """
    from lead_scoring.check import CheckError, find_project
    from lead_scoring.promote import PromoteError
    from lead_scoring.promote import promote as run

    try:
        folder = seeds or find_project(Path.cwd()) / (
            os.environ.get("LEAD_SCORING_SEEDS") or "seeds"
        )
        click.echo(run(new_id, Path(folder)))
    except (CheckError, PromoteError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option(
    "--scorecard", "scorecard_id", required=True, metavar="ID", help="Name of the new one."
)
@click.option(
    "--like",
    metavar="ID",
    help="Scorecard whose population, segment, dimensions and priorities it takes over; needed to"
    " refit.",
    show_default="champion of the population",
)
@click.option(
    "--method",
    type=click.Choice(["discover", "refit"]),
    default="discover",
    show_default=True,
    help="Find rules, or keep those of --like and learn their points.",
)
@click.option(
    "--population",
    type=click.Choice(["open_leads", "customers"]),
    help="Whom to score.",
    show_default="that of --like, else open_leads",
)
@click.option("--segment", "segment_id", metavar="ID", help="Only leads of this segment.")
@click.option(
    "--per-segment",
    multiple=True,
    metavar="ID",
    help="Also a scorecard for this segment, where it predicts better than the general one.",
)
@click.option(
    "--allow", multiple=True, metavar="SIGNAL", help="May predict as well as a leak would."
)
@click.option("--exclude", multiple=True, metavar="SIGNAL", help="Learn nothing from this signal.")
@click.option(
    "--min-leads",
    type=click.FloatRange(min=1),
    callback=_finite,
    help="Fewest leads to fit on.",
    show_default="the seed's",
)
@click.option(
    "--min-conversions",
    type=click.FloatRange(min=1),
    callback=_finite,
    help="Fewest converted leads.",
    show_default="the seed's",
)
@click.option(
    "--pdo",
    type=ABOVE_ZERO,
    callback=_finite,
    help="Points that double the odds.",
    show_default="the seed's",
)
@click.option(
    "--anchor",
    type=float,
    callback=_finite,
    help="Score of the average lead.",
    show_default="the seed's",
)
@click.option(
    "--band",
    "bands",
    multiple=True,
    metavar="NAME=ODDS",
    help="Odds, as a multiple of the average lead's, from which a lead is in the band.",
)
@click.option(
    "--mql",
    type=ABOVE_ZERO,
    callback=_finite,
    metavar="ODDS",
    help="The same for sales-ready.",
    show_default="the seed's",
)
@seeds_option
@vars_option
@click.option("--target", help="Target of the dbt profile.")
def fit(
    scorecard_id: str,
    like: str | None,
    method: str,
    population: str | None,
    segment_id: str | None,
    per_segment: tuple[str, ...],
    allow: tuple[str, ...],
    exclude: tuple[str, ...],
    bands: tuple[str, ...],
    seeds: str | None,
    variables: str,
    target: str | None,
    **changes: float | None,
) -> None:
    """Learn points from history and write them as a challenger into the seeds.

    Reads the training days of the last build. Exit code 1: refused, the message says why; 3:
    nothing in the data predicts who converts, so there is no scorecard to write.
    """
    from lead_scoring.fit.command import fit_and_print

    sys.exit(
        fit_and_print(
            scorecard_id=scorecard_id,
            like=like,
            keep_rules=method == "refit",
            population=population,
            segment_id=segment_id,
            per_segment=per_segment,
            allow=allow,
            exclude=exclude,
            bands=bands,
            changes={name: value for name, value in changes.items() if value is not None},
            seeds=seeds,
            variables=_variables(variables),
            target=target,
        )
    )
