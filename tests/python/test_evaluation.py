"""The evaluation against scikit-learn, statsmodels, scipy and plain Python on the same rows."""

import bisect
import csv
import datetime
import hashlib
import itertools
import math
import re
import shutil
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from statistics import median
from types import SimpleNamespace

import duckdb
import hypothesis
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
import statsmodels.api as sm
from conftest import PROJECT, SEEDS
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    roc_auc_score,
)
from statsmodels.stats.proportion import proportion_confint
from test_bad_input import (
    SETTINGS as SMALL_SETTINGS,
)
from test_bad_input import (
    lead,
    outcome,
    small_company,
    visit,
    write_small_seeds,
    write_tables,
)

from lead_scoring.check import project_variables
from lead_scoring.templates import CompilerError, Templates

VARS = project_variables(PROJECT)
HORIZON = datetime.timedelta(days=VARS["conversion_horizon_days"])
AGES = VARS["backtest_lead_ages_days"]
DAY = datetime.timedelta(days=1)
MODELS = PROJECT / "models/evaluation"
TOLERANCE = 1e-9
TENTHS = 10


def seed_rows(name, folder=SEEDS):
    """Rows of a seed as they are written."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [SimpleNamespace(**row) for row in csv.DictReader(file)]


SETTINGS = {row.setting: float(row.value) for row in seed_rows("reference/evaluation_settings")}
SCORECARDS = {row.scorecard_id: row for row in seed_rows("scorecards/scorecards")}
RULES = {
    (row.scorecard_id, row.rule_id): row
    for name in ("score_rules", "score_rules_fitted")
    for row in seed_rows(f"scorecards/{name}")
}
CHAMPIONS = [name for name, row in SCORECARDS.items() if row.role == "champion"]


def near(actual, expected, tolerance=TOLERANCE):
    """Whether two cells are equal, numbers to within a tolerance."""
    if isinstance(expected, Decimal | float | np.floating) and actual is not None:
        return math.isclose(actual, expected, rel_tol=tolerance, abs_tol=tolerance)
    return actual == expected


def agree(actual, expected, tolerance=TOLERANCE):
    """Assert that two mappings of key to cells hold the same keys and cells."""
    assert expected, "nothing to compare"
    assert set(actual) == set(expected)
    wrong = {}
    for key, cells in expected.items():
        pairs = (
            zip(actual[key], cells, strict=True)
            if isinstance(cells, tuple)
            else [(actual[key], cells)]
        )
        if not all(near(found, wanted, tolerance) for found, wanted in pairs):
            wrong[key] = (actual[key], cells)
    assert not wrong, f"{len(wrong)} of {len(expected)} differ: {list(wrong.items())[:5]}"


def by_key(rows, *columns):
    """Groups of rows with equal cells in some columns."""
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(getattr(row, column) for column in columns)].append(row)
    return dict(groups)


def cells(rows, keys, columns):
    """Some cells of each row by its key."""
    return {
        tuple(getattr(row, key) for key in keys.split()): tuple(
            getattr(row, column) for column in columns.split()
        )
        for row in rows
    }


def hash_share(*values):
    """A number from 0 to 1 that belongs to values."""
    digits = hashlib.md5("|".join(map(str, values)).encode()).hexdigest()[:8]
    return int(digits, 16) / 16**8


def read(connection, sql):
    """Rows of a query, with their cells as attributes."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


class Series:
    """What a scorecard's score or one of its dimensions said of the rows of a split."""

    def __init__(self, rows):
        self.rows = rows
        self.is_baseline = rows[0].is_baseline
        self.scores = np.array([row.score for row in rows])
        self.labels = np.array([int(row.is_converted) for row in rows])
        self.ages = np.array([row.lead_age_days for row in rows])
        self.leads = [row.lead_id for row in rows]

    @property
    def has_both_kinds(self):
        return 0 < self.labels.sum() < len(self.labels)


class Tables:
    """Tables of a warehouse, each read once."""

    def __init__(self, warehouse):
        self.warehouse = warehouse
        self._rows = {}
        self._chances = {}

    def __getitem__(self, name):
        return self.query(f"select * from {name}")

    def query(self, sql):
        if sql not in self._rows:
            with duckdb.connect(str(self.warehouse.database)) as connection:
                self._rows[sql] = read(connection, sql)
        return self._rows[sql]

    @cached_property
    def today(self):
        return self["int_clock__as_of"][0].as_of_date

    @cached_property
    def series(self):
        """Series by scorecard, dimension and split."""
        groups = by_key(self["backtest_scores"], "scorecard_id", "dimension", "split")
        return {key: Series(rows) for key, rows in groups.items() if key[2] != "gap"}

    @cached_property
    def outcomes(self):
        """Dates and amounts by surviving lead and outcome."""
        survivors = {row.lead_id: row.surviving_lead_id for row in self["int_leads__identity"]}
        events = defaultdict(list)
        for row in self["stg_raw__outcomes"]:
            if row.row_status == "accepted" and row.lead_id in survivors:
                events[survivors[row.lead_id], row.outcome].append(
                    (row.occurred_at.date(), row.amount)
                )
        return events

    @cached_property
    def members(self):
        """Segments of each lead and day."""
        groups = defaultdict(set)
        for row in self["score_segment_members"]:
            groups[row.lead_id, row.as_of_date].add(row.segment_id)
        return groups

    @cached_property
    def fired(self):
        """Points by scorecard, rule, lead and day of the back-test."""
        return {
            (row.scorecard_id, row.rule_id, row.lead_id, row.as_of_date): row.points
            for row in self.query(
                "select ledger.* from score_ledger as ledger inner join backtest_rows as judged"
                " on ledger.lead_id = judged.lead_id and ledger.as_of_date = judged.as_of_date"
                " and ledger.scorecard_id = judged.scorecard_id where ledger.entry = 'rule'"
            )
        }

    @cached_property
    def calibrations(self):
        return {(row.scorecard_id, row.dimension): row for row in self["score_calibration"]}

    @cached_property
    def bins(self):
        """Calibration bins in order, by scorecard and dimension."""
        return {
            key: sorted(rows, key=lambda row: row.bin)
            for key, rows in by_key(
                self["score_calibration_bins"], "scorecard_id", "dimension"
            ).items()
        }

    @cached_property
    def age_offsets(self):
        return {
            (row.scorecard_id, row.dimension, row.lead_age_days): row
            for row in self["score_calibration_ages"]
        }

    def bin_of(self, key, score):
        """The calibration bin that a score falls into."""
        bins = self.bins[key]
        return bins[bisect.bisect_right([row.from_score for row in bins[1:]], score)]

    def log_odds(self, key, score):
        """What the calibration of a scorecard and dimension says before the age is looked at."""
        fit = self.calibrations.get(key)
        if fit is None or fit.method == "none":
            return None
        if fit.method == "platt":
            return fit.slope * score + fit.intercept
        place = self.bin_of(key, score)
        slope = place.slope_below if score < place.centre_score else place.slope_above
        return float(logit(place.smoothed_rate)) + slope * (score - place.centre_score)

    def chance(self, key, score, age):
        """Chance to convert; None where there is none."""
        if (key, score, age) not in self._chances:
            log_odds = self.log_odds(key, score)
            offset = self.age_offsets.get((*key, age))
            self._chances[key, score, age] = (
                None
                if log_odds is None
                else float(expit(log_odds + (offset.age_log_odds if offset else 0)))
            )
        return self._chances[key, score, age]

    def chances(self, key, series):
        """Chances of all rows of a series; None without a calibration."""
        said = [
            self.chance(key, *row)
            for row in zip(series.scores.tolist(), series.ages.tolist(), strict=True)
        ]
        return None if None in said else np.array(said)


def shared_out(values, quantity, parts=TENTHS):
    """A quantity of rows in equally many rows by value, lowest first; ties share their places.

    Args:
        values: What the rows are put in order by.
        quantity: A number of each row.
        parts: Number of parts.

    Returns:
        An array of parts x rows, in which each cell stands for a share of a row.
    """
    _, ties = np.unique(values, return_inverse=True)
    means = np.bincount(ties, weights=quantity) / np.bincount(ties)
    return np.repeat(means[np.sort(ties)], parts).reshape(parts, len(values))


def middle_bins(values, bins):
    """The bin of each value when bins hold equally many and equal values stay together."""
    ordered = np.sort(values)
    middles = (np.searchsorted(ordered, values) + np.searchsorted(ordered, values, "right")) / 2
    return np.floor(middles * bins / len(values)).astype(int) + 1


def wilson(successes, trials):
    """Interval of a rate; None twice without trials."""
    if trials == 0:
        return None, None
    alpha = 2 * stats.norm.sf(SETTINGS["confidence_z"])
    low, high = proportion_confint(successes, trials, alpha=alpha, method="wilson")
    return float(low), float(high)


def design_effect(conversions):
    """How many conversions the lead of a conversion has on average (Kish 1965).

    None without any conversion.
    """
    counts = np.asarray(conversions, dtype=float)
    return float((counts**2).sum() / counts.sum()) if counts.sum() else None


def clustering(series):
    """Design effect of the rows of a series, of leads of equal size without any conversion."""
    of_leads = np.bincount(np.unique(series.leads, return_inverse=True)[1], series.labels)
    return design_effect(of_leads) or len(series.leads) / len(of_leads)


def interval(samples):
    """Lowest and highest sample once the share in either tail is cut off."""
    ordered = sorted(samples)
    if not ordered:
        return None, None
    tail = SETTINGS["interval_tail_share"]
    cut = math.floor(len(ordered) * tail)
    return ordered[cut], ordered[-1 - cut]


@pytest.fixture(scope="module")
def tables(demo):
    return Tables(demo)


@pytest.fixture(scope="module")
def templates():
    return Templates(PROJECT, VARS, {})


@pytest.fixture
def memory():
    """An empty DuckDB with the settings of the statistics."""
    with duckdb.connect(":memory:") as connection:
        columns = ", ".join(
            f"{value:.0f} as {name}" if value.is_integer() else f"{value!r}::double as {name}"
            for name, value in SETTINGS.items()
        )
        connection.execute(f"create table stg_config__evaluation_settings as select {columns}")
        connection.execute("""
            create table stg_config__fitted_scorecards (
                scorecard_id varchar,
                calibration varchar,
                anchor_score decimal(18, 2),
                points_to_double_odds double
            )
        """)
        yield connection


# Labels and splits --------------------------------------------------------------------------------


def test_label_is_a_conversion_after_the_day_and_within_the_horizon(tables):
    expected = {}
    for row in tables["backtest_rows"]:
        is_customer = SCORECARDS[row.scorecard_id].population == "customers"
        name = "won" if is_customer else VARS["conversion_outcome"]
        later = [
            event
            for event in tables.outcomes[row.lead_id, name]
            if row.as_of_date < event[0] <= row.as_of_date + HORIZON
        ]
        first = min((day for day, _ in later), default=None)
        amounts = [amount for day, amount in later if day == first and amount is not None]
        expected[row.lead_id, row.as_of_date, row.scorecard_id] = (
            first is not None,
            first,
            first and (first - row.as_of_date).days,
            max(amounts, default=None),
        )
    columns = "is_converted converted_date days_to_conversion conversion_amount"
    actual = cells(tables["backtest_rows"], "lead_id as_of_date scorecard_id", columns)
    assert actual == expected
    assert sum(row[0] for row in expected.values()) > 50


def test_each_lead_is_judged_at_each_of_its_ages_by_each_of_its_scorecards(tables):
    expected = {}
    for period in tables["int_outcomes__population_periods"]:
        births = [period.created_date]
        if period.population == "customers":
            births = {day for day, _ in tables.outcomes[period.lead_id, "won"]}
        for birth in births:
            for age in AGES:
                day = birth + age * DAY
                if not period.starts_on <= day < period.ends_on or day > tables.today:
                    continue
                # A customer's age counts from the last purchase.
                if period.population == "customers" and any(
                    birth < later <= day for later in births
                ):
                    continue
                for name, card in SCORECARDS.items():
                    in_segment = card.segment_id in (
                        "",
                        *tables.members[period.lead_id, day],
                    )
                    if card.population == period.population and in_segment:
                        expected[period.lead_id, day, name] = (age, day.replace(day=1), card.role)
    columns = "lead_age_days cohort_month scorecard_role"
    actual = cells(tables["backtest_rows"], "lead_id as_of_date scorecard_id", columns)
    assert actual == expected


