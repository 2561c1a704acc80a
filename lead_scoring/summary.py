"""What a build made of the raw tables, for the end of `make build`."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lead_scoring.built import database_file, read_only

BEST_LEADS = 10


def print_summary(database: Path | None = None, console: Console | None = None) -> None:
    """Print how many leads were scored, the bands with their sizes and the best leads with reasons.

    Arguments:
        database: DuckDB file that dbt built; default the environment's LEAD_SCORING_DUCKDB, else
            lead_scoring.duckdb.
        console: where to print; default standard output.

    Raises:
        UnreadableError: the file does not exist, is in use by a writer, or holds no scores.
    """
    console = console or Console(width=max(110, Console().width), soft_wrap=False)
    with read_only(database) as connection:
        _print_scored(connection, console)
        _print_bands(connection, console)
        _print_best(connection, console)
        _print_data_notes(connection, console)
    console.print()
    console.print(Text(f"Database  {database_file(database).resolve()}"))
    console.print("Report    lead-scoring report, then report.html")
    console.print("Docs      make docs, then target/static_index.html")


def _print_scored(connection, console) -> None:
    leads, scorecards, day = connection.execute(
        "select count(distinct lead_id), count(distinct scorecard_id), max(as_of_date) "
        "from lead_scores"
    ).fetchone()
    if not leads:
        console.print("No lead is eligible for a score on the as-of date.")
        return
    console.print(f"\n[bold]{leads:,} leads scored by {scorecards} scorecards as of {day}[/bold]\n")


def _print_bands(connection, console) -> None:
    table = Table(title="Bands", title_justify="left", title_style="bold")
    for header in ("Scorecard", "Role", "Band", "From", "Leads", "Share", "Sales-ready"):
        table.add_column(header, justify="right" if header in {"Leads", "Share"} else "left")
    rows = connection.execute("""
        select
            lead_scores.scorecard_id,
            lead_scores.scorecard_role,
            lead_scores.band,
            max(bands.min_points) as from_points,
            count(*) as leads,
            count(*) / sum(count(*)) over (partition by lead_scores.scorecard_id) as share,
            count(*) filter (where lead_scores.is_mql) as sales_ready
        from lead_scores
        left join stg_config__bands as bands
            on
                lead_scores.scorecard_id = bands.scorecard_id
                and bands.dimension = 'total'
                and lead_scores.band = bands.band
        group by lead_scores.scorecard_id, lead_scores.scorecard_role, lead_scores.band
        order by scorecard_role, scorecard_id, from_points desc nulls last
    """).fetchall()
    previous = None
    for scorecard, role, band, from_points, leads, share, sales_ready in rows:
        if previous not in (None, scorecard):
            table.add_section()
        table.add_row(
            scorecard if scorecard != previous else "",
            role if scorecard != previous else "",
            Text(band or "no band"),
            "" if from_points is None else f"{from_points:g}",
            f"{leads:,}",
            f"{share:.0%}",
            f"{sales_ready:,}",
        )
        previous = scorecard
    console.print(table)


def _print_best(connection, console) -> None:
    rows = connection.execute(f"""
        select
            coalesce(nullif(concat_ws(' ', first_name, last_name), ''), lead_id),
            job_title, company_name, score, score_change_7d, conversion_chance, priority,
            positive_reason_1, positive_reason_1_points,
            positive_reason_2, positive_reason_2_points,
            positive_reason_3, positive_reason_3_points,
            negative_reason_1, negative_reason_1_points
        from lead_scores
        inner join stg_config__scorecards as scorecards using (scorecard_id)
        where is_primary and scorecards.population = 'open_leads'
        order by conversion_chance desc nulls last, score desc, lead_id
        limit {BEST_LEADS}
    """).fetchall()
    if not rows:
        return
    table = Table(
        title="\nBest open leads, by chance to convert", title_justify="left", title_style="bold"
    )
    for header, options in {
        "Lead": {"max_width": 34},
        "Score": {"justify": "right"},
        "7 days": {"justify": "right"},
        "Chance": {"justify": "right"},
        "Priority": {},
        "Why": {"overflow": "fold"},
    }.items():
        table.add_column(header, **options)
    for name, title, company, score, change, chance, priority, *reasons in rows:
        who = Text(_one_line(name), style="bold")
        for detail in (title, company):
            if detail:
                who.append(f"\n{_one_line(detail)}", style="not bold dim")
        why = [
            f"{points:+.1f}  {_one_line(reason, None)}"
            for reason, points in zip(reasons[::2], reasons[1::2], strict=True)
            if reason
        ]
        table.add_row(
            who,
            f"{score:.1f}",
            "new" if change is None else f"{change:+.1f}",
            "" if chance is None else f"{chance:.0%}",
            priority or "",
            Text("\n".join(why)),
            end_section=True,
        )
    console.print(table)


def _print_data_notes(connection, console) -> None:
    accepted, merged, quarantined = connection.execute(
        "select coalesce(sum(accepted_rows), 0), coalesce(sum(merged_rows), 0), "
        "coalesce(sum(quarantined_rows), 0) from row_balance"
    ).fetchone()
    console.print(
        f"\nRaw rows  {accepted:,} used, {merged:,} merged, {quarantined:,} set aside "
        "(see quarantined_rows)"
    )
    for count, what in (
        ("select count(*) from unseen_signals", "rules look at what never occurs: unseen_signals"),
        (
            "select count(*) from config_errors where severity = 'warning'",
            "warnings about the seeds: config_errors",
        ),
    ):
        (found,) = connection.execute(count).fetchone()
        if found:
            console.print(f"Note      {found} {what}")


def _one_line(text: str, longest: int | None = 60) -> str:
    """Text of the data on one line, so that it cannot break the table."""
    return " ".join(text.split())[:longest]
