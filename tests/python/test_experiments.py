"""Experiments: the draw into arms, and every figure of a result against the libraries."""

import csv
import datetime
import hashlib
import math
from collections import Counter
from fractions import Fraction

import duckdb
import pytest
from conftest import DEMO_AS_OF, PROJECT, SEEDS
from scipy import stats
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

from lead_scoring.check import project_variables
from lead_scoring.templates import Templates

HORIZON = datetime.timedelta(days=90)
CONFIDENCE_Z = float(stats.norm.ppf(0.975))
POWER_Z = float(stats.norm.ppf(0.8))
SAMPLE_RATIO_Z = 3.29
MIN_CASES = 5
CLOSE = {"rel": 1e-9, "abs": 1e-12}


@pytest.fixture(scope="module")
def templates():
    """The macros and models of the project."""
    return Templates(PROJECT, project_variables(PROJECT), {})


def model_sql(templates, name):
    """SQL of a model, which reads tables named like the models it refs."""
    sql, _ = templates.render(PROJECT / f"models/evaluation/experiments/{name}.sql")
    return sql


def planned():
    """The arms of the shipped experiments, by experiment, in the order of their names."""
    experiments = {}
    with (SEEDS / "operations/experiments.csv").open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: row["arm"].encode()):
            experiments.setdefault(row["experiment_id"], []).append(row)
    return experiments


def drawn_arm(arms, lead_id):
    """Arm that a lead falls into; None for a lead that is in no arm."""
    digits = hashlib.md5(f"{arms[0]['salt']}|{lead_id}".encode()).hexdigest()[:8]
    draw = Fraction(int(digits, 16), 16**8)
    end = Fraction(0)
    for arm in arms:
        end += Fraction(arm["share"])
        if draw < end:
            return arm["arm"]
    return None


def result_rows(templates, arms, today="2026-06-30"):
    """Results of made-up experiments, as dictionaries by experiment and arm.

    Args:
        templates: Macros and models of the project.
        arms: By experiment: by arm its share, leads, conversions and whether it is the control.
        today: Day that is scored; all leads are mature on it.
    """
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"create table int_clock__as_of as select date '{today}' as as_of_date")
        connection.execute(
            "create table stg_config__evaluation_settings as select"
            f" {CONFIDENCE_Z!r}::double as confidence_z, {POWER_Z!r}::double as power_z,"
            f" {SAMPLE_RATIO_Z}::double as sample_ratio_z, {MIN_CASES}::double"
            " as experiment_min_cases"
        )
        connection.execute(
            "create table stg_config__experiments (experiment_id text, arm text, treatment text,"
            " scorecard_id text, is_control boolean, share decimal(7, 6), starts_on date,"
            " ends_on date)"
        )
        connection.execute(
            "create table experiment_assignments (experiment_id text, lead_id text, arm text,"
            " is_mature boolean, is_below_line boolean, is_converted boolean)"
        )
        for experiment, sizes in arms.items():
            for arm, (share, leads, conversions, is_control) in sizes.items():
                connection.execute(
                    "insert into stg_config__experiments values"
                    " (?, ?, 'hold_out', null, ?, ?, '2026-01-01', '2026-01-31')",
                    [experiment, arm, is_control, share],
                )
                connection.execute(
                    "insert into experiment_assignments"
                    " select ?, n::text, ?, true, null, n < ? from range(?) as numbers(n)",
                    [experiment, arm, conversions, leads],
                )
        cursor = connection.execute(model_sql(templates, "experiment_results"))
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["experiment_id"], row["arm"]): row for row in rows}


# The draw -----------------------------------------------------------------------------------------