def test_test_days_are_the_latest_share_of_the_known_days_behind_a_gap(tables):
    first = min(row.as_of_date for row in tables["score_spine"] if row.is_backtest)
    last_known = tables.today - HORIZON
    days = (last_known - first).days + 1
    test_from = last_known - (math.ceil(days * VARS["backtest_test_share"]) - 1) * DAY
    gap_from = test_from - HORIZON
    splits = {row.split: (row.starts_on, row.ends_on) for row in tables["backtest_splits"]}
    assert splits == {
        "train": (first, gap_from - DAY),
        "gap": (gap_from, test_from - DAY),
        "test": (test_from, last_known),
        "not_yet_known": (last_known + DAY, None),
    }
    assert splits["train"][1] + HORIZON < splits["test"][0]


def test_every_row_is_in_the_split_of_its_day_and_none_with_an_open_horizon_is_judged(tables):
    dates = {row.split: row.starts_on for row in tables["backtest_splits"]}
    expected = {}
    for row in tables["backtest_rows"]:
        day = row.as_of_date
        if day + HORIZON > tables.today:
            split = "not_yet_known"
        elif day >= dates["test"]:
            split = "test"
        else:
            split = "train" if day + HORIZON < dates["test"] else "gap"
        expected[row.lead_id, day, row.scorecard_id] = split
    key = "lead_id as_of_date scorecard_id"
    actual = {
        name: split for name, (split,) in cells(tables["backtest_rows"], key, "split").items()
    }
    assert actual == expected
    assert set(Counter(expected.values())) == {"train", "gap", "test", "not_yet_known"}
    judged = [vars(row) for row in tables["backtest_rows"] if row.split != "not_yet_known"]
    order = ("lead_id", "as_of_date", "scorecard_id")
    assert sorted(judged, key=lambda row: [row[name] for name in order]) == sorted(
        map(vars, tables["backtest"]), key=lambda row: [row[name] for name in order]
    )


def test_rows_not_yet_known_are_counted_neither_as_conversions_nor_as_failures(tables):
    expected = {}
    groups = by_key(tables["backtest_rows"], "scorecard_id", "cohort_month")
    for key, rows in groups.items():
        known = [row for row in rows if row.as_of_date + HORIZON <= tables.today]
        unknown = [row for row in rows if row.as_of_date + HORIZON > tables.today]
        expected[key] = (
            len(rows),
            len(known),
            len(unknown),
            sum(row.is_converted for row in known),
            sum(row.is_converted for row in unknown),
        )
    columns = "scored_rows mature_rows not_yet_known_rows conversions conversions_so_far"
    agree(cells(tables["backtest_maturity"], "scorecard_id cohort_month", columns), expected)
    assert sum(row[2] for row in expected.values()) > 0


def test_what_ranks_a_row_is_the_published_score_of_its_day(tables):
    judged, days = {}, "select distinct lead_id, as_of_date from backtest"
    for name in ("score_totals", "score_dimension_totals"):
        judged[name] = tables.query(
            f"select * from {name} inner join ({days}) using (lead_id, as_of_date)"
        )
    totals = cells(judged["score_totals"], "scorecard_id lead_id as_of_date", "score band")
    points = cells(
        judged["score_dimension_totals"],
        "scorecard_id dimension lead_id as_of_date",
        "points band",
    )
    dimensions = {
        (row.scorecard_id, row.dimension) for row in seed_rows("scorecards/score_dimensions")
    }
    expected = {}
    for row in tables["backtest"]:
        day = (row.lead_id, row.as_of_date)
        score, band = totals[row.scorecard_id, *day]
        assert (row.score, row.band) == (score, band)
        expected[row.scorecard_id, "total", *day] = (float(score), band, row.is_converted)
        for scorecard, dimension in dimensions:
            if scorecard == row.scorecard_id:
                score, band = points[scorecard, dimension, *day]
                expected[scorecard, dimension, *day] = (float(score), band, row.is_converted)
    ranked = [row for row in tables["backtest_scores"] if not row.is_baseline]
    actual = cells(ranked, "scorecard_id dimension lead_id as_of_date", "score band is_converted")
    assert actual == expected


# How well a score ranks ---------------------------------------------------------------------------


def metrics(tables, columns):
    return cells(tables["scorecard_metrics"], "scorecard_id dimension split", columns)


def own_series(tables):
    """Series that are measured: all but the baselines."""
    return {key: series for key, series in tables.series.items() if not series.is_baseline}


def test_counts_and_base_rate_of_each_ranking(tables):
    expected = {
        key: (len(series.rows), len(set(series.leads)), int(series.labels.sum()), rate, gain)
        for key, series in own_series(tables).items()
        for rate in [float(series.labels.mean())]
        for gain in [rate * (1 - rate)]
    }
    columns = "scored_rows leads conversions base_rate brier_uncertainty"
    agree(metrics(tables, columns), expected)
    assert len(expected) > 20


def test_auc_and_gini_equal_scikit_learn(tables):
    expected = {}
    for key, series in own_series(tables).items():
        auc = None
        if series.has_both_kinds:
            auc = float(roc_auc_score(series.labels, series.scores))
        expected[key] = (auc, auc and 2 * auc - 1)
    agree(metrics(tables, "auc gini"), expected)
    # Ties have to count half: without any the test would not see it.
    assert any(len(set(series.scores)) < len(series.rows) / 5 for series in tables.series.values())


def test_kolmogorov_smirnov_equals_scipy(tables):
    expected = {}
    for key, series in own_series(tables).items():
        distance = None
        if series.has_both_kinds:
            won, other = series.scores[series.labels == 1], series.scores[series.labels == 0]
            distance = float(stats.ks_2samp(won, other, method="asymp").statistic)
        expected[key] = (distance,)
    agree(metrics(tables, "ks"), expected)


def test_area_under_precision_and_recall_equals_scikit_learn(tables):
    expected = {
        key: (
            float(average_precision_score(series.labels, series.scores))
            if series.labels.any()
            else None,
        )
        for key, series in own_series(tables).items()
    }
    agree(metrics(tables, "pr_auc"), expected)


# How true chances are -----------------------------------------------------------------------------


def test_chance_of_every_score_follows_from_its_calibration(tables):
    expected = {}
    for row in tables["backtest_scores"]:
        key = (row.scorecard_id, row.dimension, row.split, row.lead_age_days, row.score)
        counts = expected.setdefault(key, [0, 0])
        counts[0] += 1
        counts[1] += row.is_converted
    expected = {
        (scorecard, dimension, split, age, score): (
            *counts,
            tables.chance((scorecard, dimension), score, age),
        )
        for (scorecard, dimension, split, age, score), counts in expected.items()
    }
    actual = cells(
        tables["score_chances"],
        "scorecard_id dimension split lead_age_days score",
        "scored_rows conversions chance",
    )
    agree(actual, expected)
    assert {row.method for row in tables["score_calibration"]} == {"platt", "binned", "none"}


def test_brier_score_and_log_loss_equal_scikit_learn(tables):
    expected = {}
    for key, series in own_series(tables).items():
        chances = tables.chances(key[:2], series)
        if chances is None:
            expected[key] = (None, None, None)
            continue
        brier = float(brier_score_loss(series.labels, chances, labels=[0, 1]))
        rate = float(series.labels.mean())
        skill = 1 - brier / (rate * (1 - rate)) if series.has_both_kinds else None
        loss = float(log_loss(series.labels, chances, labels=[0, 1]))
        expected[key] = (brier, skill, loss)
    agree(metrics(tables, "brier brier_skill log_loss"), expected)
    assert sum(row[0] is not None for row in expected.values()) > 10


def test_brier_score_is_reliability_less_resolution_plus_uncertainty(tables):
    """Resolution with what chances differ within bins (Stephenson, Coelho and Jolliffe 2008)."""
    bins = int(SETTINGS["chance_bins"])
    actual = metrics(
        tables, "brier brier_reliability brier_resolution brier_uncertainty ece_equal_mass"
    )
    expected = {}
    for key, series in own_series(tables).items():
        chances = tables.chances(key[:2], series)
        if chances is None:
            assert actual[key][1:3] == (None, None)
            continue
        said = shared_out(chances, chances, bins)
        came = shared_out(chances, series.labels, bins)
        gaps = said.mean(axis=1) - came.mean(axis=1)
        between = np.mean((came.mean(axis=1) - series.labels.mean()) ** 2)
        spread = said - said.mean(axis=1, keepdims=True)
        within = 2 * np.mean(spread * came) - np.mean(spread**2)
        expected[key] = (
            float(np.mean(gaps**2)),
            float(between + within),
            float(np.mean(np.abs(gaps))),
        )
        brier, reliability, resolution, uncertainty, _ = actual[key]
        assert near(reliability - resolution + uncertainty, brier)
    agree({key: (actual[key][1], actual[key][2], actual[key][4]) for key in expected}, expected)


def test_calibration_error_in_bins_of_equal_width(tables):
    bins = int(SETTINGS["chance_bins"])
    expected = {}
    for key, series in own_series(tables).items():
        chances = tables.chances(key[:2], series)
        error = None
        if chances is not None:
            places = np.minimum((chances * bins).astype(int), bins - 1)
            error = sum(
                abs(chances[places == place].sum() - series.labels[places == place].sum())
                for place in range(bins)
            ) / len(chances)
        expected[key] = (error and float(error),)
    agree(metrics(tables, "ece_equal_width"), expected)


def test_reliability_shows_what_was_said_beside_what_came(tables):
    bins = int(SETTINGS["chance_bins"])
    expected = {}
    for key, series in tables.series.items():
        chances = tables.chances(key[:2], series)
        if chances is None:
            continue
        said = shared_out(chances, chances, bins).mean(axis=1)
        came = shared_out(chances, series.labels, bins).mean(axis=1)
        size = len(chances) / bins
        won = series.labels == 1
        repeats = []
        ties = np.unique(chances, return_inverse=True)[1]
        leads = np.unique(series.leads, return_inverse=True)[1]
        for in_bin in shared_out(chances, ties, bins).round().astype(int):
            shares = np.bincount(in_bin, minlength=max(ties) + 1) / np.bincount(ties) / bins
            repeats.append(design_effect(np.bincount(leads[won], shares[ties[won]])))
        known = [max(repeat, 1) for repeat in repeats if repeat]
        for place in range(bins):
            # Rows of one lead are one piece of evidence.
            repeat = max(repeats[place] or max(known, default=1), 1)
            expected[*key, place + 1] = (
                size,
                float(came[place] * size),
                float(said[place]),
                float(came[place]),
                *wilson(came[place] * size / repeat, size / repeat),
            )
    actual = cells(
        tables["score_reliability"],
        "scorecard_id dimension split bin",
        "scored_rows conversions mean_chance conversion_rate conversion_rate_low"
        " conversion_rate_high",
    )
    agree(actual, expected)


# Tenths -------------------------------------------------------------------------------------------


def tenth_rates(series):
    """Conversion rate of each tenth, best scores first."""
    return shared_out(-series.scores, series.labels).mean(axis=1)


def test_gains_share_equal_scores_out_over_tenths(tables):
    expected = {}
    for key, series in tables.series.items():
        rates = tenth_rates(series)
        best_first = np.repeat(-np.sort(-series.scores), TENTHS).reshape(TENTHS, -1)
        base, size = series.labels.mean(), len(series.rows) / TENTHS
        for tenth, rate in enumerate(rates):
            captured = rates[: tenth + 1].sum() / rates.sum() if base else None
            share = (tenth + 1) / TENTHS
            expected[*key, tenth + 1] = (
                size,
                float(rate * size),
                float(best_first[tenth].min()),
                float(best_first[tenth].max()),
                float(rate),
                float(rate / base) if base else None,
                share,
                captured and float(captured),
                captured and float(captured / share),
            )
    columns = (
        "scored_rows conversions min_score max_score conversion_rate lift cumulative_rows_share"
        " cumulative_conversion_share cumulative_lift"
    )
    actual = cells(tables["score_gains"], "scorecard_id dimension split decile", columns)
    agree(actual, expected)
    for key, series in tables.series.items():
        last = actual[*key, TENTHS]
        assert near(last[6], 1.0)
        assert last[7] is None if not series.labels.any() else near(last[7], 1.0)


def test_lift_of_the_best_tenth_and_breaks_of_the_order(tables):
    expected = {}
    for key, series in own_series(tables).items():
        rates = tenth_rates(series)
        base = series.labels.mean()
        breaks = int(np.sum(rates[1:] > rates[:-1] + 1e-12))
        expected[key] = (float(rates[0] / base) if base else None, breaks)
    agree(metrics(tables, "top_decile_lift rank_order_breaks"), expected)
    assert any(breaks for _, breaks in expected.values())


# From score to chance -----------------------------------------------------------------------------


