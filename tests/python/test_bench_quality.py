"""The benchmark of fitted scorecards: a data set is a YAML file, and its figures are right."""

import csv
import json
import subprocess
import sys
from datetime import date, timedelta
from itertools import groupby
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest
import yaml
from conftest import PROJECT
from sklearn.metrics import log_loss as scikit_learn_log_loss
from sklearn.metrics import roc_auc_score

from benchmarks.quality.goals import GOALS, judge
from benchmarks.quality.measure import same_rows
from benchmarks.quality.rivals import (
    as_numbers,
    compare,
    event_columns,
    held_out_chances,
    level_codes,
    levels_to_group,
    lightgbm_chances,
    log_loss,
    types_and_channels,
)
from benchmarks.quality.sets import NoData, SetError, read_set, read_sets
from benchmarks.quality.world import World
from lead_scoring.fit.evidence import Attribute, Events, Kind

SETS = PROJECT / "benchmarks" / "sets"

# A shop's visitors: those who asked for a call buy three times as often.
VISITORS = {
    "description": "Visitors of a shop",
    "files": {"visitors": "visitors.csv"},
    "missing": ["n/a"],
    "undated": {"table": "visitors", "order_by": "cast(number as integer)", "train_share": 0.7},
    "tables": {
        "leads": "select number as lead_id, created_at, asked, size, country from visitors",
        "outcomes": """
            select number as lead_id, if(bought = '1', 'won', 'lost') as outcome,
            closed_at as occurred_at from visitors
        """,
    },
    "attributes": {"asked": "Asked for a call", "size": "Size", "country": "Country"},
    "start": {
        "mql_score": 5,
        "rules": [
            {
                "signal": "size",
                "operator": ">=",
                "value": 50,
                "points": 10,
                "rationale": "Is large",
            }
        ],
    },
    "goals": {"auc_at_least": 0.6, "not_worse_than_lightgbm": True},
}
ROWS = 4_000


def write_visitors(folder, predicts: bool = True) -> None:
    """A table in an order that is not that of arrival, in which one column predicts.

    With `predicts=False` all visitors are alike, so that nothing can.
    """
    draws = np.random.default_rng(5)
    rows = []
    for number in range(1, ROWS + 1):
        asked = predicts and draws.random() < 0.3
        size = draws.integers(1, 100) if predicts else 50
        country = draws.choice(["Norway", "Chile", "n/a"]) if predicts else "n/a"
        bought = draws.random() < (0.45 if asked else 0.15)
        rows.append([number, "yes" if asked else "no", size, country, int(bought)])
    draws.shuffle(rows)
    with (folder / "visitors.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["number", "asked", "size", "country", "bought"], *rows])


def write_set(folder, **changes):
    """A description with some keys changed, or removed where the change is None."""
    cells = {key: value for key, value in (VISITORS | changes).items() if value is not None}
    path = folder / "visitors.yml"
    path.write_text(yaml.safe_dump(cells), encoding="utf-8")
    return path


@pytest.fixture
def visitors(tmp_path):
    """The world of the visitors with raw tables and seeds."""
    write_visitors(tmp_path)
    world = World(read_set(write_set(tmp_path)), tmp_path, tmp_path / "world")
    world.prepare()
    return world


# Descriptions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(SETS.glob("*.yml")), ids=lambda path: path.stem)
def test_every_description_can_be_read(path):
    assert read_set(path).goals


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file": "visitors.csv"}, "has an unknown key file; use one of description, goals"),
        ({"goals": None}, "has no goals"),
        ({"goals": {"auc": 0.7}}, "unknown goal auc; use one of auc_at_least"),
        ({"missing": "n/a"}, "missing has to be a list, not 'n/a'"),
        ({"command": ["python"]}, "needs either tables or a command"),
        ({"tables": {"leads": "select 1"}}, "tables has to make leads and outcomes"),
        ({"start": None}, "needs either seeds or a start"),
        ({"start": {"rules": []}}, "start needs rules and an mql_score"),
        ({"undated": {"table": "buyers"}}, "undated has to name one of the files"),
        ({"undated": {"table": "visitors"}}, "train_share is None; write a share such as 0.7"),
        ({"undated": {"table": "visitors", "train_share": 70.0}}, "train_share is 70.0"),
    ],
)
def test_a_mistake_in_a_description_is_told(tmp_path, changes, said):
    with pytest.raises(SetError) as error:
        read_set(write_set(tmp_path, **changes))
    assert said in str(error.value)
    assert "visitors.yml" in str(error.value)


