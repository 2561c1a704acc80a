"""Somebody else's tables: loan applications of a bank, scored with a configuration of their own.

The data is not part of the project. It is looked for in `bpi2012_loan_leads` below the folder that
LEAD_SCORING_TEST_DATA names, else below `shared/data` beside the project.
"""

import csv
import hashlib
import importlib.util
import json
import os
import time
from datetime import date
from itertools import groupby
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
import yaml
from conftest import PROJECT, Warehouse

EXAMPLE = PROJECT / "examples" / "loan_applications"
DATA = (
    Path(os.environ.get("LEAD_SCORING_TEST_DATA") or PROJECT.parent / "shared" / "data")
    / "bpi2012_loan_leads"
)
AS_OF = date(2011, 12, 31)
EARLIER = date(2011, 11, 20)
HORIZON_DAYS = 21
# Measured 0.694 and 0.733, each with a standard error of about 0.01.
LOWEST_AUC = {1: 0.67, 7: 0.71}
# What these steps say is the outcome itself.
OUTCOME_STEPS = {
    "a_registered",
    "a_activated",
    "a_approved",
    "o_accepted",
    "a_declined",
    "a_cancelled",
    "o_declined",
}

pytestmark = pytest.mark.slow


def load_prepare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prepare", EXAMPLE / "prepare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def variables(as_of: date = AS_OF) -> dict:
    text = (EXAMPLE / "vars.yml").read_text(encoding="utf-8")
    return {**yaml.safe_load(text), "as_of_date": as_of.isoformat()}


def build(root: Path, as_of: date = AS_OF) -> Warehouse:
    raw = root / "raw"
    load_prepare().prepare(DATA, raw, as_of)
    warehouse = Warehouse(root, raw=raw, seeds=EXAMPLE / "seeds", **variables(as_of))
    result = warehouse.dbt("build")
    assert result.success, result.log
    return warehouse


