"""The measures of a preview against hand-made numbers, seeds row by row, and how it is written."""

import json
import shlex

import numpy as np
import pytest
import yaml
from conftest import PROJECT
from sklearn.metrics import log_loss as reference_log_loss
from sklearn.metrics import roc_auc_score

from lead_scoring.cli import main
from lead_scoring.preview import measures, render
from lead_scoring.preview.compare import (
    Capacity,
    LeadMove,
    Move,
    Movement,
    PairedTest,
    Preview,
    ReasonMove,
    Side,
    _sample,
    _tests,
)
from lead_scoring.preview.measures import Difference, Steps, paired_difference
from lead_scoring.preview.render import MEASURES
from lead_scoring.preview.seeds import RowChange, SeedChange, differences, file_lines

ONES = np.ones(4)


@pytest.fixture
def noisy():
    """Scores with ties, conversions that follow them, weights and leads of 600 rows."""
    draw = np.random.default_rng(1)
    scores = np.round(draw.normal(size=600), 1)
    converted = (draw.random(600) < 1 / (1 + np.exp(2 - scores))).astype(float)
    return scores, converted, draw.integers(0, 4, 600).astype(float), np.arange(600) // 3


def test_auc_counts_pairs_and_halves_ties():
    converted = np.array([0.0, 1.0, 0.0, 1.0])
    assert measures.auc(Steps.of(np.array([1, 2, 2, 3])), converted, ONES) == 3.5 / 4
    assert np.isnan(measures.auc(Steps.of(np.array([1, 2, 2, 3])), ONES, ONES))


def test_auc_and_log_loss_agree_with_scikit_learn(noisy):
    scores, converted, weights, _ = noisy
    chances = 1 / (1 + np.exp(2 - scores))
    assert measures.auc(Steps.of(scores), converted, weights) == pytest.approx(
        roc_auc_score(converted, scores, sample_weight=weights)
    )
    assert measures.log_loss(Steps.of(chances), converted, weights) == pytest.approx(
        reference_log_loss(converted, chances, sample_weight=weights)
    )


def test_lift_of_the_best_tenth_shares_out_ties():
    scores = np.repeat([3.0, 2.0, 1.0], [1, 3, 16])
    converted = np.zeros(20)
    converted[[0, 1, 10, 11]] = 1
    # The best two rows: the first, and one of three, a third of which converts.
    expected = (1 + 1 / 3) / 2 / (4 / 20)
    assert measures.top_decile_lift(Steps.of(scores), converted, np.ones(20)) == pytest.approx(
        expected
    )


def test_calibration_error_is_the_mean_distance_of_equal_bins():
    chances = np.array([0.1, 0.1, 0.4, 0.8])
    converted = np.array([0.0, 0.0, 1.0, 1.0])
    error = measures.calibration_error(2)(Steps.of(chances), converted, ONES)
    assert error == pytest.approx((abs(0.1 - 0) + abs(0.6 - 1)) / 2)
    assert measures.calibration_error(2)(Steps.of(converted), converted, ONES) == 0


def test_a_weight_counts_like_that_many_rows(noisy):
    scores, converted, weights, _ = noisy
    chances = 1 / (1 + np.exp(2 - scores))
    times = weights.astype(int)
    for measure, values in (
        (measures.auc, scores),
        (measures.top_decile_lift, scores),
        (measures.calibration_error(10), chances),
        (measures.log_loss, chances),
    ):
        repeated = np.repeat(values, times), np.repeat(converted, times), np.ones(times.sum())
        assert measure(Steps.of(values), converted, weights) == pytest.approx(
            measure(Steps.of(repeated[0]), *repeated[1:])
        )


def test_an_interval_leaves_out_nought_for_a_clear_difference_only(noisy):
    scores, converted, _, leads = noisy
    draw = np.random.default_rng(2)
    noise = draw.normal(size=600)

    def compared(before, after):
        return paired_difference(measures.auc, before, after, converted, leads, 200, 0.025)

    worse = compared(scores, noise)
    assert worse.high < 0
    better = compared(noise, scores)
    assert (better.low, better.high) == pytest.approx((-worse.high, -worse.low))
    slight = compared(scores, scores + 0.01 * noise)
    assert slight.low < 0 < slight.high
    assert slight.high - slight.low < worse.high - worse.low
    assert compared(scores, scores * 2 + 1).difference == 0
    assert compared(scores, noise) == worse