def test_a_name_nobody_knows_is_told_with_those_there_are(tmp_path):
    write_set(tmp_path)
    with pytest.raises(SetError, match=r"no data set visitor, buyers .*: visitors"):
        read_sets(tmp_path, ["visitor", "buyers"])
    with pytest.raises(SetError, match=r"There is no \.yml file"):
        read_sets(tmp_path / "nowhere", [])


def test_no_data_set_is_named_in_the_project():
    """What is special about a data set stands in its description."""
    names = {
        file.split("/")[0]
        for path in SETS.glob("*.yml")
        for file in yaml.safe_load(path.read_text(encoding="utf-8")).get("files", {}).values()
    }
    assert len(names) >= 4
    folders = ("lead_scoring", "macros", "models", "benchmarks")
    texts = [path for folder in folders for path in (PROJECT / folder).rglob("*.*")]
    texts = [path for path in texts if path.suffix in (".py", ".sql") and path.is_file()]
    for path in [*texts, PROJECT / "Makefile"]:
        assert not [name for name in names if name in path.read_text(encoding="utf-8")], path


# Raw tables and seeds --------------------------------------------------------------------------


def test_a_table_without_dates_gets_days_in_the_order_of_arrival(visitors):
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select cast(lead_id as integer), cast(created_at as date), cast(occurred_at as date) "
            f"from '{visitors.raw}/leads.parquet' join '{visitors.raw}/outcomes.parquet' "
            "using (lead_id) order by 1"
        ).fetchall()
    days = [day for _, day, _ in rows]
    assert days == sorted(days)
    assert all(closed == day + timedelta(1) for _, day, closed in rows)
    test_from = date.fromisoformat(visitors.variables["backtest_test_from"])
    before = [day for day in days if day < test_from]
    assert len(before) == 0.7 * ROWS
    assert max(before) == test_from - timedelta(2), "the horizon of training ends before the test"
    assert min(days[len(before) :]) == test_from
    assert date.fromisoformat(visitors.variables["as_of_date"]) == days[-1] + timedelta(1)
    sizes = [len(list(leads)) for _, leads in groupby(days)]
    assert len(sizes) == 100
    assert max(sizes) - min(sizes) <= 1


def test_texts_that_mean_nothing_are_missing(visitors):
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select distinct country from '{visitors.raw}/leads.parquet' order by all"
        ).fetchall()
    assert found == [("Chile",), ("Norway",), (None,)]


def test_columns_of_the_contract_are_listed_in_the_seed_and_others_in_the_var(visitors):
    assert visitors.variables["lead_attributes"] == ["asked", "size"]
    path = visitors.seeds / "reference" / "lead_attributes.csv"
    with path.open(encoding="utf-8") as file:
        assert [row["attribute"] for row in csv.DictReader(file)] == ["country"]


def test_the_seeds_have_no_mistakes(visitors):
    visitors.run(
        "lead-scoring", "check", "--seeds", str(visitors.seeds), "--vars", visitors.vars_text
    )
    log = (visitors.folder / "commands.log").read_text(encoding="utf-8")
    assert "The seeds have no mistakes." in log


def test_a_command_that_fails_says_what_it_printed(visitors):
    with pytest.raises(SetError, match=r"(?s)lead-scoring check failed.*no folder of seeds"):
        visitors.run("lead-scoring", "check", "--seeds", "nowhere")


def test_files_that_are_not_there_are_no_failure(tmp_path):
    with pytest.raises(NoData, match=r"there is no .*visitors\.csv"):
        World(read_set(write_set(tmp_path)), tmp_path, tmp_path / "world").prepare()
    command = {"command": ["python", "{data}/prepare.py"], "tables": None, "undated": None}
    with pytest.raises(NoData, match=r"there is no .*prepare\.py"):
        World(read_set(write_set(tmp_path, **command)), tmp_path, tmp_path / "other").prepare()


