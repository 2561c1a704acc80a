"""Parts of `lead-scoring fit`, each against a calculation of its own."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np
import oracle
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import chi2
from sklearn.linear_model import LogisticRegression

from lead_scoring.fit.binning import (
    Characteristic,
    Limits,
    count,
    cut_between,
    fine_numbers,
    group,
    number_values,
)
from lead_scoring.fit.candidates import (
    Trials,
    activity_candidates,
    attribute_candidates,
    signals,
)
from lead_scoring.fit.evidence import Attribute, Events, Evidence, Kind
from lead_scoring.fit.run import (
    Fit,
    FitError,
    KeptRule,
    NothingPredicts,
    Settings,
    calibrated_score,
    check_amount,
    cross_fit,
    discover,
    ranks,
    refit,
    set_aside,
    unreadable,
)
from lead_scoring.fit.scorecard import FittedRule, Scale, conditions, kept_rule, rules_of
from lead_scoring.fit.seeds import Band, Place, _band_rows
from lead_scoring.fit.selection import (
    PRIOR_DEVIATIONS,
    Candidate,
    Prior,
    best_measures,
    choose_plan,
    face_value,
    fit_coefficients,
    measure_candidate,
    select,
    time_blocks,
)
from lead_scoring.fit.sentences import OddsRatio, odds_ratio, rationale, reason, rule_id

LIMITS = Limits(
    min_leads=20,
    min_conversions=3,
    max_bins=6,
    merge_p_value=0.05,
    cut_min_conversions=3,
    bend_p_value=0.05,
)
ANYTHING = replace(LIMITS, min_leads=1, min_conversions=1, max_bins=8, cut_min_conversions=1)
SCALE = Scale(points_to_double_odds=20, anchor_score=100, base_rate=0.1)
DAY = np.datetime64("2026-01-01")
quick = settings(max_examples=40, deadline=None)


def texts(values, **also):
    """A characteristic of texts; None is missing."""
    levels = sorted({value for value in values if value is not None})
    codes = np.array([0 if value is None else levels.index(value) + 1 for value in values])
    return Characteristic("industry", "value", codes, levels, **also)


def numbers(values, measure="value", **also):
    """A characteristic of numbers; nan is missing."""
    return Characteristic("visits", measure, *fine_numbers(np.array(values, dtype=float)), **also)


def grouped(characteristic, labels, limits=LIMITS, lead=None):
    """Its groups, each row a lead of its own unless told."""
    labels = np.array(labels, dtype=bool)
    lead = np.arange(len(labels)) if lead is None else np.asarray(lead)
    return group(
        characteristic, count(characteristic, labels, lead, np.zeros(len(lead), int)), limits
    )


def candidate(characteristic, labels, limits=LIMITS, lead=None, blocks=1):
    """A measured candidate."""
    labels = np.array(labels, dtype=bool)
    lead = np.arange(len(labels)) if lead is None else np.asarray(lead)
    block = lead * blocks // (lead.max() + 1)
    return measure_candidate(characteristic, labels, lead, block, limits)


def labels_of(*parts):
    """Labels from pairs of rows and conversions, spread evenly."""
    return [place < won for rows, won in parts for place in range(rows)]


# Groups -------------------------------------------------------------------------------------------


def test_weights_and_information_value_by_hand():
    # 100 rows of a: 40 converted; 300 of b: 30; 100 missing: 10. In all 80 of 500.
    values = ["a"] * 100 + ["b"] * 300 + [None] * 100
    labels = labels_of((100, 40), (300, 30), (100, 10))
    found = grouped(texts(values), labels)
    won = {"a": 40.5 / 80.5, "b": 30.5 / 80.5, None: 10.5 / 80.5}
    lost = {"a": 60.5 / 420.5, "b": 270.5 / 420.5, None: 90.5 / 420.5}
    weights = found.encode(texts(values).codes)
    for place, value in ((0, "a"), (150, "b"), (450, None)):
        assert weights[place] == pytest.approx(np.log(won[value] / lost[value]))
    assert found.information_value == pytest.approx(
        sum((won[value] - lost[value]) * np.log(won[value] / lost[value]) for value in won)
    )


@st.composite
def samples(draw):
    """Values, labels and leads; several rows of a lead, values and conversions unevenly spread."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    size, leads = draw(st.integers(2, 400)), draw(st.integers(1, 300))
    lead = np.sort(random.integers(0, leads, size))
    lead = np.unique(lead, return_inverse=True)[1]
    kinds = draw(st.integers(1, 90))
    value = np.floor(kinds * random.random(size) ** draw(st.sampled_from([0.5, 1, 3])))
    labels = random.random(size) < draw(st.sampled_from([0.03, 0.2, 0.6])) * (
        1 + value / kinds * draw(st.sampled_from([0, 0.6]))
    )
    labels[0], labels[-1] = True, False
    is_missing = random.random(size) < draw(st.sampled_from([0, 0.1, 0.9]))
    is_text = draw(st.booleans())
    if is_text:
        named = [
            None if gap else f"v{int(one)}" for gap, one in zip(is_missing, value, strict=True)
        ]
        return texts(named), labels, lead
    scale = draw(st.sampled_from([1, 0.01, 1000]))
    return numbers(np.where(is_missing, np.nan, value * scale)), labels, lead


@quick
@given(samples(), st.integers(1, 40), st.integers(1, 6))
def test_no_group_is_too_small_and_neither_is_what_is_outside(sample, min_leads, min_conversions):
    characteristic, labels, lead = sample
    limits = replace(LIMITS, min_leads=min_leads, min_conversions=min_conversions, max_bins=5)
    found = grouped(characteristic, labels, limits, lead)
    for number in range(len(found.weights)):
        inside = found.groups[characteristic.codes] == number
        for side in (inside, ~inside):
            assert len(np.unique(lead[side])) >= min_leads
            assert len(np.unique(lead[side & labels])) >= min_conversions
            assert len(np.unique(lead[side & ~labels])) >= min_conversions


