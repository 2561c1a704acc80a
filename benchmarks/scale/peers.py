"""Scores the leads that the project scored in another way, and says how long that took.

Usage: python -m benchmarks.scale.peers NAME --database FILE --out FILE --scorecard ID
       [--memory-limit 8GB] [--threads N]

NAME is naive_bayes_sql, naive_bayes_pandas, pandas_rules or lightgbm. What is known of the leads is
read from the tables that dbt built, so cleaning, identities and bots are not in these seconds.
Prints one line of JSON: name, leads, seconds to read, to make features, to train and to score.

What is learnt is learnt from leads that were won or lost, as they were known the day before. These
figures are about speed; `benchmarks.quality` says how well the methods predict.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.scale.pandas_rules import Scorecard, score_by_rules
from benchmarks.scale.yardsticks import quoted

STEPS = ("read", "features", "train", "score")
# LightGBM learns no more from more rows than these, and training is not what is compared.
TRAIN_ROWS = 50_000
# Leads whose features are in memory at a time: several hundred numbers each.
CHUNK_LEADS = 50_000


class PeerError(Exception):
    """A peer cannot run on this database; the text says why."""


class Clock:
    """Seconds of the steps of a peer."""

    def __init__(self):
        """Start with no second in any step."""
        self.seconds = dict.fromkeys(STEPS, 0.0)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of a block to a step."""
        start = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - start


def main() -> int:
    """Run the peer of the command line; returns the exit code."""
    given = parse()
    try:
        result = run(
            given.name, given.database, given.out, given.scorecard,
            memory_limit=given.memory_limit, threads=given.threads,
        )  # fmt: skip
    except (PeerError, duckdb.Error) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(result))
    return 0


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("--database", type=Path, required=True, help="DuckDB file that dbt built")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file for the scores")
    parser.add_argument("--scorecard", required=True, help="whose leads are scored")
    parser.add_argument("--memory-limit", help="of DuckDB, such as 8GB; default: DuckDB's own")
    parser.add_argument("--threads", type=int, help="of DuckDB; default: all cores, as in a build")
    return parser.parse_args()


def run(
    name: str,
    database: Path,
    out: Path,
    scorecard_id: str,
    memory_limit: str | None = None,
    threads: int | None = None,
) -> dict:
    """Score by a peer and write the scores.

    Args:
        name: One of `PEERS`.
        database: DuckDB file with the tables of the project up to `lead_scores`.
        out: Parquet file, one row per lead: lead_id, score.
        scorecard_id: Whose leads are scored, and by whose rules `pandas_rules` scores.
        memory_limit: What DuckDB may use; the rest goes to the folder `<out>.tmp`.
        threads: Threads of DuckDB, and of LightGBM when it scores; default: all cores, which is
            what a build takes.

    Returns:
        `name`, `leads` and `seconds` by step.

    Raises:
        PeerError: There is no database, it has no scores of the scorecard, or too few outcomes.
        duckdb.Error: A query failed.
    """
    if not database.is_file():
        raise PeerError(f"there is no database {database}: build the project into it first")
    clock = Clock()
    with duckdb.connect(
        str(database), read_only=True, config={"temp_directory": f"{out}.tmp"}
    ) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        if threads:
            connection.execute(f"set threads = {threads:d}")
        if memory_limit:
            connection.execute("set memory_limit = ?", [memory_limit])
        connection.execute("set variable scorecard_id = ?", [scorecard_id])
        leads = connection.execute(
            "select count(*) from lead_scores where scorecard_id = getvariable('scorecard_id')"
        ).fetchall()[0][0]
        if not leads:
            raise PeerError(f"{database} has no lead with a score of {scorecard_id}")
        scores = PEERS[name](connection, clock)
        connection.execute(f"copy (from scores) to '{quoted(out)}' (format parquet)")
        if len(scores) != leads:
            raise PeerError(f"{name} scored {len(scores)} leads, the project {leads}")
    return {
        "name": name,
        "leads": leads,
        "seconds": {step: round(seconds, 3) for step, seconds in clock.seconds.items()},
    }