def test_an_interval_leaves_its_share_of_samples_beyond_each_end():
    drawn = []

    def first_rows(_, __, weights):
        """After: how often the first rows were drawn. Before: nothing."""
        drawn.append(weights[:25].sum())
        return drawn[-1] * (len(drawn) % 2)

    rows = np.arange(50.0)
    found = paired_difference(first_rows, rows, rows[::-1], rows, np.arange(50), 40, 0.25)
    samples = np.sort(drawn[2::2])
    assert len(samples) == 40
    assert (found.low, found.high) == (samples[10], samples[29])
    assert samples[0] < samples[10] < samples[29] < samples[39]


def test_rows_of_a_lead_are_drawn_together(noisy):
    scores, converted, _, _ = noisy
    noise = np.random.default_rng(2).normal(size=600)
    tripled = [np.tile(values, 3) for values in (scores, noise, converted)]
    together = paired_difference(measures.auc, *tripled, np.tile(np.arange(600), 3), 200, 0.025)
    alone = paired_difference(measures.auc, *tripled, np.arange(1800), 200, 0.025)
    assert together.high - together.low > 1.4 * (alone.high - alone.low)


def two_scales(noisy, shift: float, has_chances: bool = True) -> Side:
    """Test rows of two scorecards whose points mean different things: of one, moved by a shift."""
    scores, converted, _, leads = noisy
    rows = np.arange(len(scores))
    is_other = rows % 3 == 0
    chances = 1 / (1 + np.exp(2 - scores - 0.05 * is_other))
    tests = {
        "lead_id": leads.astype(object),
        "as_of_date": rows % 3,
        "scorecard_id": np.where(is_other, "other", "main").astype(object),
        "scorecard_role": np.full(len(rows), "champion", dtype=object),
        "population": np.full(len(rows), "open_leads", dtype=object),
        "is_primary": np.ones(len(rows), dtype=bool),
        "is_converted": converted.astype(bool),
        "score": np.where(is_other, 10 * scores + shift, scores),
        "chance": chances if has_chances else np.where(is_other, np.nan, chances),
    }
    settings = {
        "bootstrap_replicates": 50,
        "interval_tail_share": 0.025,
        "calibration_min_conversions": 20,
        "chance_bins": 10,
    }
    return Side(tests, tests, {}, {}, settings, np.datetime64("2026-06-30"))


def test_primary_scores_on_two_scales_are_ranked_by_chance(noisy):
    _, converted, _, _ = noisy
    primary, *own = _tests(two_scales(noisy, 0), two_scales(noisy, 50))
    assert (primary.role, primary.ranked_by) == ("primary", "chance")
    chances = two_scales(noisy, 0).tests["chance"]
    assert primary.measures["auc"].before == pytest.approx(roc_auc_score(converted, chances))
    assert primary.measures["auc"][2:] == primary.measures["top_decile_lift"][2:] == (0, 0, 0)
    assert primary.changed_rows == 200
    assert [(test.scorecard_id, test.ranked_by) for test in own] == [
        ("main", "points"),
        ("other", "points"),
    ]


def test_primary_scores_are_ranked_by_points_while_one_promises_no_chance(noisy):
    primary, *_ = _tests(two_scales(noisy, 0), two_scales(noisy, 50, has_chances=False))
    assert primary.ranked_by == "points"
    assert primary.measures["auc"].difference != 0


def test_equal_chances_of_a_bin_are_ranked_by_points(noisy):
    binned, fine = two_scales(noisy, 0), two_scales(noisy, 0)
    order = np.round(binned.tests["chance"])
    binned.tests["chance"] = np.where(binned.tests["scorecard_id"] == "main", order, 2.0)
    fine.tests["chance"] = np.where(
        binned.tests["scorecard_id"] == "main", fine.tests["chance"], 2.0
    )
    primary, *_ = _tests(binned, fine)
    assert primary.ranked_by == "chance"
    assert primary.measures["auc"].difference == 0