def test_leads_count_once_however_often_they_were_scored():
    values, labels = ["a"] * 100 + ["b"] * 400, labels_of((100, 50), (400, 40))
    own = np.arange(500)
    assert len(grouped(texts(values), labels, LIMITS, own).weights) == 2
    ten = np.append(np.arange(100) // 10, own[100:])
    assert len(grouped(texts(values), labels, LIMITS, ten).weights) == 0


def test_number_known_of_few_leads_is_no_group():
    values = np.append(np.full(500, np.nan), np.arange(15))
    found = grouped(numbers(values), labels_of((500, 50), (15, 8)))
    assert set(found.encode(numbers(values).codes)) == {0.0}


def test_what_only_converted_leads_have_is_no_rule_but_looks_like_a_leak():
    values = ["yes"] * 60 + [None] * 500
    found = candidate(texts(values), labels_of((60, 60), (500, 20)))
    assert found.grouping.information_value > 0.5
    assert rules_of(found, 1.0, SCALE) == []


def test_codes_are_no_numbers():
    """A postcode between two others says nothing; a number may have a sign or begin with 0."""
    assert number_values(["01067", "20095"]) is None
    assert number_values(["-007", "5"]) is None
    assert number_values(["0", "0.5", "-0.25", "10", "+3"]).tolist() == [0, 0.5, -0.25, 10, 3]


def test_text_of_just_enough_leads_is_a_group_of_its_own():
    """Twenty of 147 leads are enough, though 20 / 147 times 147 is a little more."""
    assert LIMITS.min_leads / 147 * 147 > LIMITS.min_leads
    values = ["few"] * LIMITS.min_leads + ["many"] * 127
    labels = [number % 5 < 2 for number in range(LIMITS.min_leads)] + [
        number % 10 == 0 for number in range(127)
    ]
    found = grouped(texts(values), labels)
    assert len(found.weights) == 2


def test_numbers_go_one_way_unless_the_data_insists_on_a_bend():
    values = np.repeat([1.0, 2, 3, 4], 200)
    rising = grouped(numbers(values), labels_of((200, 10), (200, 42), (200, 40), (200, 80)))
    assert list(np.diff(rising.weights) > 0) == [True, True]
    hill = grouped(numbers(values), labels_of((200, 10), (200, 60), (200, 60), (200, 10)))
    assert len(hill.weights) == 3
    assert hill.weights[1] > max(hill.weights[0], hill.weights[2])
    # Each side of the dent by itself is more than chance, the dent as a whole is not.
    values = np.repeat([1.0, 2, 3, 4], 400)
    dent = grouped(numbers(values), labels_of((400, 20), (400, 120), (400, 95), (400, 120)))
    assert len(dent.weights) == 2


def test_bend_has_to_be_unlikely():
    values = np.repeat([1.0, 2, 3], 400)
    labels = labels_of((400, 20), (400, 60), (400, 35))
    assert len(grouped(numbers(values), labels, replace(LIMITS, bend_p_value=0.05)).weights) == 3
    assert len(grouped(numbers(values), labels, replace(LIMITS, bend_p_value=1e-9)).weights) == 2


@pytest.mark.parametrize(
    ("needed", "smallest"), [(1, 20), (25, 116), (80, 800 / 3), (1000, 800 / 3)]
)
def test_numbers_are_cut_into_groups_that_hold_enough_conversions(needed, smallest):
    """Of 800 leads 172 converted: 25 of them are 116 leads. A third of all is always enough."""
    labels = np.tile([True, False, False, False, False], 160)
    labels[-40:] = np.repeat([False, True], 20)
    assert labels.sum() == 172
    values = numbers(np.repeat(np.arange(200.0), 4))
    found = grouped(values, labels, replace(LIMITS, cut_min_conversions=needed))
    sizes = np.bincount(found.groups[values.codes] + 1)
    if needed <= 25:
        assert smallest <= sizes[1:].min() < smallest + 30
    else:
        # Among so many the last leads do not stand out.
        assert sizes.tolist() == [800]


def test_texts_are_compared_one_by_one_when_they_differ_as_a_whole():
    """Neighbours at 10, 14 and 30 %: without the last nothing tells the first two apart."""
    values = ["a"] * 500 + ["b"] * 500 + ["c"] * 500 + ["d"] * 500
    labels = labels_of((500, 50), (500, 71), (500, 150), (500, 150))
    found = grouped(texts(values), labels)
    assert found.groups.tolist()[1:] == [0, 1, 2, 2]
    alike = labels_of((500, 50), (500, 71), (500, 60), (500, 60))
    assert len(grouped(texts(values), alike).weights) == 0


def test_rare_values_and_those_no_list_can_hold_are_one_group():
    values = ["a"] * 200 + ["b|c"] * 60 + ["null"] * 60 + ["x"] * 5 + ["y"] * 5
    labels = labels_of((200, 20), (60, 30), (60, 30), (5, 2), (5, 2))
    found = candidate(texts(values), labels)
    rules = dict(conditions(found))
    assert sorted(rules.values()) == [("!=", "a"), ("=", "a")]
    assert rules[found.grouping.rare_group] == ("!=", "a")


def test_texts_sorted_by_rate_are_not_cut_where_chance_would_differ_as_much():
    random = np.random.default_rng(3)
    values = [f"v{number}" for number in random.integers(0, 12, 3000)]
    labels = random.random(3000) < 0.1
    assert len(grouped(texts(values), labels).weights) == 0


# Conditions ---------------------------------------------------------------------------------------


def spelled(characteristic):
    """Each code as the text that the operators see; None is missing."""
    if characteristic.is_number:
        return [None, *(repr(float(value)) for value in characteristic.values)]
    return [None, *characteristic.values]


@quick
@given(samples())
def test_each_value_meets_the_condition_of_its_group_and_no_other(sample):
    characteristic, labels, lead = sample
    found = candidate(characteristic, labels, Limits(5, 1, 5, 0.2, 1, 0.2), lead)
    rules = conditions(found)
    groups = found.grouping.groups
    ends = [spelled(characteristic)]
    if characteristic.is_number:
        ends.append([None, *(repr(float(value)) for value in characteristic.lowest)])
    for written in ends:
        for code, text in enumerate(written):
            held = [number for number, (operator, value) in rules
                    if oracle.holds(operator, value, text)]  # fmt: skip
            assert held == ([groups[code]] if groups[code] >= 0 else [])


@quick
@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
@example(0.0, 1.0)
@example(-3.0, -2.5)
@example(9.99, 10.01)
def test_cut_lies_between_and_is_round(first, second):
    lower, upper = sorted((first, second))
    if lower == upper:
        return
    cut = cut_between(lower, upper)
    assert Decimal(repr(lower)) <= cut < Decimal(repr(upper))
    digits = len(cut.normalize().as_tuple().digits)
    shorter = [
        Decimal(step).scaleb(exponent)
        for exponent in range(-3, 4)
        for step in range(-9, 10)
        if Decimal(repr(lower)) <= Decimal(step).scaleb(exponent) < Decimal(repr(upper))
    ]
    assert digits == 1 or not shorter


def test_cuts_people_would_choose():
    assert [str(cut_between(*pair)) for pair in ((7, 12), (0.2, 0.31), (48, 120))] == [
        "1E+1", "0.2", "1E+2",
    ]  # fmt: skip


def test_a_step_too_fine_for_a_large_number_opens_no_overlap():
    values = np.repeat([0.5, 1e16, 3e16], 100)
    found = candidate(numbers(values), labels_of((100, 5), (100, 30), (100, 70)))
    rules = conditions(found)
    for text in ("0.5", "1e16", "3e16"):
        assert sum(oracle.holds(operator, value, text) for _, (operator, value) in rules) == 1


# Candidates ---------------------------------------------------------------------------------------

KINDS = [
    Kind("visit", "web", None, True),
    Kind("visit", "web", "pricing", True),
    Kind("call", "phone", None, True),
    Kind("ping", "web", None, False),
]


def evidence_of(events, size=30, attributes=None, labels=None):
    """Evidence of rows that are leads of their own; events are (row, kind, age, count)."""
    columns = np.array(events, dtype=int).reshape(-1, 4).T
    return Evidence(
        number=np.arange(size),
        lead=np.arange(size),
        day=DAY + np.arange(size) % 7,
        is_converted=np.zeros(size, bool) if labels is None else np.asarray(labels, bool),
        split=np.full(size, "train"),
        is_set_aside=np.zeros(size, bool),
        lead_age_days=np.zeros(size, int),
        attributes=attributes or {},
        events=Events(*columns, kinds=KINDS),
    )


@quick
@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 40), st.integers(1, 3)),
        max_size=40,
        unique_by=lambda event: event[:3],
    )
)
def test_measures_are_those_of_a_plain_loop(events):
    evidence = evidence_of(events, 8)
    trials = Trials((7, None), (10.0,))
    for signal in signals(evidence, set(), 1):
        wanted = {
            "visit": lambda kind: kind.activity_type == "visit",
            "call": lambda kind: kind.activity_type == "call",
            "any_activity": lambda kind: True,
            "channel:web": lambda kind: kind.channel == "web",
            "channel:phone": lambda kind: kind.channel == "phone",
        }[signal.name]
        of = [
            [
                (age, number)
                for row, kind, age, number in events
                if row == lead and wanted(KINDS[kind])
                and (signal.topic is None or KINDS[kind].topic == signal.topic)
            ]
            for lead in range(8)
        ]  # fmt: skip
        for found in activity_candidates(evidence, signal, trials):
            inside = [
                [pair for pair in one if found.window_days is None or pair[0] < found.window_days]
                for one in of
            ]
            if found.measure == "each":
                half = found.half_life_days
                sums = [
                    sum(number * (0.5 ** (age / half) if half else 1) for age, number in one)
                    for one in inside
                ]
                cap = np.ceil(np.quantile([x for x in sums if x > 0] or [1], 0.95))
                assert found.amounts == pytest.approx(np.minimum(sums, cap))
                continue
            expected = {
                "events": [sum(number for _, number in one) for one in inside],
                "active_days": [len({age for age, _ in one}) for one in inside],
                "days_since_last": [min((age for age, _ in one), default=np.nan) for one in inside],
            }[found.measure]
            actual = np.append(np.nan, found.values)[found.codes]
            assert actual == pytest.approx(np.array(expected, dtype=float), nan_ok=True)