def test_leads_enter_and_are_drawn_as_a_plain_program_would(demo):
    leads = demo.query(
        """
        select identity.lead_id, identity.created_date, outcomes.first_converted_date
        from int_leads__identity as identity
        left join int_outcomes__by_lead as outcomes on identity.lead_id = outcomes.lead_id
        where identity.lead_id = surviving_lead_id and not identity.is_deleted
        """
    )
    expected = {}
    for experiment, arms in planned().items():
        first = datetime.date.fromisoformat(arms[0]["starts_on"])
        last = datetime.date.fromisoformat(arms[0]["ends_on"] or "9999-12-31")
        for lead_id, created, converted in leads:
            arm = drawn_arm(arms, lead_id)
            if not first <= created <= min(last, DEMO_AS_OF) or arm is None:
                continue
            if converted and converted <= created:
                continue
            end = created + HORIZON
            known = end <= DEMO_AS_OF
            outcome = bool(converted and converted <= end) if known else None
            expected[experiment, lead_id] = (arm, created, end, known, outcome)
    rows = demo.query(
        "select experiment_id, lead_id, arm, entered_date, maturity_date, is_mature, is_converted"
        " from experiment_assignments"
    )
    assert {row[:2]: row[2:] for row in rows} == expected
    assert {experiment for experiment, _ in expected} == set(planned())


def test_arms_of_the_demo_have_about_their_shares(demo):
    counts = Counter(demo.query("select experiment_id, arm from experiment_assignments"))
    for experiment, arms in planned().items():
        leads = sum(counts[experiment, arm["arm"]] for arm in arms)
        for arm in arms:
            share = float(arm["share"])
            error = math.sqrt(leads * share * (1 - share))
            assert abs(counts[experiment, arm["arm"]] - leads * share) < 4 * error


def test_many_draws_are_even_and_those_of_two_salts_have_nothing_in_common(templates):
    draw = templates.call("hash_share", ["salts.salt", "leads.lead_id"])
    with duckdb.connect(":memory:") as connection:
        draws = connection.execute(
            f"select salts.salt, list({draw} order by leads.lead_id)"
            " from (select 'L' || n as lead_id from range(20000) as numbers(n)) as leads"
            " cross join (values ('summer'), ('winter')) as salts (salt) group by 1"
        ).fetchall()
    (_, one), (_, other) = draws
    for values in (one, other):
        assert min(values) >= 0
        assert max(values) < 1
        assert stats.kstest(values, "uniform").pvalue > 0.001
    assert abs(stats.spearmanr(one, other).statistic) < 4 / math.sqrt(len(one))


# The statistics -----------------------------------------------------------------------------------


def test_normal_distribution_is_that_of_the_library(templates):
    points = [n / 50 for n in range(-2000, 2001)] + [7.0710678118654, 7.0710678118655, 1e-300]
    sql = templates.call("normal_cdf", "x")
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"select x, {sql} from (select unnest(?::double[]) as x)", [points]
        ).fetchall()
    assert len(rows) == len(points)
    for x, share in rows:
        assert share == pytest.approx(stats.norm.cdf(x), rel=0, abs=1e-15), x
        assert share == pytest.approx(stats.norm.cdf(x), rel=1e-8, abs=1e-299), x