def test_a_query_that_fails_and_a_column_no_seed_has_are_told(tmp_path):
    write_visitors(tmp_path)
    wrong = {"tables": VISITORS["tables"] | {"leads": "select nothing from visitors"}}
    with pytest.raises(SetError, match="visitors: a query fails"):
        World(read_set(write_set(tmp_path, **wrong)), tmp_path, tmp_path / "one").prepare()
    rule = VISITORS["start"]["rules"][0] | {"weight": 3}
    wrong = {"start": {"mql_score": 5, "rules": [rule]}}
    with pytest.raises(SetError, match=r"visitors: score_rules: .*weight"):
        World(read_set(write_set(tmp_path, **wrong)), tmp_path, tmp_path / "two").prepare()
    with pytest.raises(SetError, match="two is there already"):
        World(read_set(write_set(tmp_path)), tmp_path, tmp_path / "two").prepare()


# Goals -----------------------------------------------------------------------------------------


def rival(auc, log_loss, difference, low, high):
    return {
        "auc": auc,
        "log_loss": log_loss,
        "difference": difference,
        "difference_low": low,
        "difference_high": high,
    }


RESULT = {
    "auc": 0.80,
    "log_loss": 0.40,
    "ece_equal_mass": 0.03,
    "ece_equal_width": 0.02,
    "naive_bayes": rival(0.79, 0.41, 0.01, -0.01, 0.03),
    "lightgbm": rival(0.81, 0.39, -0.01, -0.02, 0.001),
    "start": rival(0.70, 0.50, 0.10, 0.05, 0.15),
}


@pytest.mark.parametrize(
    ("goal", "asked", "is_met", "changes"),
    [
        ("auc_at_least", 0.80, True, {}),
        ("auc_at_least", 0.801, False, {}),
        ("auc_within", [0.78, 0.80], True, {}),
        ("auc_within", [0.47, 0.53], False, {}),
        ("auc_within", [0.81, 0.90], False, {}),
        ("ece_at_most", 0.03, True, {}),
        ("ece_at_most", 0.025, False, {}),
        ("ece_at_most", 0.03, False, {"ece_equal_width": 0.031}),
        ("ece_at_most", 0.03, False, {"ece_equal_width": None}),
        ("ahead_of_naive_bayes", True, True, {}),
        ("ahead_of_naive_bayes", True, False, {"log_loss": 0.42}),
        ("ahead_of_naive_bayes", True, False, {"auc": 0.78}),
        ("ahead_of_naive_bayes", True, False, {"naive_bayes": None}),
        ("not_worse_than_lightgbm", True, True, {}),
        (
            "not_worse_than_lightgbm",
            True,
            False,
            {"lightgbm": rival(0.81, 0.39, -0.01, -0.02, -0.001)},
        ),
        ("lightgbm_at_most_ahead_by", 0.01, True, {}),
        ("lightgbm_at_most_ahead_by", 0.009, False, {}),
        ("seconds_at_most", 30, True, {"fit_seconds": 20.0, "score_seconds": 10.0}),
        ("seconds_at_most", 30, False, {"fit_seconds": 20.0, "score_seconds": 10.1}),
        ("better_than_start", True, True, {}),
        ("better_than_start", True, False, {"start": rival(0.79, 0.4, 0.01, -0.01, 0.03)}),
        ("better_than_start", True, False, {"start": None}),
    ],
)
def test_a_goal_is_met_or_missed(goal, asked, is_met, changes):
    [verdict] = judge({goal: asked}, RESULT | changes)
    assert verdict.is_met is is_met
    assert verdict.asked


def test_a_goal_that_asks_nothing_is_none():
    assert judge(dict.fromkeys(GOALS, False), RESULT) == []


# Rivals ----------------------------------------------------------------------------------------


def test_a_score_against_itself_makes_no_difference():
    draws = np.random.default_rng(3)
    scores, labels = draws.random(300), draws.integers(0, 2, 300).astype(float)
    found = compare(scores, scores * 2, labels, np.arange(300))
    assert found.auc == pytest.approx(roc_auc_score(labels, scores))
    assert found[2:] == (0, 0, 0)