def test_signals_are_listed_types_channels_and_topics_once():
    events = [(row, kind, 1, 1) for row in range(10) for kind in range(4)]
    found = signals(evidence_of(events), {"any_activity"}, 5)
    assert [(signal.name, signal.topic) for signal in found] == [
        ("call", None), ("visit", None), ("channel:web", None), ("channel:web", "pricing"),
    ]  # fmt: skip
    assert signals(evidence_of(events), set(), 11) == []
    names = {signal.name for signal in signals(evidence_of(events), {"visit", "channel:web"}, 5)}
    assert names == {"call", "any_activity"}


def test_texts_are_named_as_rules_name_them():
    levels = ["1234567890123456", "1234567890123457", "5", "5.0", "x", "٣"]
    attribute = Attribute(np.arange(7), levels)
    [found] = attribute_candidates(evidence_of([], 7, {"code": attribute}))
    assert set(found.values) == {"1234567890123456", "1234567890123457", "5", "x", "٣"}
    assert found.codes[3] == found.codes[4]
    [found] = attribute_candidates(
        evidence_of([], 7, {"code": Attribute(np.arange(5), levels[:4])})
    )
    assert found.is_number


# Choosing and weighing ----------------------------------------------------------------------------


def test_blocks_follow_time_and_keep_leads_together():
    day = DAY + np.array([5, 1, 9, 2, 9, 3])
    lead = np.array([0, 1, 1, 2, 3, 4])
    learned = np.array([True, True, True, True, True, False])
    # First days: lead 1 (day 1), lead 2 (2), lead 0 (5), lead 3 (9).
    assert list(time_blocks(day, lead, learned, 2)) == [1, 0, 0, 0, 1, -1]