def train_series(tables):
    return {key[:2]: series for key, series in tables.series.items() if key[2] == "train"}


def fitted(series):
    """Maximum-likelihood curve with its covariance when the rows of a lead hang together."""
    groups = np.unique(series.leads, return_inverse=True)[1]
    return sm.Logit(series.labels, sm.add_constant(series.scores)).fit(
        disp=0,
        tol=1e-12,
        cov_type="cluster",
        cov_kwds={"groups": groups, "use_correction": False},
    )


def test_curve_and_its_covariance_equal_statsmodels(tables):
    actual = cells(
        [row for row in tables["score_logistic_fits"] if row.is_converged],
        "scorecard_id dimension",
        "scored_rows conversions slope intercept slope_variance intercept_variance"
        " slope_intercept_covariance",
    )
    expected = {}
    for key, series in train_series(tables).items():
        by_score = [
            (score, 1, label) for score, label in zip(series.scores, series.labels, strict=True)
        ]
        if not has_finite_curve(by_score):
            continue
        fit = fitted(series)
        covariance = fit.cov_params()
        expected[key] = (
            len(series.rows),
            int(series.labels.sum()),
            *map(float, fit.params[::-1]),
            float(covariance[1, 1]),
            float(covariance[0, 0]),
            float(covariance[0, 1]),
        )
    assert len(expected) > 10
    agree(actual, expected, 1e-7)
    agree({key: row[:4] for key, row in actual.items()}, {k: v[:4] for k, v in expected.items()})


def test_rising_rates_equal_isotonic_regression_on_the_bins(tables):
    bins = int(SETTINGS["chance_bins"])
    fits = {(row.scorecard_id, row.dimension): row for row in tables["score_logistic_fits"]}
    expected = {}
    for key, series in train_series(tables).items():
        places = middle_bins(series.scores, bins)
        used = np.unique(places)
        sizes = np.array([np.sum(places == place) for place in used])
        won = np.array([series.labels[places == place].sum() for place in used])
        starts = [float(series.scores[places == place].min()) for place in used]
        rising = IsotonicRegression().fit_transform(used, won / sizes, sample_weight=sizes)
        # Pools of one rising rate, each with one row more that converts like all.
        pools = np.unique(np.round(rising, 12), return_inverse=True)[1]
        base = won.sum() / sizes.sum()
        pool_sizes = np.bincount(pools, sizes)
        pooled = (np.bincount(pools, won) + base) / (pool_sizes + 1)
        smooth = np.maximum.accumulate(pooled)
        sums = [series.scores[places == place].sum() for place in used]
        centres = np.bincount(pools, sums) / pool_sizes
        fit = fits[key]
        curve = fit.slope if fit.is_converged and fit.slope > 0 else 0.0
        rises = np.diff(logit(smooth)) / np.diff(centres)
        # The flatter of curve and neighbour at both ends; a single rate has no neighbour.
        below = [min(curve, rises[0]) if len(rises) else 0.0, *rises]
        above = [*rises, min(curve, rises[-1]) if len(rises) else 0.0]
        for at, place in enumerate(used):
            pool = pools[at]
            cases = pool_sizes[pool] * smooth[pool] * (1 - smooth[pool])
            expected[*key, int(place)] = (
                starts[at] if at else None,
                starts[at + 1] if at + 1 < len(used) else None,
                int(sizes[at]),
                int(won[at]),
                float(rising[at]),
                float(smooth[pool]),
                # Where nobody or everybody converted there are no log odds.
                float(clustering(series) / cases) if cases > 0 else None,
                float(centres[pool]),
                float(below[pool]),
                float(above[pool]),
            )
    actual = cells(
        tables["score_calibration_bins"],
        "scorecard_id dimension bin",
        "from_score below_score scored_rows conversions monotone_rate"
        " smoothed_rate log_odds_variance centre_score slope_below slope_above",
    )
    agree(actual, expected)


def test_hosmer_lemeshow_chooses_the_curve_or_the_bins(tables):
    fits = {(row.scorecard_id, row.dimension): row for row in tables["score_logistic_fits"]}
    expected = {}
    for key, series in train_series(tables).items():
        fit = fits[key]
        chances = expit(fit.slope * series.scores + fit.intercept)
        places = middle_bins(series.scores, int(SETTINGS["chance_bins"]))
        statistic = 0.0
        for place in np.unique(places):
            said = chances[places == place]
            miss = series.labels[places == place].sum() - said.sum()
            statistic += miss**2 / (said.sum() * (1 - said.mean()))
        leads = np.array(series.leads)
        won, other = (len(np.unique(leads[series.labels == label])) for label in (1, 0))
        # Rows of one lead convert together (Rao and Scott 1981).
        statistic = float(statistic / clustering(series))
        freedom = len(np.unique(places)) - 2
        rare = stats.norm.sf(SETTINGS["calibration_misfit_z"])
        limit = float(stats.chi2.isf(rare, freedom)) if freedom > 0 else None
        # The models come close to the chi-square (Wilson and Hilferty 1931).
        assert near(tables.calibrations[key].misfit_limit, limit, 0.05)
        is_misfit = limit is not None and bool(statistic > limit)
        if min(won, other) < SETTINGS["calibration_min_conversions"]:
            method = "none"
        elif is_misfit or not fit.is_converged or fit.slope <= 0:
            method = "binned"
        else:
            method = "platt"
        expected[key] = (statistic, is_misfit, method, fit.slope, fit.intercept)
    columns = "misfit_chi_square is_misfit method slope intercept"
    agree(cells(tables["score_calibration"], "scorecard_id dimension", columns), expected)


def age_offset(log_odds, conversions, rows):
    """Most likely offset under the prior, and its variance."""
    precision = SETTINGS["lead_age_prior_sd"] ** -2
    root = optimize.brentq(
        lambda offset: np.sum(conversions - rows * expit(log_odds + offset)) - offset * precision,
        -100,
        100,
        xtol=1e-14,
    )
    chances = expit(log_odds + root)
    return float(root), float(1 / (np.sum(rows * chances * (1 - chances)) + precision))


def test_offsets_of_ages_are_the_root_of_the_penalised_likelihood(tables):
    expected = {}
    for key, series in train_series(tables).items():
        if tables.calibrations[key].method == "none":
            continue
        log_odds = np.array([tables.log_odds(key, score) for score in series.scores.tolist()])
        for age in set(series.ages.tolist()):
            of_age = series.ages == age
            expected[*key, age] = (
                int(of_age.sum()),
                int(series.labels[of_age].sum()),
                *age_offset(log_odds[of_age], series.labels[of_age], 1),
            )
    columns = "scored_rows conversions age_log_odds age_variance"
    key = "scorecard_id dimension lead_age_days"
    agree(cells(tables["score_calibration_ages"], key, columns), expected)


# Bands and intervals of rates ---------------------------------------------------------------------


def test_band_counts_rates_and_order_in_every_slice(tables):
    order = defaultdict(list)
    for row in seed_rows("scorecards/score_bands"):
        start = Decimal(row.min_points) if row.min_points else None
        order[row.scorecard_id, row.dimension].append((start, row.band))
    for bands in order.values():
        bands.sort(key=lambda band: -math.inf if band[0] is None else float(band[0]), reverse=True)

    slices = defaultdict(list)
    for row in tables["backtest_scores"]:
        if not row.is_baseline:
            for name, value in (
                ("all", "all"),
                ("split", row.split),
                ("cohort_month", str(row.cohort_month)),
                ("lead_age", str(row.lead_age_days)),
            ):
                slices[row.scorecard_id, row.dimension, name, value].append(row)

    expected = {}
    for key, rows in slices.items():
        in_band = by_key(rows, "band")
        all_won = sum(row.is_converted for row in rows)
        better_rate = None
        for rank, (start, band) in enumerate(order[key[:2]], 1):
            members = in_band.get((band,), [])
            won = [row for row in members if row.is_converted]
            rate = len(won) / len(members) if members else None
            amounts = {
                (row.lead_id, row.as_of_date + datetime.timedelta(days=row.days_to_conversion)): (
                    row.conversion_amount
                )
                for row in won
                if row.conversion_amount is not None
            }.values()
            leads, won_leads = ({row.lead_id for row in some} for some in (members, won))
            # Rows of one lead are one piece of evidence.
            repeats = design_effect(list(Counter(row.lead_id for row in won).values()))
            repeats = repeats or len(members) / max(len(leads), 1)
            expected[*key, band] = (
                rank,
                start,
                len(members),
                len(leads),
                len(won),
                len(won_leads),
                rate,
                *(wilson(len(won) / repeats, len(members) / repeats) if members else (None, None)),
                rate / (all_won / len(rows)) if members and all_won else None,
                len(won) / all_won if all_won else None,
                float(median(row.days_to_conversion for row in won)) if won else None,
                sum(amounts) if amounts else None,
                rate is not None and better_rate is not None and rate > better_rate,
            )
            better_rate = rate if members else better_rate
    actual = cells(
        tables["band_performance"],
        "scorecard_id dimension slice slice_value band",
        "band_rank min_points scored_rows leads conversions converted_leads conversion_rate"
        " conversion_rate_low conversion_rate_high lift conversion_share"
        " median_days_to_conversion conversion_amount is_rank_order_break",
    )
    agree(actual, expected)
    assert any(row[2] == 0 for row in actual.values()), "no band was empty"
    assert any(row[-1] for row in actual.values()), "no break of the order"
    # Nobody is in two bands or in none.
    assert sum(row[2] for key, row in actual.items() if key[2] == "all") == len(
        [row for row in tables["backtest_scores"] if not row.is_baseline]
    )


def wilson_query(templates, source):
    low, high = (templates.call("wilson_bound", "k", "n", "z", side) for side in "-+")
    return f"select k, n, {low} as low, {high} as high from {source}"


def test_wilson_interval_of_none_and_of_all(templates, memory):
    memory.execute(
        "create table rates as select *, 1.959963984540054::double as z from ("
        "select 0 as k, n from range(1, 300) as counts(n)"
        " union all select n as k, n from range(1, 300) as counts(n))"
    )
    bounds = {(row.k, row.n): (row.low, row.high) for row in read(
        memory, wilson_query(templates, "rates")
    )}  # fmt: skip
    agree(bounds, {(k, n): wilson(k, n) for k, n in bounds})
    assert bounds[0, 50] == pytest.approx((0, 0.0713), abs=5e-5)
    assert bounds[3, 3] == pytest.approx((0.4385, 1), abs=5e-5)


# Bootstrap ----------------------------------------------------------------------------------------


def drawn(tables):
    """How often each lead is in each replicate."""
    groups = {row.lead_id: row.lead_group for row in tables["bootstrap_leads"]}
    weights = cells(tables["bootstrap_weights"], "replicate lead_group", "weight")
    return lambda replicate, lead_id: weights.get((replicate, groups[lead_id]), (0,))[0]


def test_every_lead_is_drawn_as_a_whole_and_as_often_as_others(tables):
    groups = defaultdict(set)
    for row in tables["bootstrap_leads"]:
        groups[row.lead_id].add(row.lead_group)
    assert set(groups) == {row.lead_id for row in tables["backtest"]}
    assert all(len(names) == 1 for names in groups.values())
    sizes = Counter(row.lead_group for row in tables["bootstrap_leads"])
    assert len(sizes) == min(len(groups), SETTINGS["bootstrap_lead_groups"])
    assert max(sizes.values()) - min(sizes.values()) <= 1


def test_weights_are_poisson_numbers_of_mean_one(tables):
    groups = sorted({row.lead_group for row in tables["bootstrap_leads"]})
    replicates = int(SETTINGS["bootstrap_replicates"])
    names = [(replicate, group) for replicate in range(1, replicates + 1) for group in groups]
    uniforms = np.array([hash_share(*name) for name in names])
    weights = np.minimum(stats.poisson.ppf(uniforms, 1), 8).astype(int).tolist()
    expected = {name: (weight,) for name, weight in zip(names, weights, strict=True) if weight > 0}
    assert cells(tables["bootstrap_weights"], "replicate lead_group", "weight") == expected
    counts = Counter(min(weight, 5) for weight in weights)
    shares = [*stats.poisson.pmf(range(5), 1), stats.poisson.sf(4, 1)]
    seen = [counts[weight] for weight in range(6)]
    test = stats.chisquare(seen, [share * len(names) for share in shares])
    assert test.pvalue > 0.001
    # Replicates differ from each other, and so do groups.
    table = np.array(weights).reshape(replicates, len(groups))
    assert abs(np.mean(table.sum(axis=1)) / len(groups) - 1) < 0.02
    assert 0.5 < np.var(table.sum(axis=1)) / len(groups) < 1.5