def test_a_better_score_is_ahead_with_an_interval_by_lead():
    draws = np.random.default_rng(4)
    labels = draws.integers(0, 2, 400).astype(float)
    good, bad = labels + draws.normal(0, 1, 400), draws.normal(0, 1, 400)
    found = compare(good, bad, labels, np.arange(400))
    expected = roc_auc_score(labels, good) - roc_auc_score(labels, bad)
    assert found.difference == pytest.approx(expected)
    assert 0 < found.difference_low < found.difference < found.difference_high
    # The same rows as 20 leads of 20 rows each: fewer leads, less sure.
    by_lead = compare(good, bad, labels, np.argsort(labels, kind="stable").argsort() // 20)
    width = found.difference_high - found.difference_low
    assert by_lead.difference_high - by_lead.difference_low != pytest.approx(width, rel=0.01)


def test_log_loss_equals_scikit_learn():
    labels = np.array([True, False, False, True])
    chances = np.array([0.9, 0.2, 0.6, 0.4])
    assert log_loss(chances, labels) == pytest.approx(scikit_learn_log_loss(labels, chances))


def test_numbers_are_numbers_and_texts_are_levels():
    numbers = Attribute(np.array([2, 0, 1]), ["-1.5", "20"])
    np.testing.assert_array_equal(as_numbers(numbers), [20, np.nan, -1.5])
    codes = np.array([1] * 25 + [2] * 30 + [3] * 25 + [0] * 30)
    texts = Attribute(codes, ["rare", "frequent", "also"])
    assert as_numbers(texts) is None
    train = np.ones(110, dtype=bool)
    train[:20] = False
    found = level_codes(texts, train)
    assert {code: set(found[codes == code]) for code in (1, 2, 3)} == {1: {0}, 2: {1}, 3: {2}}
    assert np.isnan(found[codes == 0]).all()


def test_events_are_counted_by_type_and_channel():
    kinds = [
        Kind("visit", "web", "prices", True),
        Kind("visit", "web", None, True),
        Kind("form", "web", None, True),
        Kind("contract", "web", None, False),
    ]
    events = Events(
        row=np.array([0, 0, 0, 0, 1]),
        kind=np.array([0, 1, 2, 3, 2]),
        age_days=np.array([7, 7, 40, 0, 89]),
        count=np.array([2, 1, 1, 9, 1]),
        kinds=kinds,
    )
    columns = np.array(list(event_columns(events, 3, types_and_channels(kinds))))
    assert len(columns) == 3 * 12, "the channel, and two types that rules may name"
    web, form, visit = columns.reshape(3, 12, 3)
    # Events and active days in 7, 30, 90 days and ever, days since the last, three decayed sums.
    np.testing.assert_array_equal(visit[:, 0][:9], [0, 0, 3, 1, 3, 1, 3, 1, 7])
    assert visit[9, 0] == pytest.approx(1.5)
    np.testing.assert_array_equal(web[:, 0][:9], [0, 0, 3, 1, 4, 2, 4, 2, 7])
    np.testing.assert_array_equal(form[:, 1][:9], [0, 0, 0, 0, 1, 1, 1, 1, 89])
    np.testing.assert_array_equal(web[:9, 2], [*[0] * 8, np.nan])


class Rows(SimpleNamespace):
    """Evidence of leads of which only one attribute is known."""

    def __init__(self, attribute: Attribute, converted: np.ndarray, train: int, leads: np.ndarray):
        nothing = np.array([], dtype=np.int64)
        super().__init__(
            lead=leads,
            split=np.where(np.arange(len(converted)) < train, "train", "test"),
            is_converted=converted,
            attributes={"asked": attribute},
            events=Events(nothing, nothing, nothing, nothing, []),
        )

    def __len__(self) -> int:
        return len(self.split)


def test_lightgbm_learns_from_training_rows_alone():
    """In the test rows the opposite holds, which chances must not know."""
    asked = np.tile([0, 1, 2, 2], 250)
    converted = np.tile([False, False, True, True], 250)
    converted[500:] = ~converted[500:]
    chances = lightgbm_chances(
        Rows(Attribute(asked, ["no", "yes"]), converted, 500, np.arange(1000))
    )
    assert roc_auc_score(converted[:500], chances[:500]) == 1
    assert roc_auc_score(converted[500:], chances[500:]) == 0


def test_levels_are_grouped_where_that_tells_more_of_leads_held_out():
    draws = np.random.default_rng(8)
    # Every other level converts: in the order of their codes that takes a tree 40 steps.
    codes = draws.integers(1, 41, 4_000)
    converted = draws.random(4_000) < np.where(codes % 2, 0.7, 0.2)
    features = codes[:, None].astype(float)
    assert levels_to_group(features, converted, np.arange(4_000), [0]) == [0]
    # Names of a few leads with many rows each: what they tell holds for nobody else.
    names = np.repeat(draws.integers(1, 41, 200), 20)
    fates = np.repeat(draws.random(200) < 0.3, 20)
    features = names[:, None].astype(float)
    assert levels_to_group(features, fates, np.repeat(np.arange(200), 20), [0]) == []


def test_no_row_of_a_lead_is_seen_when_its_chance_is_said():
    """Each lead has a number of its own and several rows: whoever saw one knows the others."""
    leads = np.repeat(np.arange(200), 20)
    fates = np.repeat(np.random.default_rng(9).random(200) < 0.3, 20)
    features = leads[:, None].astype(float)
    assert roc_auc_score(fates, held_out_chances(features, fates, leads, [])) < 0.7
    apart = held_out_chances(features, fates, np.arange(4_000), [])
    assert roc_auc_score(fates, apart) > 0.9


def test_other_rows_than_those_scored_are_refused():
    rows = [
        {"as_of_date": date(2026, 1, 1), "is_converted": True},
        {"as_of_date": date(2026, 1, 2), "is_converted": False},
    ]
    days = np.array(["2026-01-01", "2026-01-02"], "datetime64[D]")
    assert same_rows(rows, days, np.array([True, False]))
    assert not same_rows(rows, days, np.array([True, True]))
    assert not same_rows(rows, days + 1, np.array([True, False]))
    assert not same_rows(rows[:1], days, np.array([True, False]))


# The command -----------------------------------------------------------------------------------


def run(folder, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.quality", *arguments,
         "--sets", str(folder), "--data", str(folder), "--out", str(folder / "out.json")],
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip


def test_a_set_without_data_is_left_out_and_missed_when_named(tmp_path):
    write_set(tmp_path)
    for arguments in ([], ["visitors"]):
        done = run(tmp_path, *arguments)
        assert done.returncode == 2, done.stderr
        assert "visitors is left out: there is no" in done.stderr


@pytest.mark.slow
def test_a_set_nobody_has_seen_is_measured(tmp_path):
    write_visitors(tmp_path)
    write_set(tmp_path)
    done = run(tmp_path, "--keep", str(tmp_path / "kept"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "visitors: AUC at least 0.600: met" in done.stdout
    [result] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert result["is_fitted"]
    assert result["test_rows"] == 0.3 * ROWS
    with (tmp_path / "kept/visitors/seeds/scorecards/score_rules_fitted.csv").open() as file:
        rules = list(csv.DictReader(file))
    assert result["rules"] == len(rules)
    assert ("asked", "yes") in {(rule["signal"], rule["value"]) for rule in rules}
    assert [goal["is_met"] for goal in result["goals"]] == [True, True]
    assert result["auc_low"] < result["auc"] < result["auc_high"]
    with duckdb.connect(
        str(tmp_path / "kept/visitors/lead_scoring.duckdb"), read_only=True
    ) as connection:
        rows = connection.execute(
            "select score, is_converted from backtest "
            "where scorecard_id = 'fitted' and split = 'test'"
        ).fetchall()
    expected = roc_auc_score([label for _, label in rows], [float(score) for score, _ in rows])
    assert result["auc"] == pytest.approx(expected)
    difference = result["lightgbm"]["difference"]
    assert difference == pytest.approx(expected - result["lightgbm"]["auc"])


@pytest.mark.thorough
@pytest.mark.slow
def test_a_goal_that_is_missed_fails_the_command(tmp_path):
    """Where nothing predicts there is no scorecard, and its AUC is 0.5 by definition."""
    write_visitors(tmp_path, predicts=False)
    write_set(tmp_path, goals={"auc_within": [0.47, 0.53], "auc_at_least": 0.6})
    done = run(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "visitors: nothing predicts, so there is no scorecard" in done.stdout
    assert "visitors: AUC at least 0.600: missed (0.5000)" in done.stdout
    [result] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert (result["auc"], result["rules"], result["is_fitted"]) == (0.5, 0, False)
    met = {goal["goal"]: goal["is_met"] for goal in result["goals"]}
    assert met == {"auc_within": True, "auc_at_least": False}