def clustered(size=900, leads=300, seed=1):
    """Labels that hang together within leads, and two features in log odds."""
    random = np.random.default_rng(seed)
    lead = np.sort(random.integers(0, leads, size))
    lead = np.unique(lead, return_inverse=True)[1]
    features = np.column_stack([random.normal(size=lead.max() + 1)[lead], random.normal(size=size)])
    labels = random.random(size) < expit(
        -1 + features @ [0.8, 0.3] + random.normal(size=leads)[lead]
    )
    return features, labels, lead


def test_candidate_enters_when_the_clustered_score_test_says_so():
    random = np.random.default_rng(5)
    lead = np.repeat(np.arange(400), 2)
    entered = Counter()
    for seed in range(12):
        # The days of a lead mostly end alike, and it mostly keeps its value.
        labels = (random.random(400) < 0.2)[lead] ^ (random.random(800) < 0.02)
        shift = seed / 40
        values = np.where(random.random(400)[lead] < 0.5 + shift * (2 * labels - 1) / 2, "a", "b")
        one = candidate(texts(values.tolist()), labels, replace(LIMITS, merge_p_value=0.999), lead)
        feature = one.encode()
        exog = np.ones((800, 1))
        residual = labels - sm.Logit(labels.astype(float), exog).fit(disp=False).predict()
        own = residual * (feature - feature.mean())
        by_lead = np.bincount(lead, own)
        statistic = by_lead.sum() ** 2 / (by_lead**2).sum()
        naive = own.sum() ** 2 / (own**2).sum()
        for name, p_value in (("loose", 0.4), ("strict", 0.01)):
            needed = chi2.isf(p_value, max(len(one.grouping.weights) - 1, 1))
            found = select([one], labels, lead, np.ones(800, bool), p_value)
            assert bool(found) == bool(statistic > needed)
            entered[name, bool(found)] += 1
            entered["clusters matter"] += (statistic > needed) != (naive > needed)
    assert entered["strict", True]
    assert entered["strict", False]
    assert entered["clusters matter"]


def test_what_repeats_a_chosen_candidate_stays_out():
    random = np.random.default_rng(2)
    values = random.integers(0, 2, 2000)
    labels = random.random(2000) < np.where(values, 0.3, 0.1)
    one = candidate(texts([f"v{value}" for value in values]), labels)
    noise = candidate(texts([f"n{value}" for value in random.integers(0, 2, 2000)]), labels)
    everybody = np.ones(2000, bool)
    assert select([noise, one, one], labels, np.arange(2000), everybody, 0.01) == [one]
    assert select([], labels, np.arange(2000), everybody, 0.2) == []


@pytest.mark.parametrize("deviation", [0.1, 1.0, 10.0])
def test_coefficients_are_those_of_ridge_regression(deviation):
    features, labels, _ = clustered()
    found, intercept = fit_coefficients(features, labels, Prior(np.zeros(2), None), deviation)
    ridge = LogisticRegression(C=deviation**2, tol=1e-8).fit(features, labels)
    assert found == pytest.approx(ridge.coef_[0], abs=1e-3)
    assert intercept == pytest.approx(ridge.intercept_[0], abs=1e-3)


def test_coefficients_are_the_most_likely_ones_under_other_priors_and_limits():
    features, labels, _ = clustered()
    features[:, 1] *= -1
    prior = face_value(2)

    def loss(first, second, intercept):
        log_odds = features @ [first, second] + intercept
        away = ((np.array([first, second]) - prior.means) / 0.3) ** 2
        return np.logaddexp(0, log_odds).sum() - log_odds[labels].sum() + away.sum() / 2

    found, intercept = fit_coefficients(features, labels, prior, 0.3)
    best = loss(*found, intercept)
    for step in (0.01, -0.01):
        assert best < loss(found[0] + step, found[1], intercept)
        assert best < loss(found[0], found[1], intercept + step)
        assert found[1] + step < 0 or best < loss(found[0], found[1] + step, intercept)
    # Far from the prior the second one would be turned round; it ends at 0.
    found, _ = fit_coefficients(features, labels, prior, 10.0)
    assert found[1] == 0


def test_strength_is_the_one_that_predicts_later_blocks():
    features, labels, lead = clustered(3000, 3000)
    block = lead * 4 // (lead.max() + 1)

    def chosen(means):
        return choose_plan([lambda blocks: features], [Prior(means, None)], labels, block)[1]

    # A prior that is right is trusted, one that is far off is not.
    right = LogisticRegression(C=1e6).fit(features, labels).coef_[0]
    assert chosen(right) == PRIOR_DEVIATIONS[0]
    assert chosen(np.array([-2.0, 3.0])) >= 0.3


def test_strength_without_a_block_to_learn_from_is_the_most_careful():
    features, labels, _ = clustered()
    first = np.zeros(len(labels), int)
    found = choose_plan([lambda blocks: features], [face_value(2)], labels, first)
    assert found == (0, PRIOR_DEVIATIONS[0])


def test_a_plan_gives_way_only_to_one_that_predicts_later_blocks_better():
    features, labels, lead = clustered(3000, 3000)
    block = lead * 5 // (lead.max() + 1)
    noise = np.random.default_rng(4).normal(size=features.shape)

    def chosen(*plans):
        found, _ = choose_plan(
            [lambda blocks, plan=plan: plan for plan in plans],
            [face_value(plan.shape[1]) for plan in plans],
            labels,
            block,
        )
        return found

    assert chosen(noise, features) == 1
    assert chosen(features, noise) == 0
    # What hardly differs is no reason to prefer the second.
    assert chosen(features, features + 1e-6 * noise) == 0