def test_scores_of_a_new_scorecard_did_not_move():
    def scores(*scorecards):
        rows = [(name, role == "champion", score) for name, role, score in scorecards]
        names, primary, score = zip(*rows, strict=True)
        texts = ("band", "priority", "first_name", "last_name", "company_name")
        return {
            "lead_id": np.array(["lead"] * len(rows), dtype=object),
            "scorecard_id": np.array(names, dtype=object),
            "is_primary": np.array(primary),
            "score": np.array(score),
        } | {name: np.array(["x"] * len(rows), dtype=object) for name in texts}

    old = scores(("old", "champion", 10.0), ("rival", "challenger", 20.0))
    new = scores(*[("old", "champion", 10.0), ("rival", "challenger", 20.0)],
                 ("fitted", "challenger", 99.0))  # fmt: skip
    assert _sample(None, None, old, new) == []


def test_rows_without_a_chance_are_left_out():
    known = np.array([0.1, 0.2, np.nan, 0.9])
    converted = np.array([0.0, 1.0, 1.0, 1.0])
    leads = np.arange(4)
    found = paired_difference(measures.log_loss, known, known, converted, leads, 10, 0.1)
    assert found.before == pytest.approx(-np.log([0.9, 0.2, 0.9]).mean())
    nothing = np.full(4, np.nan)
    found = paired_difference(measures.log_loss, nothing, known, converted, leads, 10, 0.1)
    assert np.isnan(found).all()


CONTRACT = {"rules": {"key": ["card", "rule"], "columns": {"card": {}, "rule": {}, "points": {}}}}


def rows(tmp_path, text: str):
    path = tmp_path / "rules.csv"
    path.write_text(text, encoding="utf-8")
    return {"rules": file_lines(path)}


def test_rows_are_compared_by_their_key(tmp_path):
    before = rows(tmp_path, "card,rule,points\na,x,1\na,y,2\na,z,3\n")
    after = rows(tmp_path, 'card,rule,points\na,w,9\n\na,z," 3 "\na,x,5\n')
    (change,) = differences(before, after, CONTRACT)
    assert [(row.change, row.key["rule"], row.cells.get("points")) for row in change.rows] == [
        ("added", "w", (None, "9")),
        ("changed", "x", ("1", "5")),
        ("removed", "y", ("2", None)),
    ]
    assert differences(before, before, CONTRACT) == []


def test_a_missing_value_is_missing_however_it_is_written(tmp_path):
    before = rows(tmp_path, "card,rule,points\na,x,\n")
    assert differences(before, rows(tmp_path, "card,rule,points\na,x,null\n"), CONTRACT) == []
    (change,) = differences(before, rows(tmp_path, "card,rule,points\na,x,0\n"), CONTRACT)
    assert change.rows[0].cells == {"points": (None, "0")}


def test_a_row_that_stands_twice_is_an_added_row(tmp_path):
    before = rows(tmp_path, "card,rule,points\na,x,1\n")
    (change,) = differences(before, rows(tmp_path, "card,rule,points\na,x,1\na,x,1\n"), CONTRACT)
    assert [row.change for row in change.rows] == ["added"]


@pytest.fixture
def result() -> Preview:
    """A preview with everything that can stand in one, and texts that could break it."""
    found = Difference(0.8, 0.81, 0.01, -0.002, 0.02)
    unknown = Difference(*[np.nan] * 5)
    move = Movement(
        None, None, None, 10, 11, 3, 2, 1, 4, 5, 2, 1, {"median": 20.5}, {"median": 21.0}
    )
    return Preview(
        "the live tables",
        "2026-06-30",
        "No difference seen in 5 test rows.",
        False,
        "The gate is open: nothing is worse.",
        [
            SeedChange(
                "score_rules",
                [
                    RowChange(
                        "changed",
                        {"scorecard_id": "a_v1", "rule_id": "x"},
                        {"value": ("a|b", "*a*|<b>"), "points": (None, "2")},
                    )
                ],
            )
        ],
        move,
        [move],
        [Move("warm", "hot", 2), Move(None, "cold", 1)],
        [Move("p2", "p1", 1)],
        (0.5, 0.75),
        [
            LeadMove(
                *("L1", "Ada | Byron, [bold]Acme[/bold] @team", "a_v1", "a_v1"),
                *(10.0, 12.0, "warm", "hot", "p2", "p1"),
                [ReasonMove("Visited the page\nagain", 1.0, 3.0)],
            ),
            LeadMove("L2", "", None, "a_v1", None, 3.0, None, "cold", None, None, []),
        ],
        [Capacity("a_v1", 1.0, 60.0, None, 100, None, 20, None)],
        [
            PairedTest(
                *(None, "open_leads", "primary", 5, 2, 4, 1, "points"),
                {"auc": found, **dict.fromkeys(list(MEASURES)[1:], unknown)},
                "too few conversions",
            )
        ],
    )


