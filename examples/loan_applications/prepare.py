"""Writes the three raw tables of the contract from the loan applications of a Dutch bank.

Usage: python prepare.py FOLDER --out DIR

FOLDER holds leads.parquet and activities.parquet; without it the environment variable
LOAN_LEADS_DATA names it. Everything that happened after 2011-12-31, the last day of the data, is
left out, so the tables are what the bank knew on that day; --until names an earlier one.
"""

import argparse
import os
import sys
from datetime import date
from pathlib import Path

import duckdb

LAST_DAY = date(2011, 12, 31)

# Times in both files are UTC without saying so: by them the bank opens an hour later from the day
# on which the Netherlands leave summer time.
TABLES = {
    "leads": """
        select
            cast(lead_id as varchar) as lead_id,
            registered_at as created_at,
            amount_requested
        from source_leads
        where cast(registered_at as date) <= date '{until}'
        order by lead_id
    """,
    # The name of a step, in words a rule can be read with, and what happened to it: a task is
    # scheduled, started and completed, which is one piece of work and not three.
    "activities": """
        select
            lead_id || '-' || event_seq as activity_id,
            cast(lead_id as varchar) as lead_id,
            case
                when activity not like 'W_%' then lower(activity)
                else 'w_' || case activity
                    when 'W_Afhandelen leads' then 'follow_up_lead'
                    when 'W_Completeren aanvraag' then 'complete_application'
                    when 'W_Nabellen offertes' then 'call_offer'
                    when 'W_Nabellen incomplete dossiers' then 'call_missing_documents'
                    when 'W_Valideren aanvraag' then 'assess_application'
                    when 'W_Beoordelen fraude' then 'check_fraud'
                    when 'W_Wijzigen contractgegevens' then 'change_contract'
                    else lower(replace(substr(activity, 3), ' ', '_'))
                end || '_' || lower(lifecycle)
            end as activity_type,
            event_at as occurred_at
        from source_activities
        where cast(event_at as date) <= date '{until}'
        order by lead_id, event_seq
    """,
    "outcomes": """
        select
            cast(lead_id as varchar) as lead_id,
            case when outcome = 'won' then 'won' else 'lost' end as outcome,
            outcome_at as occurred_at,
            case when outcome like 'lost_%' then substr(outcome, 6) end as reason
        from source_leads
        where
            outcome <> 'open'
            and cast(outcome_at as date) <= date '{until}'
        order by lead_id
    """,
}


def prepare(source: Path, out: Path, until: date = LAST_DAY) -> dict[str, int]:
    """Write leads, activities and outcomes as Parquet files; return their numbers of rows.

    Args:
        source: Folder with leads.parquet and activities.parquet.
        out: Folder for the raw tables.
        until: The UTC day at whose end the tables are known.

    Raises:
        FileNotFoundError: A file of the source is not there.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows = {}
    with duckdb.connect() as connection:
        for name in ("leads", "activities"):
            path = source / f"{name}.parquet"
            if not path.is_file():
                raise FileNotFoundError(f"There is no file {path}")
            connection.read_parquet(str(path)).create_view(f"source_{name}")
        for name, query in TABLES.items():
            target = str(out / f"{name}.parquet").replace("'", "''")
            (rows[name],) = connection.execute(
                f"copy ({query.format(until=until)}) to '{target}' (format parquet)"
            ).fetchone()
    return rows


def main() -> None:
    """Read the command line and prepare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "source",
        nargs="?",
        default=os.environ.get("LOAN_LEADS_DATA"),
        metavar="FOLDER",
        help="folder with leads.parquet and activities.parquet (default: LOAN_LEADS_DATA)",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the raw tables")
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        default=LAST_DAY,
        metavar="DATE",
        help=f"what happened later is not known yet (default: {LAST_DAY})",
    )
    arguments = parser.parse_args()
    if not arguments.source:
        parser.error("name the folder of the data, or set LOAN_LEADS_DATA")
    try:
        rows = prepare(Path(arguments.source), Path(arguments.out), arguments.until)
    except FileNotFoundError as error:
        sys.exit(str(error))
    print(
        "wrote "
        + ", ".join(f"{count:,} {name}" for name, count in rows.items())
        + f" to {arguments.out}"
    )


if __name__ == "__main__":
    main()