def test_of_each_kind_of_measure_the_best_stays():
    def candidate(measure, gain, window_days):
        characteristic = Characteristic(
            "visit", measure, np.zeros(1, int), np.zeros(0), window_days=window_days
        )
        return Candidate(characteristic, None, None, gain)

    kept = best_measures(
        [
            candidate("days_since_last", 1.0, None),
            candidate("events", 2.0, 7),
            candidate("events", 3.0, 30),
            candidate("events", 2.5, None),
            candidate("active_days", 0.0, 7),
            candidate("each", -1.0, None),
        ]
    )
    assert [(one.characteristic.measure, one.characteristic.window_days) for one in kept] == [
        ("days_since_last", None),
        ("events", 30),
    ]


def test_odds_ratio_has_the_interval_of_a_logit_with_clusters():
    random = np.random.default_rng(8)
    lead = np.repeat(np.arange(1500), 3)
    holds = (random.random(1500) < 0.3)[lead] ^ (random.random(4500) < 0.1)
    labels = random.random(4500) < expit(-2 + 0.9 * holds + random.normal(size=1500)[lead])
    found = odds_ratio(holds, labels, lead, 1.96)
    model = sm.Logit(labels.astype(float), sm.add_constant(holds.astype(float))).fit(
        disp=False,
        cov_type="cluster",
        cov_kwds={"groups": lead, "use_correction": False, "df_correction": False},
    )
    middle, error = model.params[1], model.bse[1]
    assert np.log([found.ratio, found.low, found.high]) == pytest.approx(
        [middle, middle - 1.96 * error, middle + 1.96 * error], abs=0.01
    )
    naive = sm.Logit(labels.astype(float), sm.add_constant(holds.astype(float))).fit(disp=False)
    assert error > 1.05 * naive.bse[1]
    assert found.leads == len(set(lead[holds]))
    assert found.converted_leads == len(set(lead[holds & labels]))


# Points -------------------------------------------------------------------------------------------


def fit_with(score, labels, base_rate=None):
    """A fit whose rows have these scores."""
    labels = np.asarray(labels, bool)
    evidence = evidence_of([], len(labels), labels=labels)
    everybody = np.ones(len(labels), bool)
    scale = replace(SCALE, base_rate=base_rate or float(labels.mean()))
    return Fit([], 0, scale, evidence, everybody, everybody, np.asarray(score, float), 1.0, [])


def test_points_are_log_odds_in_units_that_double_them():
    values = ["a"] * 500 + ["b"] * 500
    found = candidate(texts(values), labels_of((500, 100), (500, 50)))
    points = {rule.value: rule.points for rule in rules_of(found, 1.0, SCALE)}
    for value, weight in (("a", found.encode()[0]), ("b", found.encode()[-1])):
        assert 2 ** (points[value] / 20) == pytest.approx(np.exp(weight), rel=0.02)
    doubled = {rule.value: rule.points for rule in
               rules_of(found, 1.0, replace(SCALE, points_to_double_odds=40))}  # fmt: skip
    assert {v: round(p / 2) for v, p in doubled.items()} == pytest.approx(points, abs=1)
    assert rules_of(found, 0.0, SCALE) == []


def test_doing_nothing_is_worth_nothing():
    values = np.repeat([0.0, 1, 5], 300)
    found = candidate(numbers(values, "events"), labels_of((300, 10), (300, 30), (300, 90)))
    rules = rules_of(found, 1.0, SCALE)
    assert [rule.points > 0 for rule in rules] == [True, True]
    assert not any(rule.holds[:300].any() for rule in rules)
    gap = np.log((30.5 / 130.5 / (270.5 / 770.5)) / (10.5 / 130.5 / (290.5 / 770.5)))
    assert rules[0].points == round(SCALE.factor * gap)


@pytest.mark.parametrize(("largest", "cap"), [(0.3, 1), (2.0, 2), (2.4, 3)])
def test_cap_of_each_is_whole_and_never_below_what_was_counted(largest, cap):
    amounts = np.append(np.zeros(300), np.full(300, largest))
    each = numbers(amounts, "each", amounts=amounts)
    found = candidate(each, labels_of((300, 20), (300, 100)))
    [rule] = rules_of(found, 1.0, SCALE)
    assert rule.max_points == cap * rule.points
    assert rule.row_points.max() == pytest.approx(largest * rule.points)


def test_kept_rule_keeps_all_but_points_and_cap():
    record = {"signal": "visit", "measure": "each", "topic": "", "window_days": "30",
              "operator": "", "value": "", "half_life_days": "10", "points": "3",
              "max_points": "5"}  # fmt: skip
    amounts = np.array([0.0, 1.0, 5 / 3])
    rule = kept_rule(record, amounts, 0.07, SCALE)
    assert (rule.signal, rule.measure, rule.window_days, rule.half_life_days) == (
        "visit", "each", 30, 10.0,
    )  # fmt: skip
    assert (rule.points, rule.max_points) == (2, 3)
    assert list(rule.row_points) == [0.0, 2.0, 3.0]
    assert kept_rule(record, amounts, 0.001, SCALE) is None
    negative = kept_rule(record, amounts, -0.07, SCALE)
    assert (negative.points, negative.max_points, list(negative.row_points)) == (-2, 3, [0, -2, -3])


@cache
def demo_evidence(size=2000, strength=1.0, seed=4):
    """Leads with a size that tells, a colour that does not, and visits that tell."""
    random = np.random.default_rng(seed)
    sizes, colours = random.integers(0, 3, size), random.integers(0, 3, size)
    visits = random.poisson(1.0, size)
    labels = random.random(size) < expit(-2.5 + strength * (sizes - 1) + 0.5 * strength * visits)
    events = [(row, 0, age, 1) for row in range(size) for age in range(visits[row])]
    evidence = evidence_of(
        events,
        size,
        {
            "size": Attribute(sizes + 1, ["large", "medium", "small"]),
            "colour": Attribute(colours + 1, ["blue", "green", "red"]),
        },
        labels,
    )
    return replace(evidence, is_set_aside=random.random(size) < 0.2)


@cache
def discovered():
    """What is found in it."""
    return discover(demo_evidence(), SETTINGS)