def test_auc_of_a_replicate_equals_scikit_learn_with_the_weights_of_the_leads(tables):
    weight = drawn(tables)
    actual = cells(tables["scorecard_auc_samples"], "scorecard_id dimension split replicate", "auc")
    expected = {}
    for replicate in (1, 2, 77, int(SETTINGS["bootstrap_replicates"])):
        for key, series in own_series(tables).items():
            weights = np.array([weight(replicate, lead_id) for lead_id in series.leads])
            kept = weights > 0
            if len(set(series.labels[kept])) == 2:
                expected[*key, replicate] = (
                    float(
                        roc_auc_score(
                            series.labels[kept], series.scores[kept], sample_weight=weights[kept]
                        )
                    ),
                )
    replicates = {key[-1] for key in expected}
    agree({key: cell for key, cell in actual.items() if key[-1] in replicates}, expected)


def test_interval_of_auc_cuts_off_the_tails_of_its_samples(tables):
    groups = by_key(tables["scorecard_auc_samples"], "scorecard_id", "dimension", "split")
    expected = {
        key: interval([row.auc for row in groups.get(key, [])]) for key in own_series(tables)
    }
    agree(metrics(tables, "auc_low auc_high"), expected)
    for auc, low, high in metrics(tables, "auc auc_low auc_high").values():
        assert auc is None or low <= auc <= high


# Rules --------------------------------------------------------------------------------------------


def train_rows(tables):
    """Training rows of each scorecard with the chance that was said."""
    groups = defaultdict(list)
    for row in tables["backtest"]:
        if row.split == "train":
            chance = tables.chance((row.scorecard_id, "total"), float(row.score), row.lead_age_days)
            groups[row.scorecard_id].append(
                SimpleNamespace(
                    lead_id=row.lead_id,
                    day=row.as_of_date,
                    won=int(row.is_converted),
                    chance=chance,
                )
            )
    return groups


@pytest.fixture(scope="module")
def rule_rows(tables):
    """By scorecard and rule: training rows it is compared among, and those it fired for."""
    found = {}
    groups = train_rows(tables)
    for (scorecard, rule), seed in RULES.items():
        rows = groups[scorecard]
        hits = [row for row in rows if (scorecard, rule, row.lead_id, row.day) in tables.fired]
        if seed.segment_id:
            rows = [row for row in rows if seed.segment_id in tables.members[row.lead_id, row.day]]
        found[scorecard, rule] = (rows, hits)
    return found


def lead_sums(rows):
    """How many rows of each lead converted, and how many did not."""
    sums = defaultdict(lambda: [0, 0])
    for row in rows:
        sums[row.lead_id][1 - row.won] += 1
    return sums


def rows_of_one_piece(rows):
    """How many rows count as one piece of evidence; without conversions those of a lead."""
    if not rows:
        return None
    sums = lead_sums(rows)
    return design_effect([won for won, _ in sums.values()]) or len(rows) / len(sums)


def test_every_rule_is_there_with_what_converted_with_and_without_it(tables, rule_rows):
    moved = {
        key: sum(abs(tables.fired[*key, row.lead_id, row.day]) for row in hits)
        for key, (_, hits) in rule_rows.items()
    }
    expected = {}
    for key, (rows, hits) in rule_rows.items():
        won, fired_won = sum(row.won for row in rows), sum(row.won for row in hits)
        all_moved = sum(points for name, points in moved.items() if name[0] == key[0])
        points = [float(tables.fired[*key, row.lead_id, row.day]) for row in hits]
        rate = fired_won / len(hits) if hits else None
        expected[key] = (
            RULES[key].dimension,
            RULES[key].signal,
            len(rows),
            len(hits),
            len({row.lead_id for row in hits}),
            len(hits) / len(rows) if rows else None,
            won,
            fired_won,
            rate,
            (won - fired_won) / (len(rows) - len(hits)) if len(rows) > len(hits) else None,
            rate / (won / len(rows)) if hits and won else None,
            sum(points) / len(points) if hits else None,
            float(moved[key] / all_moved) if hits and all_moved else None,
        )
    columns = (
        "dimension signal scored_rows fired_rows fired_leads fired_share conversions"
        " fired_conversions fired_rate not_fired_rate lift points_now score_share"
    )
    agree(cells(tables["rule_performance"], "scorecard_id rule_id", columns), expected)
    assert {key for key, (_, hits) in rule_rows.items() if not hits} == {
        (row.scorecard_id, row.rule_id) for row in tables["rule_performance"] if row.fired_rows == 0
    }
    assert any(row.verdict == "never fires" for row in tables["rule_performance"])


def test_weight_of_evidence_and_information_value_of_rules(tables, rule_rows):
    expected = {}
    for key, (rows, hits) in rule_rows.items():
        won = sum(row.won for row in rows)
        lost = len(rows) - won
        fired_won = sum(row.won for row in hits)
        fired_lost = len(hits) - fired_won
        if not hits or not won or not lost:
            expected[key] = (None, None, None, None)
            continue
        pairs = [(fired_won, fired_lost), (won - fired_won, lost - fired_lost)]
        filled = [(e, n) if e and n else (e + 0.5, n + 0.5) for e, n in pairs]
        evidence = [math.log((e / won) / (n / lost)) for e, n in filled]
        value = sum(
            (e / won - n / lost) * woe for (e, n), woe in zip(filled, evidence, strict=True)
        )
        if fired_won and fired_lost:
            # By how much each lead moves the logarithm; those of one lead are added up.
            all_sums, fired_sums = lead_sums(rows), lead_sums(hits)
            moves = [
                fired_sums[lead_id][0] / fired_won - all_sums[lead_id][0] / won
                - fired_sums[lead_id][1] / fired_lost + all_sums[lead_id][1] / lost
                for lead_id in list(all_sums)
            ]  # fmt: skip
            variance = sum(move**2 for move in moves)
        else:
            e, n = filled[0]
            variance = (1 / e - 1 / won + 1 / n - 1 / lost) * rows_of_one_piece(hits)
        reach = SETTINGS["confidence_z"] * math.sqrt(max(variance, 0))
        expected[key] = (
            evidence[0],
            evidence[0] - reach,
            evidence[0] + reach,
            value if len(hits) < len(rows) else None,
        )
    columns = "woe woe_low woe_high iv"
    agree(cells(tables["rule_performance"], "scorecard_id rule_id", columns), expected)
    assert any(row[3] and row[3] > 0.02 for row in expected.values())


def test_interval_of_weight_of_evidence_is_that_of_leads_drawn_again(tables, rule_rows):
    """Where enough leads converted; with few of them errors come out a little small."""
    numbers = np.random.default_rng(1)
    widths = []
    # Rows of a table have no order, and what is drawn depends on it: rules and leads are sorted.
    for row in sorted(tables["rule_performance"], key=lambda row: (row.scorecard_id, row.rule_id)):
        key = (row.scorecard_id, row.rule_id)
        rows, hits = rule_rows[key]
        all_sums, fired_sums = lead_sums(rows), lead_sums(hits)
        converted = sum(won > 0 for won, _ in fired_sums.values())
        if converted < SETTINGS["rule_min_conversions"]:
            continue
        counts = np.array([fired_sums[lead_id] + all_sums[lead_id] for lead_id in sorted(all_sums)])
        draws = numbers.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), 4000)
        drawn_counts = draws @ counts
        if not drawn_counts.all():
            continue
        fired_won, fired_lost, won, lost = drawn_counts.T
        evidence = np.log(fired_won / won) - np.log(fired_lost / lost)
        error = (row.woe_high - row.woe_low) / 2 / SETTINGS["confidence_z"]
        widths.append(error / np.std(evidence))
    assert len(widths) >= 8
    assert 0.85 < min(widths) < max(widths) < 1.05


@pytest.fixture(scope="module")
def supported(tables, rule_rows):
    """By scorecard and rule: the points that evidence supports and the margin around them."""
    fits = {
        row.scorecard_id: row for row in tables["score_logistic_fits"] if row.dimension == "total"
    }
    precision = SETTINGS["rule_prior_sd"] ** -2
    found = {}
    for key, (_, hits) in rule_rows.items():
        fit = fits.get(key[0])
        said = [row.chance for row in hits]
        if not hits or None in said or not fit.is_converged or fit.slope <= 0:
            found[key] = (None, None)
            continue
        log_odds, won = logit(np.array(said)), np.array([row.won for row in hits])

        def gradient(shift, log_odds=log_odds, won=won):
            return np.sum(won - expit(log_odds + shift)) - shift * precision

        shift = optimize.brentq(gradient, -50, 50, xtol=1e-14)
        chances = expit(log_odds + shift)
        weight = np.sum(chances * (1 - chances)) + precision
        errors = defaultdict(float)
        for row, chance in zip(hits, chances, strict=True):
            errors[row.lead_id] += row.won - chance
        spread = math.sqrt(sum(error**2 for error in errors.values())) / weight
        error = max(spread, weight**-0.5)
        points = np.mean([float(tables.fired[*key, row.lead_id, row.day]) for row in hits])
        found[key] = (
            float(points + shift / fit.slope),
            float(SETTINGS["confidence_z"] * error / fit.slope),
        )
    return found


def test_supported_points_are_the_root_of_the_penalised_score_equation(tables, supported):
    expected = {
        key: (points, points and points - margin, points and points + margin)
        for key, (points, margin) in supported.items()
    }
    columns = "supported_points supported_points_low supported_points_high"
    agree(cells(tables["rule_performance"], "scorecard_id rule_id", columns), expected)
    assert sum(points is not None for points, _ in supported.values()) > 50


def verdicts(rule_rows, supported, performance, settings):
    """What is to be said of each rule by the figures of its row and other settings."""
    found = {}
    for row in performance:
        key = (row.scorecard_id, row.rule_id)
        rows, hits = rule_rows[key]
        points, margin = supported[key]
        said = [hit.chance for hit in hits]
        converted = len({hit.lead_id for hit in hits if hit.won})
        if hits and None not in said:
            converted = max(converted, sum(said) / rows_of_one_piece(hits))
        now = row.points_now
        if points is not None:
            margin *= settings["confidence_z"] / SETTINGS["confidence_z"]
        if rows and not hits:
            verdict = "never fires"
        elif (
            min(len(hits), len(rows) - len(hits)) < settings["rule_min_rows"]
            or converted < settings["rule_min_conversions"]
        ):
            verdict = "too little evidence"
        elif row.iv is not None and row.iv > settings["leak_information_value"]:
            verdict = "suspiciously strong"
        elif points is None:
            verdict = "too little evidence"
        elif (now > 0 and points + margin < 0) or (now < 0 and points - margin > 0):
            verdict = "wrong sign"
        elif abs(points - now) <= margin:
            verdict = "keep"
        else:
            verdict = "raise" if points > now else "lower"
        found[key] = (verdict,)
    return found


def test_verdict_on_a_rule_follows_from_its_figures(tables, rule_rows, supported):
    performance = tables["rule_performance"]
    expected = verdicts(rule_rows, supported, performance, SETTINGS)
    agree(cells(performance, "scorecard_id rule_id", "verdict"), expected)


def test_rules_are_ranked_by_what_a_change_would_move(tables, supported):
    urgency = ["suspiciously strong", "wrong sign", "raise", "keep", "too little evidence"]
    same = {"lower": "raise", "never fires": "too little evidence"}
    performance = tables["rule_performance"]
    for row in performance:
        points, _ = supported[row.scorecard_id, row.rule_id]
        moved = None if points is None else abs(points - row.points_now) * row.fired_share
        assert near(row.moved_points, moved)
    for (name,), rows in by_key(performance, "scorecard_id").items():
        ranked = sorted(
            rows,
            key=lambda row: (
                urgency.index(same.get(row.verdict, row.verdict)),
                -round(row.moved_points or 0, 6),
                -round(row.score_share or 0, 6),
                row.rule_id,
            ),
        )
        assert [row.review_rank for row in ranked] == list(range(1, len(rows) + 1)), name