def naive_bayes_sql(connection: duckdb.DuckDBPyConnection, clock: Clock) -> pd.DataFrame:
    """Odoo's predictive scoring in SQL: how much more often a value is won than lost, multiplied.

    Args:
        connection: The database.
        clock: Gets the seconds.

    Returns:
        One row per lead: lead_id, score from 0 to 1.
    """
    with clock.step("read"):
        create_subjects(connection)
        connection.execute("""
            create temp table evidence as
            select
                subjects.number,
                subjects.is_converted,
                history.attribute as field,
                lower(history.value) as value
            from subjects
            inner join int_leads__attribute_history as history
                on
                    subjects.lead_id = history.lead_id
                    and subjects.day >= history.valid_from
                    and subjects.day < history.valid_to
            where
                history.value is not null
                and history.attribute not in (select signal from stg_config__learning_exclusions)
        """)
    with clock.step("train"):
        connection.execute("""
            create temp table weights as
            with

            levels as (

                select
                    field,
                    value,
                    any_value(naive_bayes_start_count) + count(*) filter (is_converted) as won,
                    any_value(naive_bayes_start_count) + count(*) filter (not is_converted) as lost
                from evidence
                cross join stg_config__evaluation_settings
                where is_converted is not null
                group by field, value

            )

            select
                field,
                value,
                ln(won / sum(won) over (partition by field))
                - ln(lost / sum(lost) over (partition by field)) as log_odds
            from levels
            cross join stg_config__evaluation_settings
            qualify count(*) over (partition by field) <= naive_bayes_max_levels
        """)
    with clock.step("score"):
        return connection.execute("""
            with

            base as (

                select
                    ln(count(*) filter (is_converted) / count(*) filter (not is_converted)) as odds
                from subjects

            ),

            sums as (

                select
                    evidence.number,
                    sum(weights.log_odds) as log_odds
                from evidence
                inner join weights
                    on
                        evidence.field = weights.field
                        and evidence.value = weights.value
                where evidence.is_converted is null
                group by evidence.number

            )

            select
                subjects.lead_id,
                greatest(
                    least(
                        1 / (1 + exp(-(base.odds + coalesce(sums.log_odds, 0)))),
                        1 - naive_bayes_min_chance
                    ),
                    naive_bayes_min_chance
                ) as score
            from subjects
            cross join base
            cross join stg_config__evaluation_settings
            left join sums on subjects.number = sums.number
            where subjects.is_converted is null
        """).df()


def naive_bayes_pandas(connection: duckdb.DuckDBPyConnection, clock: Clock) -> pd.DataFrame:
    """Score as `naive_bayes_sql` does, with pandas on a table of a column per attribute.

    Args:
        connection: The database.
        clock: Gets the seconds.

    Returns:
        One row per lead: lead_id, score from 0 to 1.
    """
    with clock.step("read"):
        create_subjects(connection)
        fields = learnable_attributes(connection)
        people = read_attributes(connection, fields)
        start_count, max_levels, min_chance = connection.execute("""
            select naive_bayes_start_count, naive_bayes_max_levels, naive_bayes_min_chance
            from stg_config__evaluation_settings
        """).fetchall()[0]
    with clock.step("train"):
        closed = people[people["is_converted"].notna()]
        is_won = closed["is_converted"].astype(bool)
        weights = {}
        for field in fields:
            levels = pd.DataFrame(
                {
                    "won": closed.loc[is_won, field].value_counts(),
                    "lost": closed.loc[~is_won, field].value_counts(),
                }
            )
            if 0 < len(levels) <= max_levels:
                counts = levels.fillna(0) + start_count
                shares = counts / counts.sum()
                weights[field] = np.log(shares["won"]) - np.log(shares["lost"])
    with clock.step("score"):
        current = people[people["is_converted"].isna()]
        log_odds = pd.Series(np.log(is_won.sum() / (~is_won).sum()), index=current.index)
        for field, log_ratio in weights.items():
            log_odds += current[field].map(log_ratio).astype(float).fillna(0)
        chances = (1 / (1 + np.exp(-log_odds))).clip(min_chance, 1 - min_chance)
        return pd.DataFrame({"lead_id": current["lead_id"], "score": chances})


