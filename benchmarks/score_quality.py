"""How well the demo's scores rank leads, beside baselines and the best that any score could do.

Usage: python benchmarks/score_quality.py [--database FILE] [--truth FILE]

Reads a database that `make build` made and the truth that the simulation wrote beside the raw
tables. All AUCs are on the same rows: the test days of the back-test at which the simulation noted
each lead's true chance (ages 7 and 30 days). Intervals are by drawing leads again 1,000 times.
"""

import argparse
import os
from pathlib import Path

import duckdb
import numpy as np
from rich.console import Console
from rich.table import Table

PROJECT = Path(__file__).parents[1]
REPLICATES = 1_000

ROWS = """
    with truth as (
        select lead_id, at_date, true_chance
        from read_parquet(?)
        where moment in ('age_7', 'age_30')
    )
    select
        scores.scorecard_id,
        scores.dimension,
        scores.lead_id,
        scores.score,
        truth.true_chance,
        scores.is_converted
    from backtest_scores as scores
    inner join backtest using (lead_id, as_of_date, scorecard_id)
    inner join truth
        on scores.lead_id = truth.lead_id and scores.as_of_date = truth.at_date
    inner join stg_config__scorecards as scorecards
        on scores.scorecard_id = scorecards.scorecard_id
    where
        scores.split = 'test'
        and scorecards.population = 'open_leads'
        and scores.dimension in ('total', 'naive_bayes', 'recency', 'random')
    order by scores.scorecard_id, scores.dimension, scores.lead_id, scores.as_of_date
"""


# The simulation notes the truth of everybody it makes.
WITHOUT_TRUTH = """
    select count(distinct lead_id)
    from backtest
    where split = 'test' and lead_id not in (select lead_id from read_parquet(?))
"""


def main() -> None:
    """Print AUC and interval of each score, and its distance to the truth."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--database",
        type=Path,
        default=Path(os.environ.get("LEAD_SCORING_DUCKDB") or PROJECT / "lead_scoring.duckdb"),
    )
    raw = Path(os.environ.get("LEAD_SCORING_RAW") or PROJECT / "data" / "raw")
    parser.add_argument("--truth", type=Path, default=raw / "truth" / "lead_truth.parquet")
    given = parser.parse_args()
    for file in (given.database, given.truth):
        if not file.exists():
            parser.error(f"there is no {file}; run `make build` first")
    with duckdb.connect(str(given.database), read_only=True) as connection:
        found = connection.execute(ROWS, [str(given.truth)]).fetchnumpy()
        (unknown,) = connection.execute(WITHOUT_TRUTH, [str(given.truth)]).fetchone()
    if unknown or not len(found["lead_id"]):
        parser.error(
            f"{given.truth} and {given.database} are not of the same company:"
            f" {unknown:,} leads of the test days have no true chance"
        )

    table = Table(title="AUC on test days at ages 7 and 30", title_justify="left")
    for header in ("Rows of", "Ranked by", "Rows", "Conversions", "AUC", "95 %", "To the truth"):
        table.add_column(header, justify="left" if header in {"Rows of", "Ranked by"} else "right")
    for scorecard in dict.fromkeys(found["scorecard_id"]):
        for dimension in ("total", "naive_bayes", "recency", "random"):
            rows = (found["scorecard_id"] == scorecard) & (found["dimension"] == dimension)
            if not rows.any():
                continue
            name = scorecard if dimension == "total" else dimension
            add_line(table, scorecard, name, found, rows, found["score"])
            if dimension == "total":
                add_line(table, scorecard, "true chance", found, rows, found["true_chance"])
    Console(width=110).print(table)


def add_line(table: Table, scorecard: str, name: str, found: dict, rows, scores) -> None:
    """Add AUC, interval and mean distance to the true chance's AUC on the same rows.

    Arguments:
        table: where to add.
        scorecard: whose rows these are.
        name: what ranks them.
        found: arrays of the columns of ROWS, one element per row.
        rows: boolean array of the rows to use.
        scores: array of what ranks them, one element per row of `found`.
    """
    labels = found["is_converted"][rows].astype(float)
    _, leads = np.unique(found["lead_id"][rows], return_inverse=True)
    ranked, truth = scores[rows].astype(float), found["true_chance"][rows].astype(float)
    draws = np.random.default_rng(1)
    samples, distances = [], []
    for _ in range(REPLICATES):
        weights = draws.poisson(1, leads.max() + 1)[leads]
        samples.append(auc(ranked, labels, weights))
        distances.append(auc(truth, labels, weights) - samples[-1])
    low, high = np.nanpercentile(samples, [2.5, 97.5])
    near, far = np.nanpercentile(distances, [2.5, 97.5])
    ones = np.ones(len(labels))
    distance = auc(truth, labels, ones) - auc(ranked, labels, ones)
    table.add_row(
        scorecard,
        name,
        f"{len(labels):,}",
        f"{int(labels.sum()):,}",
        f"{auc(ranked, labels, ones):.3f}",
        f"{low:.3f} to {high:.3f}",
        "" if name == "true chance" else f"{distance:.3f} ({near:.3f} to {far:.3f})",
    )


def auc(scores: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Weighted area under the ROC curve, ties counting half (Mann-Whitney statistic).

    Arguments:
        scores, labels, weights: arrays of one element per row; labels are 0 or 1.

    Returns:
        A share from 0 to 1; nan when no row, or every row, converted.
    """
    distinct, place = np.unique(scores, return_inverse=True)
    converted = np.bincount(place, weights * labels, len(distinct))
    others = np.bincount(place, weights * (1 - labels), len(distinct))
    lower = np.cumsum(others) - others
    pairs = converted.sum() * others.sum()
    return float((converted * (lower + others / 2)).sum() / pairs) if pairs else float("nan")


if __name__ == "__main__":
    main()