def test_every_verdict_is_given_when_settings_ask_for_little(
    tables, rule_rows, supported, templates, memory
):
    eager = {
        "rule_min_rows": 1,
        "rule_min_conversions": 0,
        "confidence_z": 0.3,
        "leak_information_value": 0.15,
    }
    changes = ", ".join(f"{name} = {value}" for name, value in eager.items())
    memory.execute(f"update stg_config__evaluation_settings set {changes}")
    copy_tables(
        memory,
        tables,
        "backtest",
        "stg_config__rules",
        "stg_config__scorecards",
        "score_segment_members",
        "rule_firings",
        "score_logistic_fits",
    )
    make(memory, templates, "rule_evidence", "rule_shifts", "rule_performance")
    performance = read(memory, "select * from rule_performance")
    expected = verdicts(rule_rows, supported, performance, SETTINGS | eager)
    agree(cells(performance, "scorecard_id rule_id", "verdict"), expected)
    sentences = {(row.verdict, row.verdict_sentence) for row in performance}
    assert {verdict for verdict, _ in sentences} == {
        "keep",
        "raise",
        "lower",
        "wrong sign",
        "too little evidence",
        "never fires",
        "suspiciously strong",
    }
    assert len(sentences) == len({sentence for _, sentence in sentences}) == 7


# Comparison ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def naive_bayes(tables):
    """Log odds by champion, lead and day, by the formulas of the method."""
    start, groups = SETTINGS["naive_bayes_start_count"], int(SETTINGS["naive_bayes_number_bins"])
    ceiling = float(logit(1 - SETTINGS["naive_bayes_min_chance"]))
    found = {}
    for name in CHAMPIONS:
        rows = [row for row in tables["backtest"] if row.scorecard_id == name]
        won = sum(row.is_converted for row in rows if row.split == "train")
        lost = sum(not row.is_converted for row in rows if row.split == "train")
        if not won or not lost:
            continue
        sums = {(row.lead_id, row.as_of_date): math.log(won / lost) for row in rows}
        evidence = [row for row in tables["baseline_evidence"] if row.scorecard_id == name]
        for (_,), of_field in by_key(evidence, "field").items():
            learnt = [row for row in of_field if row.split == "train"]
            level = {row.value: row.value for row in of_field}
            try:
                numbers = {value: float(value) for value in level}
            except ValueError:
                if len({row.value for row in learnt}) > SETTINGS["naive_bayes_max_levels"]:
                    continue
            else:
                ordered = sorted(numbers[row.value] for row in learnt)
                for value, number in numbers.items():
                    middle = bisect.bisect_left(ordered, number) + bisect.bisect_right(
                        ordered, number
                    )
                    group = middle * groups // (2 * len(ordered)) if ordered else None
                    level[value] = min(group, groups - 1) if ordered else None
            counts = {level[row.value]: [start, start] for row in learnt}
            for row in learnt:
                counts[level[row.value]][0 if row.is_converted else 1] += 1
            all_won, all_lost = (sum(pair[side] for pair in counts.values()) for side in (0, 1))
            for row in of_field:
                if level[row.value] in counts:
                    e, n = counts[level[row.value]]
                    sums[row.lead_id, row.as_of_date] += math.log((e / all_won) / (n / all_lost))
        for key, log_odds in sums.items():
            found[name, *key] = min(max(log_odds, -ceiling), ceiling)
    return found


def test_naive_bayes_follows_its_formulas(tables, naive_bayes):
    actual = {
        (row.scorecard_id, row.lead_id, row.as_of_date): row.score
        for row in tables["baseline_scores"]
        if row.baseline == "naive_bayes"
    }
    agree(actual, naive_bayes)
    assert len({round(score, 6) for score in naive_bayes.values()}) > 100


def test_evidence_of_the_baselines_was_known_on_the_day(tables):
    """Counts of each kind of activity and days of silence, from the activities until the day."""
    listed = {row.activity_type for row in tables["stg_config__activity_types"]}
    listed -= {row.signal for row in tables["stg_config__learning_exclusions"]}
    kinds = listed & {
        row.activity_type for row in tables["int_activities__accepted"] if not row.is_bot
    }
    days = defaultdict(list)
    for row in tables["int_activities__accepted"]:
        if not row.is_bot:
            days[row.lead_id].append((row.occurred_date, row.activity_type))
    expected = {}
    for row in tables["backtest"]:
        if row.scorecard_id not in CHAMPIONS:
            continue
        key = (row.scorecard_id, row.lead_id, row.as_of_date)
        known = [
            (day, kind)
            for day, kind in days[row.lead_id]
            if day <= row.as_of_date and kind in kinds
        ]
        counts = Counter(kind for _, kind in known)
        for kind in kinds:
            expected[*key, f"events:{kind}"] = (str(counts[kind]),)
        if known:
            silence = (row.as_of_date - max(day for day, _ in known)).days
            expected[*key, "days_since_last_activity"] = (str(silence),)
    evidence = [
        row for row in tables["baseline_evidence"] if not row.field.startswith("attribute:")
    ]
    assert cells(evidence, "scorecard_id lead_id as_of_date field", "value") == expected


def test_attributes_of_the_baselines_are_those_of_the_day(tables):
    history = by_key(tables["int_leads__attribute_history"], "lead_id")
    excluded = {row.signal for row in tables["stg_config__learning_exclusions"]}
    expected = {
        (row.scorecard_id, row.lead_id, row.as_of_date, f"attribute:{entry.attribute}"): (
            entry.value.lower(),
        )
        for row in tables["backtest"]
        if row.scorecard_id in CHAMPIONS
        for entry in history.get((row.lead_id,), [])
        if entry.attribute not in excluded
        and entry.value is not None
        and entry.valid_from <= row.as_of_date < entry.valid_to
    }
    evidence = [row for row in tables["baseline_evidence"] if row.field.startswith("attribute:")]
    assert cells(evidence, "scorecard_id lead_id as_of_date field", "value") == expected


def test_recency_and_random_rank_by_what_their_names_say(tables):
    silences = {
        (row.scorecard_id, row.lead_id, row.as_of_date): -float(row.value)
        for row in tables["baseline_evidence"]
        if row.field == "days_since_last_activity"
    }
    expected = {}
    for row in tables["backtest"]:
        if row.scorecard_id in CHAMPIONS:
            key = (row.scorecard_id, row.lead_id, row.as_of_date)
            longest = min(score for name, score in silences.items() if name[0] == key[0])
            expected["recency", *key] = (silences.get(key, longest - 1),)
            expected["random", *key] = (hash_share("random", row.lead_id, row.as_of_date),)
    rows = [row for row in tables["baseline_scores"] if row.baseline != "naive_bayes"]
    agree(cells(rows, "baseline scorecard_id lead_id as_of_date", "score"), expected)


@pytest.fixture(scope="module")
def duels(tables):
    """By champion and contender: test rows as tuples of both scores, chances and lines."""
    backtest = {
        (row.scorecard_id, row.lead_id, row.as_of_date): row
        for row in tables["backtest"]
        if row.split == "test"
    }
    scores = {
        (row.scorecard_id, row.dimension, row.lead_id, row.as_of_date): row
        for row in tables["backtest_scores"]
        if row.split == "test"
    }
    contenders = {}
    for name in CHAMPIONS:
        card = SCORECARDS[name]
        for rival, other in SCORECARDS.items():
            if rival == name or other.population != card.population:
                continue
            if other.role == "challenger" or (card.segment_id and not other.segment_id):
                contenders[name, rival] = (other.role, rival, "total")
        for baseline in ("naive_bayes", "recency", "random"):
            contenders[name, baseline] = ("baseline", name, baseline)
    found = {}
    for (name, contender), (kind, scorecard, dimension) in contenders.items():
        rows = []
        for (owner, lead_id, day), row in backtest.items():
            other = scores.get((scorecard, dimension, lead_id, day))
            if owner != name or other is None:
                continue
            rows.append(
                SimpleNamespace(
                    lead_id=lead_id,
                    as_of_date=day,
                    won=row.is_converted,
                    champion=float(row.score),
                    contender=other.score,
                    champion_chance=tables.chance(
                        (name, "total"), float(row.score), row.lead_age_days
                    ),
                    contender_chance=tables.chance(
                        (scorecard, dimension), other.score, row.lead_age_days
                    ),
                    in_champion=row.is_mql,
                    in_contender=kind != "baseline" and backtest[scorecard, lead_id, day].is_mql,
                )
            )
        if kind == "baseline":
            # It hands over as many as the champion; equal scores are drawn by lot.
            best = sorted(
                rows,
                key=lambda row: (
                    -row.contender,
                    hash_share(row.lead_id, row.as_of_date),
                    row.lead_id,
                ),
            )
            for row in best[: sum(row.in_champion for row in rows)]:
                row.in_contender = True
        if rows:
            found[name, contender] = (kind, rows)
    return found


def loss(rows, side):
    said = [getattr(row, f"{side}_chance") for row in rows]
    if None in said:
        return None
    return float(log_loss([row.won for row in rows], said, labels=[False, True]))


def test_comparison_counts_who_changes_hands_on_the_same_rows(tables, duels):
    expected = {}
    for key, (kind, rows) in duels.items():
        swap_in = [row for row in rows if row.in_contender and not row.in_champion]
        swap_out = [row for row in rows if row.in_champion and not row.in_contender]
        expected[key] = (
            kind,
            len(rows),
            len({row.lead_id for row in rows}),
            sum(row.won for row in rows),
            len({row.lead_id for row in rows if row.won}),
            sum(row.in_champion for row in rows),
            sum(row.in_contender for row in rows),
            len(swap_in),
            sum(row.won for row in swap_in),
            len(swap_out),
            sum(row.won for row in swap_out),
            loss(rows, "champion"),
            loss(rows, "contender"),
        )
    columns = (
        "contender_type scored_rows leads conversions converted_leads champion_mql_rows"
        " contender_mql_rows swap_in_rows swap_in_conversions swap_out_rows swap_out_conversions"
        " champion_log_loss contender_log_loss"
    )
    agree(cells(tables["scorecard_comparison"], "scorecard_id contender_id", columns), expected)
    for kind, _, _, _, _, champion, contender, swap_in, _, swap_out, *_ in expected.values():
        if kind == "baseline":
            assert champion == contender
            assert swap_in == swap_out
    assert {kind for kind, *_ in expected.values()} == {"baseline", "challenger", "champion"}


def test_auc_difference_and_its_interval_come_from_the_same_leads_for_both(tables, duels):
    weight = drawn(tables)
    replicates = range(1, int(SETTINGS["bootstrap_replicates"]) + 1)
    # All 200 samples by the library for one pair, and the point estimate for every pair.
    slow_pair = ("b2b_saas_v1", "b2b_saas_v2")
    actual = cells(
        tables["scorecard_comparison"],
        "scorecard_id contender_id",
        "champion_auc contender_auc auc_difference auc_difference_low auc_difference_high"
        " verdict converted_leads",
    )
    expected = {}
    for key, (_, rows) in duels.items():
        won = np.array([row.won for row in rows])
        sides = [
            np.array([getattr(row, side) for row in rows]) for side in ("champion", "contender")
        ]
        champion, contender = (float(roc_auc_score(won, side)) for side in sides)
        differences = []
        for replicate in replicates:
            weights = np.array([weight(replicate, row.lead_id) for row in rows])
            kept = weights > 0
            if 0 < won[kept].sum() < kept.sum():
                of_sides = [weighted_auc(won[kept], side[kept], weights[kept]) for side in sides]
                differences.append(of_sides[1] - of_sides[0])
                if key == slow_pair and replicate % 20 == 0:
                    library = roc_auc_score(won, sides[1], sample_weight=weights)
                    assert near(of_sides[1], float(library))
        low, high = interval(differences)
        converted = len({row.lead_id for row in rows if row.won})
        if converted < SETTINGS["calibration_min_conversions"] or low is None:
            verdict = "too few conversions"
        elif low > 0:
            verdict = "better"
        else:
            verdict = "worse" if high < 0 else "no difference seen"
        expected[key] = (
            champion,
            contender,
            contender - champion,
            low,
            high,
            verdict,
            converted,
        )
    agree(actual, expected)
    assert slow_pair in expected
    for row in tables["scorecard_comparison"]:
        assert row.contender_id in row.verdict_sentence
        assert row.scorecard_id in row.verdict_sentence


def weighted_auc(won, scores, weights):
    """Share of weighted pairs in the right order, ties counting half."""
    _, ties = np.unique(scores, return_inverse=True)
    good = np.bincount(ties, weights=weights * won)
    bad = np.bincount(ties, weights=weights * ~won)
    return float(np.sum(good * (np.cumsum(bad) - bad / 2)) / (good.sum() * bad.sum()))


# Drift, capacity, amounts and today's chances -----------------------------------------------------


@pytest.fixture(scope="module")
def drift_periods(tables):
    """By scorecard: rows of the training days, and rows of each later month."""
    train_ends = next(row.ends_on for row in tables["backtest_splits"] if row.split == "train")
    found = {}
    for (name,), rows in by_key(tables["backtest_rows"], "scorecard_id").items():
        train = [row for row in rows if row.split == "train"]
        months = defaultdict(list)
        for row in rows:
            if row.cohort_month > train_ends:
                months[row.cohort_month].append(row)
        if train:
            found[name] = (train, months)
    return found