def fingerprint() -> dict[Path, str]:
    """Content of every file of the example, which a build only reads."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in EXAMPLE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def area_under_curve(rows: list[tuple]) -> float:
    """AUC of (score, label) rows by mid-ranks: how often a win outscores a miss, a tie half."""
    positives = sum(label for _, label in rows)
    negatives = len(rows) - positives
    below = rank_sum = 0
    for _, ties in groupby(sorted(rows), key=lambda row: row[0]):
        labels = [label for _, label in ties]
        rank_sum += (below + (len(labels) + 1) / 2) * sum(labels)
        below += len(labels)
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def backtest_scores(warehouse: Warehouse, last_day: date) -> dict[tuple[str, date], tuple]:
    """Scores of open leads on the days of the back-test up to a day, by lead and day."""
    rows = warehouse.query(f"""
        select
            subjects.lead_id,
            subjects.as_of_date,
            totals.score,
            totals.fit_points,
            totals.engagement_points,
            totals.band
        from score_subjects as subjects
        inner join score_totals as totals using (lead_id, as_of_date, scorecard_id)
        inner join score_spine as spine using (lead_id, as_of_date)
        where
            subjects.is_backtest
            and spine.is_open_lead
            and subjects.as_of_date <= date '{last_day}'
    """)
    found = {row[:2]: row[2:] for row in rows}
    assert len(found) == len(rows), "a lead is scored twice on a day"
    return found


def labels_from_source(age: int) -> dict[tuple[str, date], int]:
    """What the back-test has to hold, from the bank's own files: mature open leads and wins."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            """
            with aged as (
                select
                    cast(lead_id as varchar) as lead_id,
                    cast(registered_at as date) + $age as day,
                    outcome,
                    cast(outcome_at as date) as outcome_day
                from read_parquet($path)
            )
            select
                lead_id,
                day,
                coalesce(outcome = 'won' and outcome_day <= day + $horizon, false)::int
            from aged
            where
                day + $horizon <= $as_of
                and (outcome_day is null or outcome_day > day)
            """,
            {
                "path": str(DATA / "leads.parquet"),
                "age": age,
                "horizon": HORIZON_DAYS,
                "as_of": AS_OF,
            },
        ).fetchall()
    return {row[:2]: row[2] for row in rows}


@pytest.fixture(scope="module")
def loans(tmp_path_factory) -> Warehouse:
    if not DATA.is_dir():
        pytest.skip(f"no loan applications at {DATA}; name its parent in LEAD_SCORING_TEST_DATA")
    before = fingerprint()
    started = time.monotonic()
    warehouse = build(tmp_path_factory.mktemp("loans"))
    warehouse.seconds = time.monotonic() - started
    assert fingerprint() == before, "the build changed files of the example"
    return warehouse


def test_a_configuration_is_seeds_vars_and_raw_tables(loans):
    assert {path.suffix for path in EXAMPLE.rglob("*") if path.is_file()} <= {
        ".csv",
        ".md",
        ".py",
        ".pyc",
        ".yml",
    }
    manifest = json.loads((loans.root / "target" / "manifest.json").read_text(encoding="utf-8"))
    folders = {"model": PROJECT / "models", "seed": EXAMPLE / "seeds"}
    for node in manifest["nodes"].values():
        folder = folders.get(node["resource_type"])
        if folder and node["package_name"] == "lead_scoring":
            path = PROJECT / node["original_file_path"]
            assert path.is_relative_to(folder), path


def test_no_rule_looks_at_the_outcome():
    with (EXAMPLE / "seeds/scorecards/activity_types.csv").open(encoding="utf-8") as file:
        nameable = {row["activity_type"] for row in csv.DictReader(file)}
    with (EXAMPLE / "seeds/scorecards/score_rules.csv").open(encoding="utf-8") as file:
        signals = {row["signal"] for row in csv.DictReader(file)}
    assert not nameable & OUTCOME_STEPS
    assert not signals & (OUTCOME_STEPS | {"any_activity"})


def test_every_raw_row_is_accounted_for(loans, capsys):
    balance = loans.query("""
        select raw_table, raw_rows, accepted_rows, merged_rows, quarantined_rows
        from row_balance
        order by raw_table
    """)
    with capsys.disabled():
        print(f"\nprepared and built in {loans.seconds:.0f} seconds")
        for name, raw, accepted, merged, quarantined in balance:
            print(
                f"{name}: {raw:,} raw rows, {accepted:,} accepted, {merged:,} merged,"
                f" {quarantined:,} quarantined"
            )
    for name, raw, accepted, merged, quarantined in balance:
        assert raw == accepted + merged + quarantined, name
    # The bank's files have no repeated rows, no unknown leads and no unreadable times.
    assert [row[:3] for row in balance] == [
        ("activities", 138_797, 138_797),
        ("companies", 0, 0),
        ("lead_changes", 0, 0),
        ("leads", 7_455, 7_455),
        ("outcomes", 6_810, 6_810),
    ]


@pytest.mark.parametrize("age", LOWEST_AUC)
def test_the_hand_written_scorecard_ranks_wins_first(loans, age, capsys):
    labels = labels_from_source(age)
    scores = backtest_scores(loans, AS_OF)
    missing = labels.keys() - scores.keys()
    assert not missing, f"{len(missing)} open leads have no score"
    rows = [(scores[key][0], label) for key, label in labels.items()]
    auc = area_under_curve(rows)
    with capsys.disabled():
        print(
            f"\nage {age} days: AUC {auc:.3f}, {len(rows):,} mature rows,"
            f" {sum(labels.values()):,} won within {HORIZON_DAYS} days"
        )
    assert auc >= LOWEST_AUC[age]


def test_the_evaluation_is_made_of_the_same_rows(loans):
    counts = {
        (split, age): rows
        for split, age, rows in loans.query(
            "select split, lead_age_days, count(*) from backtest group by all"
        )
    }
    assert counts["test", 1] == 605
    assert counts["test", 7] == 541
    for age in LOWEST_AUC:
        labels = labels_from_source(age)
        judged = {
            (lead_id, day): int(is_converted)
            for lead_id, day, is_converted in loans.query(
                "select lead_id, as_of_date, is_converted from backtest "
                f"where lead_age_days = {age}"
            )
        }
        assert judged == labels


def test_the_hand_written_scorecard_beats_every_baseline(loans):
    verdicts = dict(loans.query("select contender_id, verdict from scorecard_comparison"))
    assert verdicts == dict.fromkeys(("naive_bayes", "recency", "random"), "worse")


def test_only_open_leads_of_the_right_age_are_back_tested(loans):
    last_day = date.fromordinal(AS_OF.toordinal() - HORIZON_DAYS)
    expected = set().union(*(labels_from_source(age) for age in LOWEST_AUC))
    assert backtest_scores(loans, last_day).keys() == expected


def test_a_past_score_knows_nothing_of_what_came_later(loans, tmp_path):
    scored_then = backtest_scores(build(tmp_path, EARLIER), EARLIER)
    assert len(scored_then) > 1_000
    assert scored_then == backtest_scores(loans, EARLIER)