def pandas_rules(connection: duckdb.DuckDBPyConnection, clock: Clock) -> pd.DataFrame:
    """The rules of the scorecard in pandas, one after the other on columns.

    Args:
        connection: The database.
        clock: Gets the seconds.

    Returns:
        One row per lead: lead_id, score in points.
    """
    with clock.step("read"):
        create_subjects(connection, with_closed=False)
        scorecard = Scorecard(connection)
        people = read_attributes(connection, scorecard.attributes, lower=False)
        create_events(connection)
        kinds = connection.execute("from kinds order by kind").df()
        events = connection.execute("select number, kind, age_days from events").df()
    with clock.step("score"):
        people["score"] = score_by_rules(scorecard, people, kinds, events)
        return people[["lead_id", "score"]]


def lightgbm(connection: duckdb.DuckDBPyConnection, clock: Clock) -> pd.DataFrame:
    """Chances by the trees of `benchmarks.quality`, on attributes and what the leads did.

    Args:
        connection: The database.
        clock: Gets the seconds.

    Returns:
        One row per lead: lead_id, score from 0 to 1.
    """
    from benchmarks.quality.rivals import (
        as_numbers,
        event_columns,
        level_codes,
        trained,
        types_and_channels,
    )
    from lead_scoring.fit.evidence import Attribute, Events, Kind

    def events_of(first: int, end: int) -> Events:
        """What the subjects of these numbers did, rows counted from the first."""
        found = connection.execute(
            "select number, kind, age_days, event_count from events_by_day "
            "where number >= ? and number < ?",
            [first, end],
        ).fetchnumpy()
        return Events(
            row=found["number"] - first,
            kind=found["kind"],
            age_days=found["age_days"].astype(np.int64),
            count=found["event_count"],
            kinds=kinds,
        )

    def features_of(first: int, end: int) -> np.ndarray:
        """One row of features per subject of these numbers."""
        activities = event_columns(events_of(first, end), end - first, types_and_channels(kinds))
        return np.column_stack([*(column[first:end] for column in attributes), *activities])

    with clock.step("read"):
        create_subjects(connection, max_closed=TRAIN_ROWS)
        people = read_attributes(connection, learnable_attributes(connection))
        create_events(connection)
        connection.execute("""
            create temp table events_by_day as
            select
                number,
                kind,
                age_days,
                cast(count(*) as double) as event_count
            from events
            group by number, kind, age_days
            order by number
        """)
        kinds = [
            Kind(*kind)
            for kind in connection.execute(
                "select activity_type, channel, topic, is_listed from kinds order by kind"
            ).fetchall()
        ]
    labels = people["is_converted"].dropna().to_numpy(dtype=bool)
    train_rows = len(labels)
    with clock.step("features"):
        is_train = np.arange(len(people)) < train_rows
        attributes, levels = [], []
        for field in people.columns.drop(["number", "lead_id", "is_converted"]):
            codes, names = pd.factorize(people[field])
            attribute = Attribute(codes + 1, list(names))
            numbers = as_numbers(attribute)
            if numbers is None:
                levels.append(len(attributes))
            attributes.append(level_codes(attribute, is_train) if numbers is None else numbers)
        learnt_from = features_of(0, train_rows)
    with clock.step("train"):
        model = trained(learnt_from, labels, levels).booster_
    threads = connection.execute("select current_setting('threads')").fetchall()[0][0]
    chances = []
    for first in range(train_rows, len(people), CHUNK_LEADS):
        with clock.step("features"):
            features = features_of(first, min(first + CHUNK_LEADS, len(people)))
        with clock.step("score"):
            chances.append(model.predict(features, num_threads=threads))
    return pd.DataFrame(
        {"lead_id": people["lead_id"][train_rows:], "score": np.concatenate(chances)}
    )