def stability(now, reference):
    """Population stability index of two lists of counts; half a row stands in for none."""
    shares = [np.maximum(counts, 0.5) / sum(counts) for counts in (now, reference)]
    return float(np.sum((shares[0] - shares[1]) * np.log(shares[0] / shares[1])))


def drift_status(rows, size, is_unknown=False):
    """The word for a stability index or a number of standard errors."""
    psi, z = rows
    if is_unknown:
        return "not yet known"
    if size < SETTINGS["drift_min_rows"]:
        return "too few rows"
    if psi is None and z is None:
        return "no chance to compare"
    kind, value = ("psi", psi) if psi is not None else ("rate_drift", abs(z))
    suffix = "_z" if psi is None else ""
    if value > SETTINGS[f"{kind}_major{suffix}"]:
        return "major"
    return "some" if value > SETTINGS[f"{kind}_some{suffix}"] else "none"


def drifts(tables, *kinds):
    rows = [row for row in tables["score_drift"] if row.drift_of in kinds]
    columns = "scored_rows reference_value value psi z status"
    return cells(rows, "scorecard_id month drift_of rule_id", columns)


def test_drift_of_score_and_rules_is_their_stability_index(tables, drift_periods):
    fired_days = defaultdict(set)
    for scorecard, rule, *day in tables.fired:
        fired_days[scorecard, rule].add(tuple(day))
    expected = {}
    for name, (train, months) in drift_periods.items():
        starts = [row.from_score for row in tables.bins[name, "total"][1:]]
        rules = [rule for scorecard, rule in RULES if scorecard == name]

        def places(rows, starts=starts):
            counts = Counter(bisect.bisect_right(starts, float(row.score)) for row in rows)
            return [counts[place] for place in range(len(starts) + 1)]

        def hits(rows, rule, name=name):
            fired = sum((row.lead_id, row.as_of_date) in fired_days[name, rule] for row in rows)
            return [fired, len(rows) - fired]

        of_train = {rule: hits(train, rule) for rule in rules}

        for month, rows in months.items():
            means = [float(sum(row.score for row in part) / len(part)) for part in (train, rows)]
            psi = stability(places(rows), places(train))
            status = drift_status((psi, None), len(rows))
            expected[name, month, "score", None] = (len(rows), *means, psi, None, status)
            for rule in rules:
                now, reference = hits(rows, rule), of_train[rule]
                psi = stability(now, reference)
                expected[name, month, "rule", rule] = (
                    len(rows),
                    reference[0] / len(train),
                    now[0] / len(rows),
                    psi,
                    None,
                    drift_status((psi, None), len(rows)),
                )
    agree(drifts(tables, "score", "rule"), expected)


def conversions_of_one_piece(rows):
    """The design effect of back-test rows; without conversions how many rows a lead has."""
    won = Counter(row.lead_id for row in rows if row.is_converted)
    return design_effect([*won.values()]) or len(rows) / len({row.lead_id for row in rows})


def test_drift_of_rates_is_told_in_standard_errors(tables, drift_periods):
    expected = {}
    for name, (train, months) in drift_periods.items():
        train_won = sum(row.is_converted for row in train)
        train_effect = conversions_of_one_piece(train)
        for month, rows in months.items():
            is_unknown = any(row.split == "not_yet_known" for row in rows)
            key = (name, month)
            if is_unknown:
                status = drift_status((None, None), len(rows), True)
                reference = train_won / len(train)
                expected[*key, "base_rate", None] = (
                    len(rows), reference, None, None, None, status
                )  # fmt: skip
                expected[*key, "calibration", None] = (len(rows), None, None, None, None, status)
                continue
            won = sum(row.is_converted for row in rows)
            pooled = (won + train_won) / (len(rows) + len(train))
            effect = conversions_of_one_piece(rows)
            error = math.sqrt(
                pooled * (1 - pooled) * (effect / len(rows) + train_effect / len(train))
            )
            z = (won / len(rows) - train_won / len(train)) / error if error else None
            expected[*key, "base_rate", None] = (
                len(rows),
                train_won / len(train),
                won / len(rows),
                None,
                z,
                drift_status((None, z), len(rows)),
            )
            said = [
                tables.chance((name, "total"), float(row.score), row.lead_age_days) for row in rows
            ]
            z = None
            if None not in said:
                error = math.sqrt(effect * sum(chance * (1 - chance) for chance in said))
                z = (won - sum(said)) / error
            expected[*key, "calibration", None] = (
                len(rows),
                sum(said) / len(rows) if None not in said else None,
                won / len(rows),
                None,
                z,
                drift_status((None, z), len(rows)),
            )
    agree(drifts(tables, "base_rate", "calibration"), expected)
    assert {row[-1] for row in expected.values()} >= {"not yet known", "too few rows"}


def test_capacity_is_filled_from_the_best_lead_down(tables):
    splits = {row.split: row for row in tables["backtest_splits"]}
    days = (splits["test"].ends_on - splits["test"].starts_on).days + 1
    step = SETTINGS["capacity_step_share"]
    team = sum(
        int(rep.daily_capacity)
        for rep in seed_rows("operations/sales_reps")
        if rep.is_active == "true"
    )
    expected = {}
    for name in CHAMPIONS:
        best = {}
        for row in sorted(tables["backtest"], key=lambda row: row.as_of_date):
            if row.scorecard_id == name and row.split == "test" and row.is_primary:
                held = best.get(row.lead_id)
                if held is None or row.score > held[0]:
                    best[row.lead_id] = (row.score, row.is_converted)
        all_wins = sum(won for _, won in best.values())
        wins_now = None
        for share in (1, 1 - step, 1 + step):
            room = team * share * days
            worked, line = [], None
            for score in sorted({score for score, _ in best.values()}, reverse=True):
                equal = [won for other, won in best.values() if other == score]
                if len(worked) + len(equal) > room:
                    break
                worked, line = worked + equal, score
            wins = sum(worked)
            wins_now = wins if share == 1 else wins_now
            expected[name, share] = (
                team * share,
                days,
                line,
                len(worked),
                wins,
                wins / len(worked) if worked else None,
                wins / all_wins if all_wins else None,
                all_wins - wins,
                wins - wins_now,
            )
    columns = (
        "leads_per_day test_days line_score worked_leads wins precision_share recall_share"
        " missed_wins extra_wins"
    )
    actual = cells(tables["capacity_line"], "scorecard_id capacity_share", columns)
    agree(actual, expected)
    for row in tables["capacity_line"]:
        figures = (row.line_score, row.wins, row.worked_leads, row.missed_wins)
        said = set(re.findall(r"\d+(?:\.\d+)?", row.sentence))
        assert row.line_score is None or {str(figure) for figure in figures} <= said


def test_lead_is_called_once_on_the_first_of_its_best_days(memory):
    """Days 1 to 3 of two leads: equal best scores on days 1 and 2, of which one converted."""
    memory.execute(
        "create table backtest as select 'card' as scorecard_id, 'champion' as scorecard_role,"
        " 'test' as split, true as is_primary, lead_id, date '2026-01-01' + day as as_of_date,"
        " cast(score as decimal(12, 2)) as score, is_converted from (values"
        " ('won', 0, 10, false), ('won', 1, 50, true), ('won', 2, 50, false),"
        " ('lost', 0, 10, true), ('lost', 1, 50, false), ('lost', 2, 50, true)"
        ") as t(lead_id, day, score, is_converted)"
    )
    memory.execute(
        "create table backtest_splits as select 'test' as split,"
        " date '2026-01-01' as starts_on, date '2026-01-03' as ends_on"
    )
    own = Templates(PROJECT, VARS | {"sales_capacity_leads_per_day": 1}, {})
    sql, _ = own.render(MODELS / "capacity_line.sql")
    (row,) = [row for row in read(memory, sql) if row.capacity_share == 1]
    assert (row.line_score, row.worked_leads, row.wins, row.missed_wins) == (50, 2, 1, 0)


def test_line_moves_with_what_sales_can_work(tables, memory):
    """Capacities so small that the best leads do not fit, and so large that all do."""
    copy_tables(memory, tables, "backtest", "backtest_splits", "stg_config__evaluation_settings")
    leads = len(
        {row.lead_id for row in tables["backtest"]
         if (row.scorecard_id, row.split, row.is_primary) == ("b2b_saas_v1", "test", True)}
    )  # fmt: skip
    worked = {}
    for capacity in (0.001, 0.1, 0.5, 1000):
        own = Templates(PROJECT, VARS | {"sales_capacity_leads_per_day": capacity}, {})
        sql, _ = own.render(MODELS / "capacity_line.sql")
        worked[capacity] = {
            row.capacity_share: row
            for row in read(memory, sql)
            if row.scorecard_id == "b2b_saas_v1"
        }
    smallest = worked[0.001][1]
    assert (smallest.line_score, smallest.worked_leads, smallest.wins) == (None, 0, 0)
    assert smallest.sentence.startswith("No line")
    counts = [rows[1].worked_leads for rows in worked.values()]
    assert counts == sorted(counts)
    assert counts[-1] == leads
    assert worked[1000][1].recall_share == 1
    assert worked[0.5][0.9].worked_leads <= worked[0.5][1].worked_leads
    assert worked[0.5][0.9].extra_wins <= 0 <= worked[0.5][1.1].extra_wins


@pytest.fixture(scope="module")
def amounts(tables):
    """By scorecard and segment, None for all leads: number, mean and shrunk mean of amounts."""
    prior = SETTINGS["amount_prior_conversions"]
    found = {}
    for name in SCORECARDS:
        groups = defaultdict(set)
        for row in tables["backtest"]:
            if row.scorecard_id == name and row.conversion_amount is not None:
                conversion = (row.lead_id, row.converted_date, row.conversion_amount)
                for segment in (None, *tables.members[row.lead_id, row.as_of_date]):
                    groups[segment].add(conversion)
        if None not in groups:
            continue
        mean = float(sum(amount for *_, amount in groups[None]) / len(groups[None]))
        for segment, conversions in groups.items():
            total = float(sum(amount for *_, amount in conversions))
            shrunk = (total + prior * mean) / (len(conversions) + prior)
            found[name, segment] = (
                len(conversions),
                total / len(conversions),
                shrunk if segment else mean,
            )
    return found


def test_amounts_of_small_segments_are_pulled_to_the_mean(tables, amounts):
    columns = "conversions mean_amount expected_amount"
    agree(cells(tables["segment_amounts"], "scorecard_id segment_id", columns), amounts)
    assert any(segment for _, segment in amounts)


def test_chances_of_todays_leads_follow_from_the_calibration(tables, amounts):
    half = 0.5e-6 * (1 + 1e-6)
    subjects = {
        (row.lead_id, row.scorecard_id): row for row in tables["score_subjects"] if row.is_current
    }
    worth = cells(tables["lead_chances"], "lead_id scorecard_id", "expected_amount")
    scored = 0
    for row in tables["lead_scores"]:
        key = (row.scorecard_id, "total")
        fit = tables.calibrations.get(key)
        chances = (
            row.conversion_chance,
            row.conversion_chance_low,
            row.conversion_chance_high,
        )
        if fit is None or fit.method == "none":
            assert chances == (None, None, None)
            assert row.expected_value is None
            continue
        score = float(row.score)
        age = subjects[row.lead_id, row.scorecard_id].lead_age_days
        group = max((known for known in AGES if known <= age), default=min(AGES))
        offset = tables.age_offsets.get((*key, group))
        log_odds = tables.log_odds(key, score)
        if fit.method == "platt":
            vector = np.array([score, 1])
            covariance = fit.slope_intercept_covariance
            variance = vector @ np.array(
                [[fit.slope_variance, covariance], [covariance, fit.intercept_variance]]
            ) @ vector  # fmt: skip
        else:
            place = tables.bin_of(key, score)
            variance = place.log_odds_variance
        if offset:
            log_odds += offset.age_log_odds
            variance += offset.age_variance
        reach = SETTINGS["confidence_z"] * math.sqrt(variance)
        expected = (expit(log_odds), expit(log_odds - reach), expit(log_odds + reach))
        for said, exact in zip(chances, expected, strict=True):
            assert abs(float(said) - exact) <= half
            assert said.as_tuple().exponent == -6
        assert 0 <= chances[1] <= chances[0] <= chances[2] <= 1

        segments = tables.members[row.lead_id, row.as_of_date]
        choices = sorted(
            (amounts[row.scorecard_id, segment][0], segment)
            for segment in segments
            if (row.scorecard_id, segment) in amounts
        )
        chosen = amounts.get((row.scorecard_id, choices[0][1] if choices else None))
        (amount,) = worth[row.lead_id, row.scorecard_id]
        if chosen is None:
            assert amount is None
            assert row.expected_value is None
            continue
        assert abs(float(amount) - chosen[2]) <= 0.005 * (1 + 1e-6)
        value = (chances[0] * amount).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert row.expected_value == value
        scored += 1
    assert scored > 100


