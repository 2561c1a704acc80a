"""Raw tables of a made-up company, as dirty as real ones, with the truth beside them.

A software company sells analytics to other businesses. `tables` holds every number and
word list, `people` makes companies and people, `behaviour` lets them live through two years,
`truth` computes the true chance of a win, `raw` writes what a warehouse would have seen.
"""

import contextlib
import datetime
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lead_scoring.simulate import tables
from lead_scoring.simulate.behaviour import World
from lead_scoring.simulate.calendar import Calendar
from lead_scoring.simulate.people import make_companies, make_people
from lead_scoring.simulate.raw import TABLES, RawChunk

__all__ = ["TABLES", "simulate"]

TRUTH_FILE = Path("truth") / "lead_truth.parquet"
ROW_GROUP_ROWS = 250_000  # part of the format, like the chunk size: other values, other bytes
WORKERS = 2
QUEUED_CHUNKS = 3  # finished or running chunks held in memory at most


def simulate(
    leads: int,
    seed: int,
    as_of: datetime.date,
    out: Path,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, int]:
    """Write the five raw tables, and the truth, as Parquet files into a folder.

    With the same library versions and processor the bytes depend on `leads`, `seed` and `as_of`
    alone, not on the number of processes. Files that an earlier run wrote are replaced, all at once
    at the end; a folder with other files of these tables is refused. With more people than
    one chunk holds, work is done in two processes, so a script that calls this needs
    `if __name__ == "__main__"`.

    Args:
        leads: number of people, at least 1. Some have two lead rows, so `leads.parquet` holds
            about 6 % more rows than this.
        seed: any whole number from 0 on.
        as_of: last day (UTC) of the two years of history.
        out: folder for `leads.parquet`, `lead_changes.parquet`, `companies.parquet`,
            `activities.parquet`, `outcomes.parquet` and `truth/lead_truth.parquet`; made if
            missing.
        progress: called with the number of people done and of all people, after each chunk.

    Returns:
        Number of rows written per table, with `truth` for the truth.

    Raises:
        ValueError: if `leads`, `seed` or `as_of` is out of range, or the folder holds raw tables
            that no earlier run wrote.
        OSError: if the folder cannot be written.
    """
    if leads < 1:
        raise ValueError(f"the number of leads has to be at least 1, not {leads}")
    if seed < 0:
        raise ValueError(f"the seed has to be 0 or greater, not {seed}")
    if not 1980 <= as_of.year <= 2190:
        raise ValueError(f"the as-of date has to lie between 1980 and 2190, not {as_of}")
    out = Path(out)
    there = sorted({path.name for name in TABLES for path in out.glob(f"{name}*.parquet")})
    if (out / TRUTH_FILE).exists():
        there = [name for name in there if name.removesuffix(".parquet") not in TABLES]
    if there:
        raise ValueError(
            f"{out} holds raw tables that were not simulated ({', '.join(there[:3])}) and would be"
            " replaced: name another folder with --out, or remove them first"
        )
    (out / TRUTH_FILE.parent).mkdir(parents=True, exist_ok=True)
    targets = {name: out / f"{name}.parquet" for name in TABLES} | {"truth": out / TRUTH_FILE}
    # Names that no reader of the folder takes for a table, until everything is written.
    drafts = {name: path.with_name(f".{path.name}.part") for name, path in targets.items()}
    rows = dict.fromkeys(targets, 0)
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        done = 0
        for chunk in _chunks(leads, seed, as_of):
            for name, table in chunk.items():
                if name not in writers:
                    # Without the Arrow schema, dictionary columns read back as plain strings.
                    writers[name] = pq.ParquetWriter(
                        drafts[name],
                        table.schema,
                        compression="zstd",
                        compression_level=1,
                        store_schema=False,
                    )
                writers[name].write_table(table, row_group_size=ROW_GROUP_ROWS)
                rows[name] += len(table)
            done = min(done + tables.CHUNK_PEOPLE, leads)
            if progress:
                progress(done, leads)
        for writer in writers.values():
            writer.close()
        for name, target in targets.items():
            drafts[name].replace(target)
    finally:
        for name, draft in drafts.items():
            if name in writers:
                with contextlib.suppress(OSError):
                    writers[name].close()
            draft.unlink(missing_ok=True)
    return rows


def _chunks(leads: int, seed: int, as_of: datetime.date) -> Iterator[dict[str, pa.Table]]:
    """Make the chunks one after the other, in two processes if there are several."""
    count = -(-leads // tables.CHUNK_PEOPLE)
    jobs = [(chunk, leads, seed, as_of) for chunk in range(count)]
    if count == 1 or (os.cpu_count() or 1) == 1:
        yield from (_make_chunk(*job) for job in jobs)
        return
    # Started afresh, not forked: the libraries below keep threads that a fork would break.
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        waiting: list[Future] = []
        try:
            for job in jobs:
                if len(waiting) == QUEUED_CHUNKS:
                    yield waiting.pop(0).result()
                waiting.append(pool.submit(_make_chunk, *job))
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()


def _make_chunk(chunk: int, leads: int, seed: int, as_of: datetime.date) -> dict[str, pa.Table]:
    """Simulate one chunk of people; its random numbers depend on the seed and its number only."""
    sequence = np.random.SeedSequence(seed, spawn_key=(chunk,))
    rng = np.random.Generator(np.random.SFC64(sequence))
    calendar = Calendar(as_of)
    first = chunk * tables.CHUNK_PEOPLE
    count = min(tables.CHUNK_PEOPLE, leads - first)
    per_chunk = round(tables.CHUNK_PEOPLE * tables.COMPANIES_PER_PERSON)
    n_companies = max(1, round(count * tables.COMPANIES_PER_PERSON))
    companies = make_companies(rng, chunk * per_chunk, n_companies)
    people = make_people(rng, first, count, companies, calendar.weekday0)
    world = World(rng, people, companies, calendar)
    events, stages = world.run()
    raw = RawChunk(rng, chunk, people, companies, world, calendar)
    return {
        "leads": raw.leads(),
        "lead_changes": raw.lead_changes(),
        "companies": raw.companies_table(),
        "activities": raw.activities(events),
        "outcomes": raw.outcomes(stages),
        "truth": raw.truth(),
    }