# Share, leads, conversions and whether the arm is the control, by experiment and arm.
SIZES = {
    "usual": {"a": ("0.5", 612, 24, True), "b": ("0.5", 580, 47, False)},
    "worse": {"a": ("0.5", 1000, 120, True), "b": ("0.5", 1010, 60, False)},
    "alike": {"a": ("0.5", 300, 30, True), "b": ("0.5", 310, 31, False)},
    "tiny": {"a": ("0.5", 1, 0, True), "b": ("0.5", 2, 1, False)},
    "nobody_converts": {"a": ("0.5", 50, 0, True), "b": ("0.5", 40, 0, False)},
    "everybody_converts": {"a": ("0.5", 5, 5, True), "b": ("0.5", 4, 4, False)},
    "control_without_conversions": {"a": ("0.5", 50, 0, True), "b": ("0.5", 40, 7, False)},
    "three_arms": {
        "a": ("0.45", 430, 20, True),
        "b": ("0.45", 470, 30, False),
        "c": ("0.1", 95, 2, False),
    },
    "exactly_as_planned": {
        "a": ("0.2", 20, 2, True),
        "b": ("0.2", 20, 3, False),
        "c": ("0.4", 40, 4, False),
    },
    "many_arms": {
        name: (share, leads, leads // 9, name == "a")
        for name, share, leads in zip(
            "abcdefg",
            ("0.1", "0.2", "0.05", "0.05", "0.3", "0.1", "0.1"),
            (110, 190, 49, 63, 310, 90, 101),
            strict=True,
        )
    },
    "eight_arms": {
        name: ("0.125", leads, 5, name == "h")
        for name, leads in zip("abcdefgh", (50, 60, 55, 45, 70, 40, 52, 49), strict=True)
    },
    "mismatch": {"a": ("0.5", 400, 30, True), "b": ("0.5", 600, 60, False)},
    "hopeless_mismatch": {"a": ("0.9", 100, 3, True), "b": ("0.1", 9000, 60, False)},
    "one_arm": {"a": ("0.5", 30, 3, True)},
    "empty_arm": {"a": ("0.999", 30, 3, True), "b": ("0.001", 0, 0, False)},
}


@pytest.fixture(scope="module")
def results(templates):
    """Results of the experiments of `SIZES`."""
    return result_rows(templates, SIZES)


def test_every_arm_has_one_result(results):
    assert set(results) == {(name, arm) for name, arms in SIZES.items() for arm in arms}


@pytest.mark.parametrize("name", SIZES)
def test_sizes_of_arms_are_tested_as_the_library_does(results, name):
    arms = SIZES[name]
    total = sum(leads for _, leads, _, _ in arms.values())
    shares = sum(float(share) for share, _, _, _ in arms.values())
    expected = {arm: total * float(arms[arm][0]) / shares for arm in arms}
    chi_square, p_value = stats.chisquare([arms[arm][1] for arm in arms], list(expected.values()))
    for arm in arms:
        row = results[name, arm]
        assert row["leads"] == row["mature_leads"] == arms[arm][1]
        assert row["expected_leads"] == pytest.approx(expected[arm], **CLOSE)
        assert row["sample_ratio_chi_square"] == pytest.approx(chi_square, **CLOSE)
        if len(arms) == 1:
            assert row["sample_ratio_p_value"] is None
            assert not row["has_sample_ratio_mismatch"]
            continue
        assert row["sample_ratio_p_value"] == pytest.approx(p_value, rel=1e-9, abs=1e-290)
        assert row["has_sample_ratio_mismatch"] == (p_value < 2 * stats.norm.cdf(-SAMPLE_RATIO_Z))


@pytest.mark.parametrize("name", SIZES)
def test_rates_and_differences_are_those_of_the_library(results, name):
    ((_, control_leads, control_conversions, _),) = (arm for arm in SIZES[name].values() if arm[3])
    for arm, (_, leads, conversions, is_control) in SIZES[name].items():
        row = results[name, arm]
        if leads == 0:
            assert row["conversion_rate"] is None
            assert row["conversion_rate_low"] is None
            assert row["difference"] is None
            continue
        assert row["conversion_rate"] == pytest.approx(conversions / leads, **CLOSE)
        interval = proportion_confint(conversions, leads, alpha=0.05, method="wilson")
        found = row["conversion_rate_low"], row["conversion_rate_high"]
        assert found == pytest.approx(interval, **CLOSE)
        if is_control:
            assert row["difference"] is None
            continue
        assert row["control_mature_leads"] == control_leads
        assert row["control_conversions"] == control_conversions
        rate, control_rate = conversions / leads, control_conversions / control_leads
        assert row["difference"] == pytest.approx(rate - control_rate, **CLOSE)
        interval = confint_proportions_2indep(
            conversions,
            leads,
            control_conversions,
            control_leads,
            method="newcomb",
            compare="diff",
            alpha=0.05,
        )
        found = row["difference_low"], row["difference_high"]
        assert found == pytest.approx(interval, **CLOSE)
        pooled = (conversions + control_conversions) / (leads + control_leads)
        if pooled in (0, 1):
            assert row["z"] is None
            assert row["p_value"] is None
            assert row["minimum_detectable_difference"] is None
            assert row["verdict"] == "too_few"
            continue
        z, p_value = proportions_ztest([conversions, control_conversions], [leads, control_leads])
        assert row["z"] == pytest.approx(z, **CLOSE)
        assert row["p_value"] == pytest.approx(p_value, **CLOSE)
        deviation = math.sqrt(pooled * (1 - pooled))
        power = NormalIndPower().power(
            row["minimum_detectable_difference"] / deviation,
            nobs1=leads,
            alpha=0.025,
            ratio=control_leads / leads,
            alternative="larger",
        )
        assert power == pytest.approx(0.8, **CLOSE)
        cases = min(leads, control_leads) * min(pooled, 1 - pooled)
        if row["has_sample_ratio_mismatch"] or cases < MIN_CASES:
            assert row["is_significant"] is None
        else:
            compared = sum(size[1] > 0 and not size[3] for size in SIZES[name].values())
            assert row["is_significant"] == (p_value * compared < 0.05)


def test_verdicts_follow_the_figures(results):
    verdicts = {key: row["verdict"] for key, row in results.items()}
    assert verdicts["usual", "b"] == "better"
    assert verdicts["worse", "b"] == "worse"
    assert verdicts["alike", "b"] == "no_difference"
    assert verdicts["mismatch", "a"] == verdicts["mismatch", "b"] == "sample_ratio_mismatch"
    assert verdicts["empty_arm", "b"] == "no_leads"
    assert verdicts["one_arm", "a"] == "control"
    sentences = {key: row["verdict_sentence"] for key, row in results.items()}
    assert sentences["worse", "b"] == (
        "worse than control: 5.9 % against 12.0 %, a difference of -6.1 points (-8.6 to -3.6)"
    )
    assert sentences["alike", "b"] == (
        "no difference seen: 10.0 % against 10.0 %; could have seen 6.8 points or more"
    )
    assert sentences["nobody_converts", "b"].startswith("too few to compare: 0 of ")
    assert all(sentences.values())


def test_result_is_too_early_until_the_last_lead_is_mature(demo):
    rows = demo.query(
        "select experiment_id, arm, verdict, verdict_sentence, leads, mature_leads"
        " from experiment_results"
    )
    assert {row[:2] for row in rows} == {
        (experiment, arm["arm"]) for experiment, arms in planned().items() for arm in arms
    }
    for experiment, _, verdict, sentence, leads, mature_leads in rows:
        if experiment == "low_scores_worked":
            assert verdict == "too_early"
            assert sentence.startswith("too early: the experiment has no end date yet; ")
        else:
            assert verdict in ("control", "better", "worse", "no_difference", "too_few")
            assert leads == mature_leads


def test_exploration_is_told_which_low_leads_to_work(demo):
    rows = demo.query(
        """
        select assignments.arm, assignments.is_below_line, assignments.instruction,
            totals.score < 50, assignments.is_mature
        from experiment_assignments as assignments
        left join score_totals as totals
            on assignments.lead_id = totals.lead_id
            and assignments.entered_date = totals.as_of_date
            and totals.scorecard_id = 'b2b_saas_v1'
        where assignments.experiment_id = 'low_scores_worked'
        """
    )
    assert rows
    for arm, is_below_line, instruction, is_low, is_mature in rows:
        assert is_below_line == is_low
        if not is_mature and is_low is not None:
            assert ("although" in instruction) == (arm == "exploration" and is_low)