def create_subjects(
    connection: duckdb.DuckDBPyConnection,
    with_closed: bool = True,
    max_closed: int | None = None,
) -> None:
    """Make the temp table subjects: the leads to score and those to learn from.

    One row per lead: number from 0, those to learn from first; lead_id; day; is_converted, missing
    for a lead to score. Who was won or lost is looked at the day before.

    Args:
        connection: The database.
        with_closed: Whether leads to learn from are wanted at all.
        max_closed: How many of them at most, drawn by their hash.

    Raises:
        PeerError: Leads to learn from are wanted, and none was won or none was lost.
    """
    connection.execute(
        """
        create temp table subjects as
        with

        current_leads as (

            select
                lead_id,
                as_of_date as day
            from lead_scores
            where scorecard_id = getvariable('scorecard_id')

        ),

        closed_leads as (

            select
                outcomes.lead_id,
                coalesce(outcomes.first_converted_date, outcomes.last_lost_date) - 1 as day,
                outcomes.first_converted_date is not null as is_converted
            from int_outcomes__by_lead as outcomes
            inner join int_leads__identity as identity on outcomes.lead_id = identity.lead_id
            where
                coalesce(outcomes.first_converted_date, outcomes.last_lost_date) is not null
                and not identity.is_deleted
                and outcomes.lead_id not in (select lead_id from current_leads)
            order by hash(outcomes.lead_id)
            limit ?

        ),

        subjects as (

            select * from closed_leads
            union all by name
            select * from current_leads

        )

        select
            cast(
                row_number() over (order by is_converted is null, lead_id) - 1 as integer
            ) as number,
            lead_id,
            day,
            is_converted
        from subjects
        """,
        [0 if not with_closed else max_closed or 2**62],
    )
    learnt = connection.execute("select count(distinct is_converted) from subjects").fetchall()
    if with_closed and learnt != [(2,)]:
        raise PeerError("there is nothing to learn from: no lead was won, or none was lost")


def learnable_attributes(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Attributes that weights may be learnt from, in the order of their names."""
    found = connection.execute("""
        select distinct attribute from int_leads__attribute_history
        where attribute not in (select signal from stg_config__learning_exclusions)
        order by attribute
    """).fetchall()
    return [attribute for (attribute,) in found]


def read_attributes(
    connection: duckdb.DuckDBPyConnection, attributes: list[str], lower: bool = True
) -> pd.DataFrame:
    """The subjects with what was known of them on their day.

    Args:
        connection: The database, with the table subjects.
        attributes: Names of attributes.
        lower: Whether to read values in lower case.

    Returns:
        One row per subject by number: number, lead_id, is_converted and a column per attribute.
    """
    value = "lower(history.value)" if lower else "history.value"
    keys = ["subjects.number", "subjects.lead_id", "subjects.is_converted"]
    columns = [f"max({value}) filter (attribute = '{name}') as \"{name}\"" for name in attributes]
    return connection.execute(f"""
        select {", ".join([*keys, *columns])}
        from subjects
        left join int_leads__attribute_history as history
            on
                subjects.lead_id = history.lead_id
                and subjects.day >= history.valid_from
                and subjects.day < history.valid_to
        group by {", ".join(keys)}
        order by subjects.number
    """).df()


def create_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temp tables kinds and events: what people among the subjects did up to their day.

    Kinds have kind (number from 0), activity_type, channel, topic and is_listed, whether rules may
    name the type. Events have number (of the subject), kind and age_days.

    Args:
        connection: The database, with the table subjects.
    """
    connection.execute("""
        create temp table kinds as
        with

        written_kinds as (

            select distinct
                activity_type,
                channel,
                topic
            from int_activities__accepted

        )

        select
            cast(row_number() over () - 1 as smallint) as kind,
            written_kinds.activity_type,
            coalesce(written_kinds.channel, types.channel) as channel,
            written_kinds.topic,
            types.activity_type is not null and exclusions.signal is null as is_listed,
            written_kinds.channel as written_channel
        from written_kinds
        left join stg_config__activity_types as types
            on written_kinds.activity_type = types.activity_type
        left join stg_config__learning_exclusions as exclusions
            on written_kinds.activity_type = exclusions.signal
    """)
    connection.execute("""
        create temp table events as
        select
            subjects.number,
            kinds.kind,
            cast(subjects.day - activities.occurred_date as integer) as age_days
        from int_activities__accepted as activities
        inner join subjects on activities.lead_id = subjects.lead_id
        inner join kinds
            on
                activities.activity_type = kinds.activity_type
                and activities.channel is not distinct from kinds.written_channel
                and activities.topic is not distinct from kinds.topic
        where
            not activities.is_bot
            and activities.occurred_date <= subjects.day
    """)


PEERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Clock], pd.DataFrame]] = {
    "naive_bayes_sql": naive_bayes_sql,
    "naive_bayes_pandas": naive_bayes_pandas,
    "pandas_rules": pandas_rules,
    "lightgbm": lightgbm,
}


if __name__ == "__main__":
    sys.exit(main())