SETTINGS = Settings(
    limits=Limits(50, 5, 8, 0.05, 25, 0.01),
    trials=Trials((None,), (10.0,)),
    excluded=frozenset(),
    allowed=frozenset(),
    min_leads=500,
    min_conversions=60,
    leak_information_value=2.0,
    min_information_value=0.01,
    min_odds_ratio=2.0,
    entry_p_value=0.05,
    validation_blocks=2,
    calibration_lead_min_conversions=20,
    points_to_double_odds=20,
    anchor_score=100,
    mql_odds_ratio=2,
    confidence_z=1.96,
)


# Too few convert for leads to be left aside.
FEW = replace(SETTINGS, calibration_lead_min_conversions=10_000, validation_blocks=5)


def test_whole_points_promise_as_many_conversions_as_there_were():
    fit = discovered()
    assert {rule.signal for rule in fit.rules} == {"size", "visit"}
    log_odds = (fit.score - fit.scale.anchor_score) / fit.scale.factor + fit.scale.base_log_odds
    learned = fit.learned
    assert expit(log_odds[learned]).mean() == pytest.approx(
        fit.evidence.is_converted[learned].mean(), rel=0.02
    )
    assert not (fit.learned & fit.evidence.is_set_aside).any()
    assert (fit.calibrated == fit.evidence.is_set_aside).all()


def test_rare_sign_gets_a_rule_though_it_has_little_information_value():
    """Two leads in a hundred were referred, and convert four times as often."""
    evidence = demo_evidence(size=8000)
    random = np.random.default_rng(5)
    is_referred = random.random(8000) < np.where(evidence.is_converted, 0.045, 0.01)
    referred = Attribute(is_referred + 1, ["no", "yes"])
    evidence = replace(evidence, attributes={**evidence.attributes, "referred": referred})
    strict = replace(SETTINGS, min_information_value=0.1)
    points = {rule.value: rule.points for rule in discover(evidence, strict).rules
              if rule.signal == "referred"}  # fmt: skip
    assert points["yes"] > SETTINGS.points_to_double_odds
    told_less = replace(strict, min_odds_ratio=20)
    assert "referred" not in {rule.signal for rule in discover(evidence, told_less).rules}


def test_allowed_leak_that_gives_no_rule_is_named():
    """Everybody with a contract converted: nothing tells how much it is worth."""
    evidence = demo_evidence()
    contract = Attribute(np.where(evidence.is_converted, 1, 0), ["signed"])
    leaky = replace(evidence, attributes={**evidence.attributes, "contract": contract})
    with pytest.raises(FitError, match="contract: information value"):
        discover(leaky, SETTINGS)
    fit = discover(leaky, replace(SETTINGS, allowed=frozenset({"contract"})))
    assert "contract" not in {rule.signal for rule in fit.rules}
    assert any(note.startswith("contract: allowed, but") for note in fit.left_out)


def test_attribute_that_is_nearly_a_number_is_named():
    """One word among numbers makes texts of them all; nobody should have to find that out."""
    evidence = demo_evidence()
    codes = np.arange(2000) % 400 + 1
    income = Attribute(codes, [*(str(number) for number in range(399)), "unknown"])
    days = Attribute(codes, [f"2026-{number:03}" for number in range(400)])
    number = Attribute(codes, [str(number) for number in range(400)])
    attributes = {"income": income, "signup": days, "age": number, "hidden": income}
    notes = unreadable(
        replace(evidence, attributes=attributes), replace(SETTINGS, excluded=frozenset({"hidden"}))
    )
    assert notes[0].startswith("income as a number: 5 of 2,000 values are none, such as 'unknown'")
    assert notes[1:] == [
        "income: none of its 400 texts has 50 leads",
        "signup: none of its 400 texts has 50 leads",
    ]


def test_labels_of_leads_set_aside_move_no_points():
    evidence = demo_evidence()
    is_busy = np.bincount(evidence.events.row, minlength=len(evidence)) > 1
    told = np.where(evidence.is_set_aside, is_busy, evidence.is_converted)
    flipped = replace(evidence, is_converted=told)
    for one in (flipped, evidence):
        assert min(one.is_converted[one.is_set_aside].sum(), 100) >= 20
    points = [
        [(rule.signal, rule.value, rule.points) for rule in fit.rules]
        for fit in (discovered(), discover(flipped, SETTINGS))
    ]
    assert points[0] == points[1]


def test_too_few_conversions_to_set_leads_aside():
    """Rows of one lead count once."""
    evidence = demo_evidence()
    converted = np.unique(evidence.lead[evidence.is_converted & evidence.is_set_aside])
    repeated = replace(SETTINGS, calibration_lead_min_conversions=len(converted))
    assert not any(rows.all() for rows in set_aside(evidence, repeated))
    one_lead = replace(evidence, lead=np.where(evidence.is_set_aside, 0, evidence.lead))
    assert all(rows.all() for rows in set_aside(one_lead, SETTINGS))
    few = replace(SETTINGS, calibration_lead_min_conversions=10_000)
    assert all(rows.all() for rows in set_aside(evidence, few))


def test_noise_and_one_class_give_no_scorecard():
    with pytest.raises(NothingPredicts, match="None of 2 attributes and 3 kinds of activity"):
        discover(demo_evidence(strength=0), replace(SETTINGS, entry_p_value=0.001))
    with pytest.raises(NothingPredicts, match="None of"):
        discover(demo_evidence(), replace(SETTINGS, min_information_value=9, min_odds_ratio=99))
    evidence = demo_evidence()
    only_aside = replace(evidence, is_converted=evidence.is_converted & evidence.is_set_aside)
    with pytest.raises(NothingPredicts, match="did not convert, so nothing can tell"):
        discover(only_aside, SETTINGS)