def test_markdown_holds_against_any_text(result):
    from test_preview import check_markdown

    text = render(result, "markdown")
    check_markdown(text)
    assert "Ada \\| Byron, \\[bold\\]Acme\\[/bold\\] @\u200bteam" in text
    assert "a\\|b → \\*a\\*\\|\\<b\\>" in text
    assert "Visited the page again: 1.00 → 3.00" in text
    assert "(not scored)" in text


def test_the_table_for_the_terminal_holds_against_any_text(result):
    text = render(result, "table", 200)
    assert "[bold]Acme[/bold]" in text
    assert "value: a|b -> *a*|<b>; points: (blank) -> 2" in text
    assert text.startswith("No difference seen in 5 test rows.\nThe gate is open")


def keys(value, above: str = "") -> set[str]:
    """Keys of JSON with those above them; rows of a list share theirs."""
    if isinstance(value, list):
        return {name for part in value for name in keys(part, above)}
    if isinstance(value, dict):
        return {name for key, part in value.items() for name in {key} | keys(part, key)}
    return set()


def test_every_key_of_the_json_is_documented(result):
    content = json.loads(render(result, "json"))
    assert content["tests"][0]["measures"]["log_loss"]["before"] is None
    assert content["new_mqls_per_day"] == [0.5, 0.75]
    documented = (PROJECT / "docs" / "changing-weights.md").read_text(encoding="utf-8")
    names = keys(content) - {"value", "points", "rule_id", "median", "scorecard_id"}
    assert len(names) > 50
    assert {name for name in names if f"`{name}`" not in documented} == set()


def test_nothing_to_compare_is_written_in_every_form():
    empty = Preview("the live tables")
    assert render(empty, "table", 100).startswith("The edit changes nothing.\n")
    assert "**The edit changes nothing.**" in render(empty, "markdown")
    assert json.loads(render(empty, "json"))["primary"] is None


def test_the_workflow_of_the_example_uses_what_there_is():
    workflow = yaml.safe_load(
        (PROJECT / "examples" / "ci" / "preview-weights.yml").read_text(encoding="utf-8")
    )
    # YAML reads the key `on` as true.
    assert workflow[True]["pull_request"]["paths"] == ["seeds/**"]
    steps = workflow["jobs"]["preview"]["steps"]
    used = [
        shlex.split(line)
        for step in steps
        for line in step.get("run", "").splitlines()
        if line.strip().startswith("lead-scoring ")
    ]
    assert [line[1] for line in used] == ["check", "preview"]
    assert "--gate" in used[1]
    for _, name, *arguments in used:
        main.commands[name].make_context(name, arguments)
    written = used[1][used[1].index("--out") + 1]
    comment = next(step for step in steps if step.get("name") == "Comment")
    assert written in comment["if"]
    assert f"--body-file {written}" in comment["run"]
    assert "!cancelled()" in comment["if"]
    for step in steps:
        assert "${{" not in step.get("run", ""), "an expression in a script can be injected into"


def test_every_option_is_documented():
    documented = (PROJECT / "docs" / "changing-weights.md").read_text(encoding="utf-8")
    options = {option for part in main.commands["preview"].params for option in part.opts}
    assert len(options) == 8
    assert {option for option in options if f"`{option}" not in documented} == set()