def test_one_chance_per_lead_and_scorecard_of_today(tables):
    keys = Counter((row.lead_id, row.scorecard_id) for row in tables["lead_scores"])
    assert set(keys.values()) == {1}
    assert len(keys) == sum(row.is_current for row in tables["score_subjects"])


# Odd distributions, in DuckDB alone ---------------------------------------------------------------

# Score, rows and conversions; few different scores, so that ties are everywhere.
GROUPS = st.tuples(
    st.sampled_from([0, 1, 2, 3, -1, 0.01, 12.34, 100]),
    st.integers(1, 30),
    st.integers(0, 30),
).map(lambda group: (group[0], group[1], min(group[1], group[2])))
DISTRIBUTION = st.lists(GROUPS, min_size=1, max_size=6, unique_by=lambda group: group[0])
DISTRIBUTIONS = st.lists(DISTRIBUTION, min_size=1, max_size=8)
MANY_DISTRIBUTIONS = st.lists(DISTRIBUTION, min_size=30, max_size=60)
SOME = hypothesis.settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)


def distribution_values(distributions, change=lambda groups: groups):
    """SQL of several distributions, each under its number."""
    return ", ".join(
        f"({number}, {score!r}::double, {rows}, {conversions})"
        for number, groups in enumerate(distributions)
        for score, rows, conversions in change(groups)
    )


@SOME
@hypothesis.given(distributions=DISTRIBUTIONS)
def test_auc_of_odd_distributions_is_the_share_of_pairs(memory, templates, distributions):
    source = distribution_values(distributions)
    auc = templates.call("auc", "aucs", "source", ["number"])
    rows = read(
        memory,
        f"with source(number, score, scored_rows, conversions) as (values {source}), {auc}"
        " select * from aucs",
    )
    expected = {}
    for number, groups in enumerate(distributions):
        pairs = sum(e * (m - f) for _, _, e in groups for _, m, f in groups)
        right = sum(
            Fraction(e * (m - f), 1 if a > b else 2)
            for a, _, e in groups
            for b, m, f in groups
            if a >= b
        )
        expected[number] = float(right / pairs) if pairs else None
    agree({row.number: row.auc for row in rows}, expected)


@SOME
@hypothesis.given(
    rates=st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(sorted), min_size=1),
    z=st.floats(0.1, 10),
)
def test_wilson_interval_holds_the_rate_and_stays_within_one(memory, templates, rates, z):
    source = ", ".join(f"({k}, {n}, {z!r}::double)" for k, n in rates)
    for row in read(memory, wilson_query(templates, f"(values {source}) as rates(k, n, z)")):
        if row.n == 0:
            assert (row.low, row.high) == (None, None)
            continue
        # The two roots of (p - rate)^2 = z^2 p (1 - p) / n.
        assert 0 <= row.low <= row.k / row.n + 1e-12
        assert row.k / row.n - 1e-12 <= row.high <= 1
        for bound in (row.low, row.high):
            miss = (bound - row.k / row.n) ** 2 - z**2 * bound * (1 - bound) / row.n
            assert abs(miss) < 1e-12


def test_poisson_weight_inverts_the_distribution(memory, templates):
    edges = [float(edge) for edge in stats.poisson.cdf(range(8), 1)]
    uniforms = [0.0, 1 - 2**-32, *np.linspace(0, 0.9999, 500).tolist()]
    uniforms += [edge + side * 1e-12 for edge in edges for side in (-1, 1)]
    values = ", ".join(f"({uniform!r}::double)" for uniform in uniforms)
    weight = templates.call("poisson_weight", "uniform")
    rows = read(memory, f"select uniform, {weight} as weight from (values {values}) as t(uniform)")
    expected = np.minimum(stats.poisson.ppf([row.uniform for row in rows], 1), 8)
    # The distribution begins with weight 0.
    assert [row.weight for row in rows] == [max(int(weight), 0) for weight in expected]


def standardised(groups):
    """Groups with scores of mean 0 and standard deviation 1."""
    scores, rows = (np.array([group[at] for group in groups], dtype=float) for at in (0, 1))
    mean = np.average(scores, weights=rows)
    deviation = math.sqrt(np.average((scores - mean) ** 2, weights=rows))
    return [
        (float((score - mean) / deviation) if len(groups) > 1 else 0.0, n, e)
        for score, n, e in groups
    ]


def has_finite_curve(groups):
    """Whether scores of converted and other rows overlap, so that likelihood has a maximum."""
    won = [score for score, _, e in groups if e]
    other = [score for score, n, e in groups if e < n]
    if not won or not other:
        return False
    return max(other) > min(won) and max(won) > min(other)


@pytest.mark.slow
@hypothesis.settings(SOME, max_examples=2)
@hypothesis.given(distributions=MANY_DISTRIBUTIONS)
@hypothesis.example(
    [
        [(0, 5, 0), (1, 5, 5)],
        [(0, 5, 5), (1, 5, 0)],
        [(0, 2, 1), (1, 1, 1)],
        [(0, 1, 0)],
        [(0, 1, 1)],
        [(3, 9, 4)],
        [(0, 20, 0), (1, 2, 1), (3, 2, 1)],
    ]
)
def test_logistic_fit_has_the_highest_likelihood_or_says_it_has_none(
    memory, templates, distributions
):
    source = distribution_values(distributions, standardised)
    fit = templates.call("logistic_fit", "fits", "source", ["number"])
    rows = read(
        memory,
        f"with source(number, x, scored_rows, conversions) as (values {source}), {fit}"
        " select * from fits",
    )
    assert len(rows) == len(distributions)
    for row in rows:
        groups = distributions[row.number]
        assert row.is_converged == has_finite_curve(groups), groups
        assert math.isfinite(row.slope)
        assert math.isfinite(row.intercept)
        if not row.is_converged:
            continue
        x, n, e = (np.array(column) for column in zip(*standardised(groups), strict=True))
        chances = expit(row.slope * x + row.intercept)
        # Likelihood is concave: where its gradient is zero it is highest.
        assert abs(np.sum(e - n * chances)) < 1e-7
        assert abs(np.sum((e - n * chances) * x)) < 1e-7


def fill_scores(memory, series):
    """Make the tables of scores of training rows.

    Args:
        memory: An empty database.
        series: By name groups of lead age, score, rows and conversions.
    """
    memory.execute(
        "create or replace table calibration_distribution (scorecard_id text, dimension text,"
        " split text, lead_age_days integer, score double, scored_rows bigint,"
        " conversions bigint)"
    )
    memory.executemany(
        "insert into calibration_distribution values (?, 'total', 'train', ?, ?, ?, ?)",
        [(name, *group) for name, groups in series.items() for group in groups],
    )
    memory.execute(
        "create or replace table score_distribution as select * from calibration_distribution"
    )
    memory.execute(
        "create or replace table calibration_scores as"
        " select scorecard_id, dimension, split, lead_age_days, score,"
        " scorecard_id || '-' || score || '-' || lead_age_days || '-' || n as lead_id,"
        " n < conversions as is_converted"
        " from calibration_distribution cross join range(1000) as numbers(n) where n < scored_rows"
    )


def make(memory, templates, *names):
    """Build models of the evaluation, each from the tables before."""
    for name in names:
        path = next(MODELS.rglob(f"{name}.sql"))
        sql, _ = templates.render(path)
        memory.execute(f"create or replace table {name} as {sql}")


def copy_tables(memory, tables, *names):
    """Bring tables of a warehouse into an in-memory database."""
    # The file may be open in this process already, so it cannot be attached.
    with duckdb.connect(str(tables.warehouse.database)) as built:
        for name in names:
            rows = built.sql(f"select * from {name}").to_arrow_table()
            memory.register("rows_to_copy", rows)
            memory.execute(f"create or replace table {name} as select * from rows_to_copy")
            memory.unregister("rows_to_copy")


CALIBRATION = (
    "score_logistic_fits",
    "score_calibration_bins",
    "score_calibration",
    "score_calibration_ages",
)


def test_score_that_never_differs_has_no_slope(memory, templates):
    """Whatever the number: sums of fractions are not quite equal to their parts."""
    numbers = np.random.default_rng(1)
    series = {
        f"constant {score}": [
            (age, score, int(rows), int(numbers.integers(0, rows + 1)))
            for age, rows in zip(AGES, numbers.integers(1, 60, len(AGES)), strict=True)
        ]
        for score in (numbers.integers(1, 10_000, 200) / 100).tolist()
    }
    fill_scores(memory, series)
    make(memory, templates, *CALIBRATION)
    steep = {
        row.scorecard_id: row.slope
        for row in read(memory, "select * from score_calibration")
        if row.slope or row.method == "platt"
    }
    assert steep == {}


def test_scores_of_any_size_get_the_same_curve(memory, templates):
    """Adding to or multiplying all scores changes no chance."""
    groups = [(0, 40, 3), (1, 60, 9), (2, 50, 8), (5, 30, 12), (9, 20, 11)]
    sizes = {"plain": (0, 1), "far": (10_000, 1), "large": (0, 1e6), "tiny": (-3, 1e-6)}
    fill_scores(
        memory,
        {
            name: [(0, shift + scale * score, n, e) for score, n, e in groups]
            for name, (shift, scale) in sizes.items()
        },
    )
    make(memory, templates, *CALIBRATION)
    fits = {row.scorecard_id: row for row in read(memory, "select * from score_calibration")}
    plain = fits["plain"]
    for name, (shift, scale) in sizes.items():
        fit = fits[name]
        assert fit.method == plain.method == "platt"
        assert near(fit.slope * scale, plain.slope, 1e-6)
        assert near(fit.intercept + fit.slope * shift, plain.intercept, 1e-6)
        assert near(fit.misfit_chi_square, plain.misfit_chi_square, 1e-6)


@SOME
@hypothesis.given(distributions=DISTRIBUTIONS)
@pytest.mark.slow
def test_bins_of_odd_distributions_rise_and_promise_nothing_for_sure(
    memory, templates, distributions
):
    source = distribution_values(distributions)
    memory.execute(
        "create or replace table calibration_distribution as select number::text as scorecard_id,"
        " 'total' as dimension, 'train' as split, 0 as lead_age_days, score, scored_rows,"
        f" conversions from (values {source}) as t(number, score, scored_rows, conversions)"
    )
    memory.execute(
        "create or replace table score_logistic_fits as select scorecard_id, dimension,"
        " true as is_converged, 0.1::double as slope, 0::double as intercept,"
        " 1::double as design_effect, sum(scored_rows) as scored_rows,"
        " sum(conversions) as conversions"
        " from calibration_distribution group by scorecard_id, dimension"
    )
    make(memory, templates, "score_calibration_bins")
    found = by_key(read(memory, "select * from score_calibration_bins"), "scorecard_id")
    assert len(found) == len(distributions)
    for (name,), rows in found.items():
        rows.sort(key=lambda row: row.bin)
        groups = distributions[int(name)]
        assert sum(row.scored_rows for row in rows) == sum(n for _, n, _ in groups)
        assert sum(row.conversions for row in rows) == sum(e for _, _, e in groups)
        rising = IsotonicRegression().fit_transform(
            [row.bin for row in rows],
            [row.conversions / row.scored_rows for row in rows],
            sample_weight=[row.scored_rows for row in rows],
        )
        assert [row.monotone_rate for row in rows] == pytest.approx(rising.tolist(), abs=1e-9)
        smooth = [row.smoothed_rate for row in rows]
        assert smooth == sorted(smooth)
        assert all(row.slope_below >= 0 and row.slope_above >= 0 for row in rows)
        # Where nobody or everybody converted there is no chance to say.
        if 0 < sum(e for _, _, e in groups) < sum(n for _, n, _ in groups):
            assert 0 < smooth[0] <= smooth[-1] < 1
            assert all(row.log_odds_variance > 0 for row in rows)
            for row, following in itertools.pairwise(rows):
                if row.centre_score < following.centre_score:
                    # The line that leaves one middle arrives at the next.
                    rise = logit(following.smoothed_rate) - logit(row.smoothed_rate)
                    reach = following.centre_score - row.centre_score
                    assert row.slope_above == following.slope_below
                    assert row.slope_above * reach == pytest.approx(rise, abs=1e-9)
                else:
                    assert row.smoothed_rate == following.smoothed_rate
        assert rows[0].from_score is None
        assert rows[-1].below_score is None
        assert [row.below_score for row in rows[:-1]] == [row.from_score for row in rows[1:]]