@pytest.mark.parametrize(
    ("slope", "repeats", "is_better"),
    [(1, 1, True), (-1, 1, False), (0.1, 1, True), (0.1, 40, False)],
)
def test_score_has_to_rank_leads_it_has_not_seen(slope, repeats, is_better):
    """The same rows as 800 leads say less when they are the days of 20 leads."""
    random = np.random.default_rng(1)
    score = random.normal(size=800)
    labels = random.random(800) < expit(-1 + slope * 2 * score)
    if repeats > 1:
        score, labels = score[:20].repeat(repeats), labels[:20].repeat(repeats)
    assert ranks(score, labels, np.arange(800) // repeats, 1.96) == is_better


def test_scores_are_compared_within_their_part():
    """In a part where more convert all scores are higher, and within each they say nothing."""
    random = np.random.default_rng(3)
    part = np.arange(800) % 2
    score = random.normal(size=800) + 5 * part
    labels = random.random(800) < np.where(part, 0.6, 0.1)
    assert ranks(score, labels, np.arange(800), 1.96)
    assert not ranks(score, labels, np.arange(800), 1.96, part)


@pytest.mark.parametrize(("exaggeration", "left"), [(1, 1), (2, 0.5), (0.5, 1), (-1, 0)])
def test_points_are_taken_back_to_what_holds_on_other_leads(exaggeration, left):
    """The level of each part is its own."""
    random = np.random.default_rng(2)
    size = 40_000
    true = random.normal(size=size)
    level = np.linspace(-3, -1, 5)[np.arange(size) % 5]
    labels = random.random(size) < expit(level + true)
    evidence = evidence_of([], size, labels=labels)
    seen = []

    def learn(rows):
        seen.append(rows)
        # What is said of the leads that taught it is never looked at.
        return np.where(rows, 9 * labels, exaggeration * true)

    assert cross_fit(evidence, learn, replace(SETTINGS, validation_blocks=5)) == pytest.approx(
        left, abs=0.04
    )
    assert (np.sum(seen, axis=0) == 4).all()


def test_noise_is_not_confirmed_by_few_leads():
    """Something always looks as if it told who converts; on other leads it does not."""
    refusals = []
    for seed in range(12):
        with pytest.raises(NothingPredicts) as refusal:
            discover(noise(seed), FEW)
        refusals.append(str(refusal.value))
    # In some of them signals were found, and other leads did not confirm them.
    assert any("could not confirm them" in refusal for refusal in refusals)


def noise(seed, size=700):
    """Leads of which nothing tells anything."""
    random = np.random.default_rng(seed)
    attributes = {
        f"attribute_{number}": Attribute(random.integers(1, 7, size), list("abcdef"))
        for number in range(12)
    }
    days = DAY + np.arange(size) * 300 // size
    evidence = evidence_of([], size, attributes, random.random(size) < 0.2)
    return replace(evidence, day=days)


def test_few_leads_promise_no_more_than_others_keep():
    """Of points taken at their word more is left on other leads the less they claim."""
    size, learned = 12_000, 1_500
    random = np.random.default_rng(7)
    true = np.zeros(size)
    attributes = {}
    for number in range(12):
        codes = random.integers(1, 7, size)
        attributes[f"attribute_{number}"] = Attribute(codes, list("abcdef"))
        if number < 4:
            true += np.linspace(-0.6, 0.6, 6)[codes - 1]
    labels = random.random(size) < expit(true - 3)
    evidence = evidence_of([], size, attributes, labels)
    seen = np.arange(size) < learned
    few = replace(evidence.only(seen), day=DAY + np.arange(learned) * 300 // learned)
    careful = discover(few, FEW)
    bold = discover(few, FEW, learned=np.ones(learned, bool))
    assert careful.shrinkage is not None
    assert careful.shrinkage < 0.9
    assert bold.shrinkage is None
    kept = [slope_on(fit, evidence.only(~seen)) for fit in (bold, careful)]
    assert kept[0] < 0.7
    assert 0.75 < kept[1] < 1.4


def test_parts_tried_at_the_same_time_teach_the_same():
    one, two = (discover(demo_evidence(), FEW, jobs=jobs) for jobs in (1, 2))
    assert one.shrinkage == two.shrinkage < 1
    assert [rule.points for rule in one.rules] == [rule.points for rule in two.rules]


def slope_on(fit, evidence):
    """Log odds that a unit of log odds is worth on other leads."""
    score = np.zeros(len(evidence))
    for rule in fit.rules:
        attribute = evidence.attributes[rule.signal]
        texts = np.array(["", *attribute.levels])[attribute.codes]
        listed = np.isin(texts, (rule.value or "").split("|"))
        score += rule.points * (~listed if rule.operator in ("not in", "!=") else listed)
    model = sm.Logit(
        evidence.is_converted.astype(float), sm.add_constant(score / fit.scale.factor)
    ).fit(disp=False)
    return model.params[1]


def test_bands_follow_from_the_scale_where_points_were_taken_back():
    fit = replace(fit_with(np.zeros(10), np.arange(10) < 5), shrinkage=0.8)
    assert calibrated_score(fit, 1.0) == pytest.approx(100)
    assert calibrated_score(fit, 2.0) == pytest.approx(120)


def test_leak_is_refused_by_name_allowed_by_name_and_left_out_by_name():
    strict = replace(SETTINGS, leak_information_value=0.15)
    with pytest.raises(FitError, match=r"size: information value 0\.\d+(.|\n)*--allow size"):
        discover(demo_evidence(), strict)
    allowed = replace(strict, allowed=frozenset({"size", "visit", "any_activity", "channel:web"}))
    assert "size" in {rule.signal for rule in discover(demo_evidence(), allowed).rules}
    without = replace(SETTINGS, excluded=frozenset({"size"}))
    assert "size" not in {rule.signal for rule in discover(demo_evidence(), without).rules}


def kept(rule_id, signal, holds):
    """A rule with ten points and what it counted."""
    record = {"rule_id": rule_id, "signal": signal, "measure": "value", "topic": "",
              "window_days": "", "operator": "=", "value": rule_id, "half_life_days": "",
              "points": "10", "max_points": "", "dimension": "fit"}  # fmt: skip
    return KeptRule(record, holds.astype(float))


def test_kept_rules_that_together_tell_too_much_of_a_signal_look_like_a_leak():
    evidence = demo_evidence()
    sizes = evidence.attributes["size"].codes
    rules = [kept("large", "Size", sizes == 1), kept("small", "Size", sizes == 3)]
    strict = replace(SETTINGS, leak_information_value=0.45)
    with pytest.raises(FitError, match=r"size: information value 0\.\d+(.|\n)*--allow size"):
        refit(rules, evidence, strict)
    refit(rules[:1], evidence, strict)
    refit(rules, evidence, replace(strict, allowed=frozenset({"size"})))


def test_kept_rule_that_holds_for_converted_leads_alone_looks_like_a_leak():
    evidence = demo_evidence()
    rules = [
        kept("large", "size", evidence.attributes["size"].codes == 1),
        kept("signed", "contract", evidence.is_converted),
    ]
    with pytest.raises(FitError, match="contract: information value"):
        refit(rules, evidence, SETTINGS)


@pytest.mark.parametrize(
    ("leads", "conversions", "message"),
    [
        (10, 5, "There are 10 mature leads of x in the training days, 5 of .* needs 500 leads"),
        (600, 0, "0 of them converted: none converted"),
        (600, 600, "all converted"),
        (600, 10, "a fit needs 60 conversions"),
    ],
)
def test_too_little_to_learn_from_is_refused_with_the_numbers(leads, conversions, message):
    labels = np.arange(leads) < conversions
    with pytest.raises(FitError, match=message):
        check_amount(evidence_of([], leads, labels=labels), SETTINGS, "x")


def test_bands_start_where_the_curve_of_the_leads_left_aside_has_the_odds():
    random = np.random.default_rng(6)
    score = random.normal(100, 30, 20_000)
    labels = random.random(20_000) < expit(-2 + 0.03 * (score - 100))
    fit = fit_with(score, labels)
    model = sm.Logit(labels.astype(float), sm.add_constant(score)).fit(disp=False)
    for ratio in (1.0, 3.0):
        found = calibrated_score(fit, ratio)
        odds = np.exp(model.params @ [1, found])
        assert odds == pytest.approx(ratio * np.exp(fit.scale.base_log_odds), rel=0.01)
    assert calibrated_score(fit_with(-score, labels), 2.0) is None


def test_bands_that_would_start_at_the_same_points_are_written_once():
    fit = fit_with(np.arange(1000), np.arange(1000) % 7 == 0)
    place = Place("x", "open_leads", None, None, DAY, DAY)
    bands = [Band("fit", "A", 2.0), Band("fit", "B", 1.99), Band("fit", "C", None),
             Band("product", "on", 1.0)]  # fmt: skip
    notes = []
    rows = _band_rows(fit, place, bands, ["fit"], notes)
    assert [(row["band"], row["min_points"]) for row in rows] == [("A", 20), ("C", "")]
    assert notes == ["no band B of fit: it would start at 20 points like A"]


# Sentences ----------------------------------------------------------------------------------------


def rule(signal, measure="value", operator=None, value=None, **also):
    """A rule with points."""
    cells = {"topic": None, "window_days": None, "half_life_days": None, "points": 20} | also
    return FittedRule(
        signal, measure, cells["topic"], cells["window_days"], operator, value,
        cells["half_life_days"], cells["points"], None, np.zeros(0), np.zeros(0),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (rule("lead_source", operator="in", value="a|b"), "Lead source: a, b"),
        (rule("x", operator="in", value="a|b|c|d|e|f"), "X: a, b, c, d or 2 more"),
        (rule("industry", operator="=", value="media"), "Industry: media"),
        (rule("industry", operator="not in", value="a|b"), "Industry: something less common"),
        (rule("industry", operator="is missing", value=""), "Industry not known"),
        (rule("industry", operator="is present", value=""), "Industry known"),
        (rule("size", operator="between", value="10..50"), "Size: 10 to 50"),
        (rule("size", operator="<=", value="9"), "Size: up to 9"),
        (rule("size", operator=">=", value="51"), "Size: 51 or more"),
        (rule("visit", "each", half_life_days=10.0), "Visit, fading by half in 10 days"),
        (rule("visit", "each", window_days=30, topic="pricing"),
         "Visit about pricing within 30 days"),
        (rule("channel:web", "events", "=", "1", window_days=7),
         "Activity on web, once within 7 days"),
        (rule("visit", "events", ">=", "3"), "Visit, 3 or more times"),
        (rule("visit", "active_days", "=", "1"), "Visit on 1 day"),
        (rule("any_activity", "active_days", ">=", "2", window_days=7),
         "Any activity on 2 or more days within 7 days"),
        (rule("visit", "days_since_last", "<=", "7"), "Visit, last at most 7 days ago"),
        (rule("visit", "days_since_last", "=", "0"), "Visit, last today"),
        (rule("visit", "days_since_last", "between", "8..30"), "Visit, last 8 to 30 days ago"),
        (rule("visit", "days_since_last", "is present", ""), "Visit at any time"),
    ],
)  # fmt: skip
def test_reason_reads_well(one, sentence):
    assert reason(one) == sentence


def test_rationale_says_how_sure_it_is():
    evidence = OddsRatio(3.1, 2.6, 3.7, 1204, 98)
    assert rationale(rule("x"), evidence, 20, 1.959963984540054) == (
        "3.1x the odds of other leads, 1,204 leads, 98 converted, 95 % 2.6-3.7;"
        " with the other rules in place worth 2x"
    )
    each = rationale(rule("x", "each", points=-20), evidence, 20, 1.6448536269514722)
    assert "90 % 2.6-3.7" in each
    assert each.endswith("worth 0.5x per event")


def test_names_of_rules_are_plain_and_unique():
    taken = set()
    names = [
        rule_id(one, taken)
        for one in (
            rule("Größe", operator="=", value="groß"),
            rule("Größe", operator="=", value="groß"),
            rule("行業", operator="=", value="媒体"),
            rule("x", operator="in", value="|".join(f"value {n}" for n in range(40))),
            rule("x", operator="in", value="|".join(f"value {n}" for n in range(41))),
        )
    ]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z0-9_]{1,63}", name) for name in names), names