@pytest.mark.parametrize(
    ("common", "ages"),
    [
        (-4.0, {0: (1000, 5), 90: (1000, 100)}),
        (-3.0, {0: (10, 0), 1: (1, 1), 7: (500, 500)}),
        (-7.5, {0: (100_000, 5), 90: (100, 50)}),
        (-4.6, {0: (5000, 5), 90: (50, 25)}),
        (5.0, {0: (2000, 0), 90: (2000, 2000)}),
    ],
)
def test_offset_of_an_age_that_is_unlike_all_others(memory, templates, common, ages):
    fill_scores(memory, {"odd": [(age, 1.0, n, e) for age, (n, e) in ages.items()]})
    memory.execute(
        "create table score_calibration as select 'odd' as scorecard_id, 'total' as dimension,"
        f" 'platt' as method, 0::double as slope, {common!r}::double as intercept"
    )
    memory.execute(
        "create table score_calibration_bins as select 'odd' as scorecard_id,"
        " 'total' as dimension, 1 as bin, null::double as from_score,"
        " null::double as below_score, 0.1::double as smoothed_rate,"
        " 0::double as centre_score, 0::double as slope_below, 0::double as slope_above"
    )
    make(memory, templates, "score_calibration_ages")
    actual = {
        row.lead_age_days: (row.age_log_odds, row.age_variance)
        for row in read(memory, "select * from score_calibration_ages")
    }
    agree(actual, {age: age_offset(np.array([common]), e, n) for age, (n, e) in ages.items()})


# Shuffled conversions -----------------------------------------------------------------------------


def test_shuffled_conversions_are_ranked_like_a_coin(tables, memory, templates):
    """Twenty shuffles among leads: intervals hold 0.5 about as often as they promise."""
    shuffles = 20
    copy_tables(memory, tables, "bootstrap_leads", "bootstrap_weights")
    series = tables.series["b2b_saas_v1", "total", "train"]
    leads = sorted(set(series.leads))
    converted = dict(zip(series.leads, [False] * len(series.leads), strict=True))
    for lead_id, label in zip(series.leads, series.labels, strict=True):
        converted[lead_id] |= bool(label)
    numbers = np.random.default_rng(7)
    expected, rows = {}, []
    for shuffle in range(shuffles):
        dealt = numbers.permutation([converted[lead_id] for lead_id in leads])
        of_lead = dict(zip(leads, dealt.tolist(), strict=True))
        labels = [of_lead[lead_id] for lead_id in series.leads]
        expected[shuffle] = float(roc_auc_score(labels, series.scores))
        rows += [
            (str(shuffle), "total", "train", lead_id, score, False, label)
            for lead_id, score, label in zip(
                series.leads, series.scores.tolist(), labels, strict=True
            )
        ]
    names = [
        "scorecard_id",
        "dimension",
        "split",
        "lead_id",
        "score",
        "is_baseline",
        "is_converted",
    ]
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    memory.register("shuffled", pyarrow.table({name: list(columns[name]) for name in names}))
    memory.execute("create table backtest_scores as select * from shuffled")
    make(memory, templates, "scorecard_auc_samples")
    samples = by_key(read(memory, "select * from scorecard_auc_samples"), "scorecard_id")
    bounds = {int(name): interval([row.auc for row in rows]) for (name,), rows in samples.items()}
    held = sum(low <= 0.5 <= high for low, high in bounds.values())
    assert held >= shuffles - 4
    for shuffle, auc in expected.items():
        low, high = bounds[shuffle]
        assert low <= auc <= high
    assert abs(np.mean(list(expected.values())) - 0.5) < 0.05


# A leak, nothing to judge, bad vars: with dbt -----------------------------------------------------


@pytest.mark.slow
def test_rule_on_what_is_known_only_after_the_conversion_is_caught(
    make_warehouse, demo_raw, edited_seeds
):
    """A contract number that sales fills in when a deal is won is dated back to the creation."""
    warehouse = make_warehouse(
        seeds=edited_seeds,
        lead_attributes=["contract_number"],
        history_daily_days=0,
        history_monthly_periods=0,
    )
    shutil.copytree(demo_raw, warehouse.raw, dirs_exist_ok=True)
    leads = pyarrow.parquet.read_table(warehouse.raw / "leads.parquet")
    outcomes = pyarrow.parquet.read_table(warehouse.raw / "outcomes.parquet").to_pylist()
    won = {row["lead_id"] for row in outcomes if row["outcome"] == "won"}
    numbers = [
        f"C-{lead_id}" if lead_id in won else None for lead_id in leads["lead_id"].to_pylist()
    ]
    leads = leads.append_column("contract_number", pyarrow.array(numbers, "string"))
    pyarrow.parquet.write_table(leads, warehouse.raw / "leads.parquet")
    rules = edited_seeds / "scorecards/score_rules.csv"
    with rules.open("a", encoding="utf-8") as file:
        file.write(
            "b2b_saas_v1,has_contract,fit,contract_number,value,,,is present,,1,,,,"
            "Has a contract number,Looks harmless\n"
        )
    result = warehouse.dbt("seed")
    assert result.success, result.log
    result = warehouse.dbt("run", "--select", "+rule_performance")
    assert result.success, result.log

    suspects = warehouse.query(
        "select scorecard_id, rule_id, verdict, iv, verdict_sentence from rule_performance"
        " where verdict = 'suspiciously strong'"
    )
    assert [row[:3] for row in suspects] == [("b2b_saas_v1", "has_contract", "suspiciously strong")]
    assert suspects[0][3] > SETTINGS["leak_information_value"]
    assert "known only afterwards" in suspects[0][4]
    result = warehouse.dbt("test", "--select", "rule_looks_like_a_leak")
    assert [(node.node.name, str(node.status)) for node in result.result] == [
        ("rule_looks_like_a_leak", "warn")
    ]


EMPTY_WITHOUT_HISTORY = (
    "backtest",
    "band_performance",
    "score_gains",
    "scorecard_metrics",
    "score_calibration",
    "score_reliability",
    "scorecard_comparison",
    "score_drift",
    "capacity_line",
    "segment_amounts",
)


def without_outcomes():
    """Leads of training and of test days, of which none was ever won or lost."""
    months = ("2025-09", "2026-03")
    leads = [
        lead(number, created_at=f"{months[number % 2]}-0{1 + number} 08:00:00")
        for number in range(8)
    ]
    return small_company() | {"leads": leads, "outcomes": []}


def without_history():
    """Leads of the last weeks: no horizon is over."""
    tables = small_company()
    tables["leads"] = [lead(number, created_at="2026-05-20 08:00:00") for number in range(8)]
    return tables | {"outcomes": [outcome("lead_06"), outcome("lead_07", "lost")]}


@pytest.fixture(scope="module")
def evaluation_seeds(tmp_path_factory):
    return write_small_seeds(tmp_path_factory.mktemp("evaluation_seeds") / "seeds")


def assert_evaluation_tests_pass(warehouse):
    result = warehouse.dbt("test", "--select", "path:models/evaluation", "path:tests/evaluation",
                           "--exclude-resource-type", "unit_test")  # fmt: skip
    assert result.success, result.log


@pytest.mark.slow
def test_nobody_converted_yet_gives_no_chance_and_no_error(make_warehouse, evaluation_seeds):
    warehouse = make_warehouse(seeds=evaluation_seeds, **SMALL_SETTINGS)
    write_tables(warehouse.raw, without_outcomes())
    warehouse.build()
    tables = Tables(warehouse)
    assert {row.split for row in tables["backtest"]} == {"train", "test"}
    assert not any(row.is_converted for row in tables["backtest"])
    assert {row.method for row in tables["score_calibration"]} == {"none"}
    for row in tables["scorecard_metrics"]:
        assert (row.auc, row.ks, row.pr_auc, row.brier, row.log_loss) == (None,) * 5
        assert (row.conversions, row.base_rate) == (0, 0)
    for row in tables["band_performance"]:
        assert (row.lift, row.conversion_share) == (None, None)
        assert row.conversion_rate in (0, None)
    assert {row.verdict for row in tables["rule_performance"]} <= {
        "never fires",
        "too little evidence",
    }
    assert {row.verdict for row in tables["scorecard_comparison"]} <= {"too few conversions"}
    assert tables["segment_amounts"] == []
    assert tables["lead_scores"]
    for row in tables["lead_scores"]:
        assert (row.conversion_chance, row.expected_value) == (None, None)
    assert_evaluation_tests_pass(warehouse)


@pytest.mark.thorough
@pytest.mark.slow
def test_history_shorter_than_the_horizon_is_not_yet_known_and_no_error(
    make_warehouse, evaluation_seeds
):
    warehouse = make_warehouse(seeds=evaluation_seeds, **SMALL_SETTINGS)
    write_tables(warehouse.raw, without_history())
    warehouse.build()
    tables = Tables(warehouse)
    assert {row.split for row in tables["backtest_rows"]} == {"not_yet_known"}
    for name in EMPTY_WITHOUT_HISTORY:
        assert tables[name] == [], name
    (maturity,) = {
        (row.mature_rows, row.conversions, row.scored_rows - row.not_yet_known_rows)
        for row in tables["backtest_maturity"]
    }
    assert maturity == (0, 0, 0)
    assert sum(row.conversions_so_far for row in tables["backtest_maturity"]) > 0
    assert {row.verdict for row in tables["rule_performance"]} <= {
        "never fires",
        "too little evidence",
    }
    assert tables["lead_scores"]
    for row in tables["lead_scores"]:
        assert (row.conversion_chance, row.expected_value) == (None, None)
    assert_evaluation_tests_pass(warehouse)


@pytest.mark.thorough
@pytest.mark.slow
def test_no_lead_is_old_enough_for_any_age_of_the_backtest(make_warehouse, evaluation_seeds):
    settings = SMALL_SETTINGS | {"backtest_lead_ages_days": [400]}
    warehouse = make_warehouse(seeds=evaluation_seeds, **settings)
    tables = {"leads": [lead(0)], "activities": [visit(0, "lead_00")], "outcomes": []}
    write_tables(warehouse.raw, small_company() | tables)
    warehouse.build()
    found = Tables(warehouse)
    assert found["backtest_rows"] == []
    assert [row.conversion_chance for row in found["lead_scores"]] == [None]
    assert_evaluation_tests_pass(warehouse)


BAD_VARS = [
    ({"backtest_test_from": "soon"}, "backtest_test_from is 'soon': write auto or a date"),
    ({"backtest_test_from": "2026-02-30"}, "backtest_test_from is '2026-02-30'"),
    ({"backtest_test_from": ""}, "backtest_test_from is ''"),
    ({"backtest_test_share": 2}, "backtest_test_share is '2': write a number between 0 and 1"),
    ({"backtest_test_share": 0}, "backtest_test_share is '0'"),
    ({"backtest_test_share": 1}, "backtest_test_share is '1'"),
    ({"backtest_test_share": "much"}, "backtest_test_share is 'much'"),
    ({"backtest_test_share": True}, "backtest_test_share is 'True'"),
    (
        {"sales_capacity_leads_per_day": 0},
        "sales_capacity_leads_per_day is '0': write a number above 0, such as 20, or auto",
    ),
    ({"sales_capacity_leads_per_day": -3}, "sales_capacity_leads_per_day is '-3'"),
    ({"sales_capacity_leads_per_day": "many"}, "sales_capacity_leads_per_day is 'many'"),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD_VARS)
def test_bad_var_is_named_with_what_to_write(bad, sentence):
    own = Templates(PROJECT, VARS | bad, {})
    name = "capacity_line" if "sales_capacity_leads_per_day" in bad else "backtest_splits"
    with pytest.raises(CompilerError) as stopped:
        own.render(MODELS / f"{name}.sql")
    assert f"The var {sentence}" in str(stopped.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bad", "sentence"), [case for case in BAD_VARS if "write" in case[1]], ids=lambda case: ""
)
def test_bad_var_stops_dbt_in_one_sentence(make_warehouse, bad, sentence):
    warehouse = make_warehouse()
    result = warehouse.dbt("parse", **bad)
    if result.success:
        result = warehouse.dbt("compile", "--select", "backtest_splits", "capacity_line", **bad)
    assert not result.success
    said = "\n".join([str(result.exception or ""), *(node.message for node in result.result or [])])
    assert f"The var {sentence}" in said + result.log
    assert "Traceback" not in said
