"""Every kind of mistake in the seeds is reported at its place, by `lead-scoring check` and dbt."""

import csv
import re
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from conftest import PROJECT, SEEDS, Warehouse

from lead_scoring.check import check_seeds, project_variables
from lead_scoring.cli import main
from lead_scoring.templates import CompilerError, Templates

OWN_COLUMN = "; a column of your own belongs into the var lead_attributes, given with --vars"
RULES = "scorecards/score_rules"
SCORECARDS = "scorecards/scorecards"
BANDS = "scorecards/score_bands"
GRID = "scorecards/priority_grid"
SEGMENTS = "scorecards/segments"
ATTRIBUTES = "reference/lead_attributes"
SIZES = "reference/company_size_bands"
PATTERNS = "reference/job_title_patterns"
FREE = "reference/free_email_domains"
COUNTRIES = "reference/country_regions"
# A row that has no mistake, for each seed that cases add rows to; a case changes some of its cells.
GOOD_ROWS = {
    "scorecards/scorecards": {
        "role": "retired",
        "population": "open_leads",
        "method": "manual",
        "base_points": "0",
        "mql_score": "50",
    },
    "scorecards/score_dimensions": {"scorecard_id": "b2b_saas_v1"},
    RULES: {
        "scorecard_id": "b2b_saas_v1",
        "dimension": "fit",
        "signal": "industry",
        "measure": "value",
        "operator": "=",
        "value": "Software",
        "points": "1",
        "reason": "Works in software",
        "rationale": "Our core market",
    },
    "scorecards/score_bands": {"scorecard_id": "b2b_saas_v1", "dimension": "total"},
    "scorecards/priority_grid": {
        "scorecard_id": "b2b_saas_v1",
        "fit_band": "A",
        "engagement_band": "1",
        "priority": "p1",
    },
    "scorecards/segments": {
        "segment_id": "enterprise",
        "attribute": "industry",
        "operator": "!=",
        "value": "Retail",
    },
    "scorecards/activity_types": {"channel": "web", "is_bot_suspect": "false"},
    "reference/lead_attributes": {},
    "reference/job_title_patterns": {"seniority": "senior", "priority": "50"},
    "reference/free_email_domains": {"ignores_dots": "false"},
    "reference/disposable_email_domains": {},
    "reference/email_domain_suffixes": {"email_type": "student"},
    "reference/company_size_bands": {},
    "reference/country_regions": {"country_code": "DE", "market_region": "dach"},
    "reference/bot_filters": {"bot_filter": "proxy_marker", "value": "marker"},
}


def read(path):
    """All lines of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def first_row(seed, column, text):
    """Where a value stands first in a shipped seed."""
    header, *lines = read(SEEDS / f"{seed}.csv")
    position = header.index(column)
    return next(n for n, line in enumerate(lines, start=2) if line[position].lower() == text)


def rule(**cells):
    """A rule on an attribute."""
    return row(RULES, **cells)


def counting(**cells):
    """A rule on the number of events."""
    return rule(
        **{"signal": "page_view", "measure": "events", "operator": ">=", "value": "3"} | cells
    )


def each(**cells):
    """A rule that gives points for each event."""
    return rule(**{"signal": "page_view", "measure": "each", "operator": "", "value": ""} | cells)


def silent(**cells):
    """A rule on the time since the last event."""
    return rule(
        **{"signal": "page_view", "measure": "days_since_last", "operator": ">=", "value": "30"}
        | cells
    )


def row(seed, **cells):
    """A row of a seed: a good one with other cells."""
    return seed, GOOD_ROWS[seed] | cells


def error(column, text):
    """An error in a column of the added row; without a column in the whole row."""
    return "error", column, text


def warning(column, text):
    """The same as a warning."""
    return "warning", column, text


def case(title, added, *mistakes):
    """A row that is added to good seeds, and everything that is said about it."""
    return pytest.param(title, added, mistakes, id=title.replace(" ", "-"))


CASES = [
    case(
        "unknown scorecard",
        rule(scorecard_id="b2b_sass_v1"),
        error(
            "scorecard_id",
            "'b2b_sass_v1' is not a scorecard; use one of b2b_saas_v1, b2b_saas_v2, "
            "customer_upsell_v1, pql_v1, or add it to seeds/scorecards/scorecards.csv",
        ),
    ),
    case(
        "scorecard missing",
        rule(scorecard_id=""),
        error("scorecard_id", "is empty; write a scorecard"),
    ),
    case(
        "dimension missing",
        rule(dimension=""),
        error("dimension", "is empty; write a name such as fit"),
    ),
    case(
        "unknown dimension",
        rule(dimension="engagment"),
        error(
            "dimension",
            "'engagment' is not a dimension of scorecard b2b_saas_v1: it has neither "
            "limits nor bands; use one of engagement, fit, or add it to "
            "seeds/scorecards/score_dimensions.csv (its limits may be empty)",
        ),
    ),
    case(
        "rule for the dimension total",
        rule(dimension="total"),
        error(
            "dimension",
            "'total' is the name of the whole score; name the part of the score, such as "
            "fit or engagement",
        ),
    ),
    case(
        "misspelt attribute",
        rule(signal="industri"),
        error(
            "signal",
            "'industri' is not a lead attribute; write industry, or add it to "
            "seeds/reference/lead_attributes.csv" + OWN_COLUMN,
        ),
    ),
    case(
        "unknown attribute",
        rule(signal="zzzzzz"),
        error(
            "signal",
            "'zzzzzz' is not a lead attribute; use one of those in "
            "seeds/reference/lead_attributes.csv, or add it there" + OWN_COLUMN,
        ),
    ),
    case(
        "misspelt activity type",
        counting(signal="pricing_page"),
        error(
            "signal",
            "'pricing_page' is not an activity type, a channel or any_activity; write "
            "pricing_page_view, or add it to seeds/scorecards/activity_types.csv",
        ),
    ),
    case(
        "unknown activity type",
        counting(signal="qqqq"),
        error(
            "signal",
            "'qqqq' is not an activity type, a channel or any_activity; use one of those "
            "in seeds/scorecards/activity_types.csv, or add it there",
        ),
    ),
    case(
        "misspelt channel",
        counting(signal="channel:webb"),
        error(
            "signal",
            "'channel:webb' is not an activity type, a channel or any_activity; write "
            "channel:web, or add it to seeds/scorecards/activity_types.csv",
        ),
    ),
    case(
        "attribute counted like an activity",
        counting(signal="industry"),
        error(
            "signal",
            "'industry' is not an activity type, a channel or any_activity; it is a lead "
            "attribute: use measure value",
        ),
    ),
    case(
        "signal missing",
        rule(signal=""),
        error("signal", "is empty; write an attribute or an activity type"),
    ),
    case(
        "unknown measure",
        rule(measure="valu"),
        error(
            "measure",
            "'valu' is not a measure; use one of value, each, events, active_days, days_since_last",
        ),
    ),
    case(
        "measure missing",
        rule(measure=""),
        error(
            "measure", "is empty; write one of value, each, events, active_days, days_since_last"
        ),
    ),
    case(
        "unknown operator",
        rule(operator="gt"),
        error(
            "operator",
            "'gt' is not an operator; use one of =, !=, in, not in, >, >=, <, <=, "
            "between, contains, starts with, is missing, is present",
        ),
    ),
    case(
        "operator missing",
        rule(operator=""),
        error(
            "operator",
            "is empty; measure value needs one of =, !=, in, not in, >, >=, <, <=, "
            "between, contains, starts with, is missing, is present",
        ),
    ),
    case(
        "points missing",
        rule(points=""),
        error("points", "is empty; write a number such as 10"),
    ),
    case(
        "list as points",
        rule(points="5|10"),
        error("points", "'5|10' is a list where one number belongs; write one number"),
    ),
    case(
        "range as points",
        rule(points="5..10"),
        error("points", "'5..10' is a range where one number belongs; write one number"),
    ),
    case(
        "thousands separator in points",
        rule(points="1,000"),
        error(
            "points",
            "'1,000' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "three decimals in points",
        rule(points="1.005"),
        error(
            "points",
            "'1.005' has more than 2 decimals; points are counted in hundredths: write 1.00",
        ),
    ),
    case(
        "points that do not fit",
        rule(points="1e12"),
        error("points", "'1e12' is too large; write a number below 10000000000"),
    ),
    case(
        "rule without points",
        rule(points="0"),
        warning(
            "points",
            "the rule gives 0 points and changes no score; write points, or delete the rule",
        ),
    ),
    case(
        "window of no days",
        counting(window_days="0"),
        error(
            "window_days",
            "'0' is not a whole number from 1 to 36500; write the number of days, such as "
            "30, or leave it empty",
        ),
    ),
    case(
        "window of half a day",
        counting(window_days="7.5"),
        error(
            "window_days",
            "'7.5' is not a whole number from 1 to 36500; write the number of days, such "
            "as 30, or leave it empty",
        ),
    ),
    case(
        "window with a unit",
        counting(window_days="7 days"),
        error(
            "window_days",
            "'7 days' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "window that does not fit",
        counting(window_days="1e15"),
        error(
            "window_days",
            "'1e15' is too large; write the number of days, such as 30, or leave it empty",
        ),
    ),
    case(
        "half-life of zero",
        each(half_life_days="0"),
        error(
            "half_life_days",
            "'0' is not above 0; write a number above 0, such as 14, or leave it empty",
        ),
    ),
    case(
        "negative cap",
        each(max_points="-5"),
        error(
            "max_points",
            "'-5' is negative; write it without the sign: it limits the points of the "
            "rule in both directions",
        ),
    ),
    case(
        "cap of zero",
        each(max_points="0"),
        warning(
            "max_points",
            "the rule is limited to 0 points and changes no score; write a limit above 0, "
            "leave it empty, or delete the rule",
        ),
    ),
    case(
        "unknown segment of a rule",
        rule(segment_id="enterprice"),
        error(
            "segment_id",
            "'enterprice' is not a segment; use one of cold_lists, dach, economic_buyers, "
            "enterprise, finance_teams, product_signups, regulated_industries, "
            "small_companies, software_vendors, student_addresses, technical_evaluators, "
            "or add it to seeds/scorecards/segments.csv",
        ),
    ),
    case(
        "reason missing",
        rule(reason=""),
        error("reason", "is empty; write what the rep reads, such as Visited the pricing page"),
    ),
    case(
        "rationale missing",
        rule(rationale=""),
        warning("rationale", "is empty; write why the points are what they are"),
    ),
    case(
        "rule_id missing",
        rule(rule_id=""),
        error("rule_id", "is empty; write a name such as visited_pricing"),
    ),
    case(
        "topic of an attribute",
        rule(topic="pricing"),
        error(
            "topic",
            "'pricing' has no meaning for measure value; leave it empty; topic is for "
            "measure each, events, active_days, days_since_last",
        ),
    ),
    case(
        "window of an attribute",
        rule(window_days="30"),
        error(
            "window_days",
            "'30' has no meaning for measure value; leave it empty; window_days is for "
            "measure each, events, active_days, days_since_last",
        ),
    ),
    case(
        "half-life of an attribute",
        rule(half_life_days="30"),
        error(
            "half_life_days",
            "'30' has no meaning for measure value; leave it empty; half_life_days is for "
            "measure each",
        ),
    ),
    case(
        "half-life of a count",
        counting(half_life_days="30"),
        error(
            "half_life_days",
            "'30' has no meaning for measure events; leave it empty; half_life_days is "
            "for measure each",
        ),
    ),
    case(
        "operator of each",
        each(operator=">"),
        error(
            "operator",
            "'>' has no meaning for measure each; leave it empty: every event gives "
            "points; to compare their number, use measure events",
        ),
    ),
    case(
        "value of each",
        each(value="3"),
        error(
            "value",
            "'3' has no meaning for measure each; leave it empty: every event gives "
            "points; to compare their number, use measure events",
        ),
    ),
    case(
        "value missing",
        rule(value=""),
        error(
            "value",
            "is empty, but operator = needs a value; write a value, or use the operator "
            "is missing or is present",
        ),
    ),
    case(
        "list missing",
        rule(operator="in", value=""),
        error("value", "is empty, but operator in needs a value; write a list such as a|b|c"),
    ),
    case(
        "number missing",
        rule(operator=">", value=""),
        error("value", "is empty, but operator > needs a value; write a number such as 10"),
    ),
    case(
        "range missing",
        rule(operator="between", value=""),
        error(
            "value", "is empty, but operator between needs a value; write a range such as 10..50"
        ),
    ),
    case(
        "value of is missing",
        rule(operator="is missing", value="x"),
        error(
            "value",
            "'x' has no meaning for operator is missing; leave it empty, or use an "
            "operator that takes a value",
        ),
    ),
    case(
        "list for equals",
        rule(value="Software|Retail"),
        error(
            "value",
            "'Software|Retail' is a list, but operator = takes one value; use the "
            "operator in or not in, or write one value",
        ),
    ),
    case(
        "list for a number operator",
        rule(operator=">", value="5|10", signal="employee_count"),
        error("value", "'5|10' is a list, but operator > takes one number; write one number"),
    ),
    case(
        "list for contains",
        rule(operator="contains", value="soft|ret"),
        error(
            "value",
            "'soft|ret' is a list, but operator contains takes one value; write one text, "
            "and a rule of its own for each other text",
        ),
    ),
    case(
        "list for between",
        rule(operator="between", value="1..5|6..7", signal="employee_count"),
        error(
            "value",
            "'1..5|6..7' is a list, but operator between takes one range; write one range "
            "such as 10..50",
        ),
    ),
    case(
        "range for equals",
        rule(value="10..50", signal="employee_count"),
        error(
            "value", "'10..50' is a range, but operator = takes one value; use the operator between"
        ),
    ),
    case(
        "range for a number operator",
        rule(operator=">", value="10..50", signal="employee_count"),
        error(
            "value",
            "'10..50' is a range, but operator > takes one number; use the operator between",
        ),
    ),
    case(
        "range for in",
        rule(operator="in", value="10..50", signal="employee_count"),
        error(
            "value", "'10..50' is a range, but operator in takes a list; use the operator between"
        ),
    ),
    case(
        "empty item inside a list",
        rule(operator="in", value="Software||Retail"),
        error(
            "value",
            "'Software||Retail' has an empty item; write the items with one | between "
            "them, such as a|b|c",
        ),
    ),
    case(
        "empty item at the end of a list",
        rule(operator="in", value="Software|"),
        error(
            "value",
            "'Software|' has an empty item; write the items with one | between them, such as a|b|c",
        ),
    ),
    case(
        "text for a number operator",
        rule(operator=">", value="many", signal="employee_count"),
        error(
            "value",
            "'many' is not a number; operator > compares numbers: write digits such as "
            "1000 or -2.5, without units, blanks or thousands separators",
        ),
    ),
    case(
        "text for a count",
        counting(value="three"),
        error(
            "value",
            "'three' is not a number; measure events compares numbers: write digits such "
            "as 1000 or -2.5, without units, blanks or thousands separators",
        ),
    ),
    case(
        "text in a list for a count",
        counting(operator="in", value="1|two"),
        error(
            "value", "'1|two' has an item that is not a number: 'two'; write numbers such as 1|2|3"
        ),
    ),
    case(
        "text operator for a count",
        counting(operator="contains", value="1"),
        error(
            "operator",
            "'contains' compares text, but measure events is a number; use one of =, !=, "
            "in, not in, >, >=, <, <=, between",
        ),
    ),
    case(
        "count that is missing",
        counting(operator="is missing", value=""),
        error(
            "operator",
            "'is missing' has no meaning for measure events, which is 0 for a lead "
            "without any event; use = 0 or > 0",
        ),
    ),
    case(
        "range with a dash",
        rule(operator="between", value="10-50", signal="employee_count"),
        error("value", "'10-50' is not a range of numbers; write low..high, such as 10..50"),
    ),
    case(
        "range of three numbers",
        rule(operator="between", value="1..2..3", signal="employee_count"),
        error("value", "'1..2..3' is not a range of numbers; write low..high, such as 10..50"),
    ),
    case(
        "range upside down",
        rule(operator="between", value="50..10", signal="employee_count"),
        error(
            "value",
            "'50..10' is upside down: it starts above its end; write the smaller number "
            "first: 10..50",
        ),
    ),
    case(
        "age beyond the window",
        silent(window_days="30"),
        warning(
            "value",
            "the rule can never fire: measure days_since_last is never >= '30' within "
            "window_days; change value or window_days",
        ),
    ),
    case(
        "negative count",
        counting(operator="<", value="0"),
        warning(
            "value",
            "the rule can never fire: measure events is never < '0'; change value or window_days",
        ),
    ),
    case(
        "more days than the window",
        counting(measure="active_days", value="8", window_days="7"),
        warning(
            "value",
            "the rule can never fire: measure active_days is never >= '8' within "
            "window_days; change value or window_days",
        ),
    ),
    case(
        "range beyond the window",
        silent(operator="between", value="40..50", window_days="30"),
        warning(
            "value",
            "the rule can never fire: measure days_since_last is never between '40..50' "
            "within window_days; change value or window_days",
        ),
    ),
    case(
        "size band that does not exist",
        rule(signal="company_size", value="enterprize"),
        warning(
            "value",
            "no lead ever has company_size 'enterprize'; use one of enterprise, large, "
            "micro, mid, small, upper_mid, or add it to "
            "seeds/reference/company_size_bands.csv",
        ),
    ),
    case(
        "seniority that does not exist",
        rule(signal="seniority", operator="in", value="c_level|vicepres"),
        warning(
            "value",
            "no lead ever has seniority 'vicepres'; use one of c_level, director, head, "
            "individual, junior, manager, owner, retired, senior, student, vp, or add it "
            "to seeds/reference/job_title_patterns.csv",
        ),
    ),
    case(
        "country code that does not exist",
        rule(signal="country_code", value="germany"),
        warning(
            "value",
            "no lead ever has country_code 'germany'; use one of those in "
            "seeds/reference/country_regions.csv, or add it there",
        ),
    ),
    case(
        "line break in a cell",
        rule(operator="g\nt"),
        error(
            "operator",
            "'g t' is not an operator; use one of =, !=, in, not in, >, >=, <, <=, "
            "between, contains, starts with, is missing, is present",
        ),
    ),
    case(
        "unknown role",
        row("scorecards/scorecards", scorecard_id="x1", role="chamion"),
        error("role", "'chamion' is not a role; use one of champion, challenger, retired"),
    ),
    case(
        "unknown population",
        row("scorecards/scorecards", scorecard_id="x2", population="leads"),
        error("population", "'leads' is not a population; use one of open_leads, customers"),
    ),
    case(
        "unknown method",
        row("scorecards/scorecards", scorecard_id="x3", method="model"),
        error("method", "'model' is not a method; use one of manual, fitted"),
    ),
    case(
        "unknown segment of a scorecard",
        row("scorecards/scorecards", scorecard_id="x4", segment_id="dachh"),
        error(
            "segment_id",
            "'dachh' is not a segment; use one of cold_lists, dach, economic_buyers, "
            "enterprise, finance_teams, product_signups, regulated_industries, "
            "small_companies, software_vendors, student_addresses, technical_evaluators, "
            "or add it to seeds/scorecards/segments.csv",
        ),
    ),
    case(
        "base points missing",
        row("scorecards/scorecards", scorecard_id="x5", base_points=""),
        error("base_points", "is empty; write a number such as 0"),
    ),
    case(
        "unreadable base points",
        row("scorecards/scorecards", scorecard_id="x6", base_points="ten"),
        error(
            "base_points",
            "'ten' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "mql score missing",
        row("scorecards/scorecards", scorecard_id="x7", mql_score=""),
        warning(
            "mql_score",
            "is empty; write a number such as 50, or no lead will ever be ready for sales",
        ),
    ),
    case(
        "minimum score above the maximum",
        row(
            "scorecards/scorecards",
            scorecard_id="x8",
            min_score="100",
            max_score="0",
            mql_score="50",
        ),
        error("min_score", "'100' is above max_score '0'; swap the two or correct one of them"),
        warning(
            "mql_score",
            "no score reaches '50', because scores end at max_score '0'; write a number "
            "between min_score and max_score",
        ),
    ),
    case(
        "mql score out of reach",
        row("scorecards/scorecards", scorecard_id="x9", min_score="0", max_score="40"),
        warning(
            "mql_score",
            "no score reaches '50', because scores end at max_score '40'; write a number "
            "between min_score and max_score",
        ),
    ),
    case(
        "scorecard listed twice",
        row("scorecards/scorecards", scorecard_id="b2b_saas_v1"),
        error(
            None,
            "has the same scorecard_id as row 2; delete one of the two rows or change one of them",
        ),
    ),
    case(
        "minimum of a dimension above its maximum",
        row("scorecards/score_dimensions", dimension="fit2", min_points="5", max_points="-5"),
        error("min_points", "'5' is above max_points '-5'; swap the two or correct one of them"),
    ),
    case(
        "unreadable limit",
        row("scorecards/score_dimensions", dimension="fit3", min_points="low"),
        error(
            "min_points",
            "'low' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "dimension listed twice",
        row("scorecards/score_dimensions", dimension="Fit", min_points="1"),
        error(
            None,
            "has the same dimension and scorecard_id as row 2; delete one of the two rows "
            "or change one of them",
        ),
    ),
    case(
        "rule for the dimension total",
        row("scorecards/score_dimensions", dimension="total", min_points="1"),
        error(
            "dimension",
            "'total' is the name of the whole score; limit the whole score in "
            "seeds/scorecards/scorecards.csv",
        ),
    ),
    case(
        "band listed twice",
        row("scorecards/score_bands", band="hot", min_points="61.5"),
        error(
            None,
            "has the same band and dimension and scorecard_id as row 2; delete one of the "
            "two rows or change one of them",
        ),
    ),
    case(
        "two bands with the same start",
        row("scorecards/score_bands", band="hotter", min_points="60.0"),
        error(
            "min_points",
            "band hotter starts at 60.0 like band hot in row 2; write another number of "
            "points, or delete one of the two bands",
        ),
    ),
    case(
        "two lowest bands",
        row("scorecards/score_bands", band="frozen"),
        error(
            "min_points",
            "is empty like that of band cold in row 4, and only the lowest band of total "
            "may have none; write another number of points, or delete one of the two "
            "bands",
        ),
    ),
    case(
        "unreadable start of a band",
        row("scorecards/score_bands", band="lukewarm", min_points="some"),
        error(
            "min_points",
            "'some' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "grid row for an unknown band",
        row("scorecards/priority_grid", fit_band="E"),
        error(
            "fit_band",
            "'E' is not a band of fit in scorecard b2b_saas_v1; use one of A, B, C, D, or "
            "add it to seeds/scorecards/score_bands.csv",
        ),
    ),
    case(
        "grid cell listed twice",
        row("scorecards/priority_grid"),
        error(
            None,
            "has the same engagement_band and fit_band and scorecard_id as row 2; delete "
            "one of the two rows or change one of them",
        ),
    ),
    case(
        "unreadable service level",
        row("scorecards/priority_grid", engagement_band="9", priority="", sla_hours="4h"),
        error(
            "engagement_band",
            "'9' is not a band of engagement in scorecard b2b_saas_v1; use one of 1, 2, "
            "3, 4, or add it to seeds/scorecards/score_bands.csv",
        ),
        error("priority", "is empty; write a priority such as p1"),
        error(
            "sla_hours",
            "'4h' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "unknown attribute of a segment",
        row("scorecards/segments", attribute="industrie"),
        error(
            "attribute",
            "'industrie' is not a lead attribute; write industry, or add it to "
            "seeds/reference/lead_attributes.csv" + OWN_COLUMN,
        ),
    ),
    case(
        "unknown operator of a segment",
        row("scorecards/segments", operator="is"),
        error(
            "operator",
            "'is' is not an operator; use one of =, !=, in, not in, >, >=, <, <=, "
            "between, contains, starts with, is missing, is present",
        ),
    ),
    case(
        "operator of a segment missing",
        row("scorecards/segments", operator=""),
        error(
            "operator",
            "is empty; write one of =, !=, in, not in, >, >=, <, <=, between, contains, "
            "starts with, is missing, is present",
        ),
    ),
    case(
        "value of a segment missing",
        row("scorecards/segments", value=""),
        error(
            "value",
            "is empty, but operator != needs a value; write a value, or use the operator "
            "is missing or is present",
        ),
    ),
    case(
        "segment without use",
        row("scorecards/segments", segment_id="lonely"),
        warning(
            "segment_id",
            "segment lonely is used by no scorecard and no rule; name it in a segment_id, "
            "or delete its rows",
        ),
    ),
    case(
        "channel missing",
        row("scorecards/activity_types", activity_type="fax", channel=""),
        error("channel", "is empty; write a name such as web"),
    ),
    case(
        "unreadable flag",
        row("scorecards/activity_types", activity_type="fax2", is_bot_suspect="maybe"),
        error("is_bot_suspect", "'maybe' is neither true nor false; write true or false"),
    ),
    case(
        "activity type listed twice",
        row("scorecards/activity_types", activity_type="Page_View"),
        error(
            None,
            "has the same activity_type as row 2; delete one of the two rows or change one of them",
        ),
    ),
    case(
        "reserved activity type",
        row("scorecards/activity_types", activity_type="any_activity"),
        error(
            "activity_type",
            "'any_activity' has a meaning of its own in rules; use another name: "
            "any_activity and names that start with channel: are taken",
        ),
    ),
    case(
        "attribute that is no column",
        row("reference/lead_attributes", attribute="budget"),
        error(
            "attribute",
            "'budget' is neither a column that is read from the leads nor derived by the "
            "project; correct the name; for a column of your own, delete this row and add "
            "it to the var lead_attributes of dbt_project.yml",
        ),
    ),
    case(
        "pattern with punctuation",
        row("reference/job_title_patterns", pattern="e-mail manager"),
        error(
            "pattern",
            "'e-mail manager' never matches: titles are compared without punctuation, and "
            "* stands at the end only; write words with single blanks between them, such "
            "as e mail manager",
        ),
    ),
    case(
        "pattern with a star in front",
        row("reference/job_title_patterns", pattern="*manager x"),
        error(
            "pattern",
            "'*manager x' never matches: titles are compared without punctuation, and * "
            "stands at the end only; write words with single blanks between them, such as "
            "manager x",
        ),
    ),
    case(
        "pattern that tells nothing",
        row("reference/job_title_patterns", pattern="quux", seniority=""),
        warning(
            "seniority",
            "the pattern 'quux' has neither seniority nor department; write one of them, "
            "or delete the row",
        ),
    ),
    case(
        "unreadable priority",
        row("reference/job_title_patterns", pattern="quuz", priority="high"),
        error(
            "priority",
            "'high' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "negative priority",
        row("reference/job_title_patterns", pattern="quuy", priority="-1"),
        error(
            "priority",
            "'-1' is not a whole number from 0 to 2000000000; write a whole number such as 10",
        ),
    ),
    case(
        "pattern listed twice",
        row("reference/job_title_patterns", pattern="CEO"),
        error(
            None,
            f"has the same pattern as row {first_row(PATTERNS, 'pattern', 'ceo')};"
            " delete one of the two rows or change one of them",
        ),
    ),
    case(
        "address instead of a domain",
        row("reference/free_email_domains", domain="@quux.example"),
        error(
            "domain",
            "'@quux.example' is not a domain; write what stands behind the @, such as "
            "mail.example, without blanks or a leading dot",
        ),
    ),
    case(
        "domain listed twice",
        row("reference/free_email_domains", domain="Gmail.com"),
        error(
            None,
            f"has the same domain as row {first_row(FREE, 'domain', 'gmail.com')};"
            " delete one of the two rows or change one of them",
        ),
    ),
    case(
        "domain both free and disposable",
        row("reference/disposable_email_domains", domain="web.de"),
        error(
            "domain",
            "'web.de' is also in seeds/reference/free_email_domains.csv row"
            f" {first_row(FREE, 'domain', 'web.de')}; delete it from one of the two files",
        ),
    ),
    case(
        "suffix with a leading dot",
        row("reference/email_domain_suffixes", suffix=".quux.edu"),
        error(
            "suffix",
            "'.quux.edu' is not a domain; write what stands behind the @, such as "
            "mail.example, without blanks or a leading dot",
        ),
    ),
    case(
        "unreadable size",
        row(
            "reference/company_size_bands",
            company_size="tiny",
            min_employees="0",
            max_employees="half",
        ),
        error(
            "max_employees",
            "'half' is not a number; write digits such as 1000 or -2.5, without units, "
            "blanks or thousands separators",
        ),
    ),
    case(
        "country in two regions",
        row("reference/country_regions", country_name="Gärmany", market_region="dahc"),
        error(
            "market_region",
            "'dahc' differs from 'dach', the region of DE in row"
            f" {first_row(COUNTRIES, 'country_code', 'de')}; write the same region in every row of"
            " the country",
        ),
    ),
    case(
        "country listed twice",
        row("reference/country_regions", country_name="GERMANY"),
        error(
            None,
            f"has the same country_name as row {first_row(COUNTRIES, 'country_name', 'germany')};"
            " delete one of the two rows or change one of them",
        ),
    ),
    case(
        "unknown bot filter",
        row("reference/bot_filters", bot_filter="proxy_marke"),
        error(
            "bot_filter",
            "'proxy_marke' is not a bot filter; use one of delivery_activity_type, "
            "max_seconds_after_delivery, burst_activity_type, burst_min_assets, "
            "burst_seconds, proxy_marker",
        ),
    ),
    case(
        "unreadable number of a bot filter",
        row("reference/bot_filters", bot_filter="burst_seconds", value="ten"),
        error("bot_filter", "burst_seconds is already set in row 6; delete one of the two rows"),
        error("value", "'ten' is not a number from 0; write digits such as 3, without units"),
    ),
    case(
        "unknown activity type of a bot filter",
        row("reference/bot_filters", bot_filter="burst_activity_type", value="email_clik"),
        error(
            "bot_filter", "burst_activity_type is already set in row 4; delete one of the two rows"
        ),
        error(
            "value",
            "'email_clik' is not an activity type; use a name of "
            "seeds/scorecards/activity_types.csv",
        ),
    ),
    case(
        "value of a bot filter missing",
        row("reference/bot_filters", value=""),
        error("value", "is empty; write the value of the setting"),
    ),
]


def keys(title):
    """Cells that tell the row of a case from every other row."""
    return {"rule_id": f"case {title}", "scorecard_id": f"case {title}"}


def place(seed, number=None, column=None):
    """The beginning of a message."""
    where = f"seeds/{seed}.csv"
    if number is not None:
        where += f" row {number}"
    return where + (f", column {column}" if column else "")


def write(path, lines):
    """Write lines as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def add(seeds, seed, cells):
    """Add a row to a seed; returns its row number."""
    path = seeds / f"{seed}.csv"
    lines = read(path)
    lines.append([cells.get(column, "") for column in lines[0]])
    write(path, lines)
    return len(lines)


def edit(seeds, seed, where, column, text):
    """Change a cell of the first row that has the given cells; returns its row number."""
    path = seeds / f"{seed}.csv"
    lines = read(path)
    header = lines[0]
    for number, line in enumerate(lines[1:], start=2):
        if where.items() <= dict(zip(header, line, strict=True)).items():
            line[header.index(column)] = text
            write(path, lines)
            return number
    raise LookupError(where)


def found(seeds, **variables):
    """What the check says about a folder of seeds, which is called `seeds` in the messages."""
    return {
        (mistake.severity, mistake.message.replace(str(seeds), "seeds"))
        for mistake in check_seeds(PROJECT, str(seeds), variables)
    }


def sheet(seed):
    """Which cases are checked together: those of rules, of scorecards, and of all other seeds."""
    return seed if seed in (RULES, SCORECARDS) else "others"


@cache
def checked_together(name, root):
    """All cases of a sheet in one check: their row numbers and what is said about each.

    A check takes most of a second, and mistakes in different rows do not touch each other.
    """
    seeds = Path(shutil.copytree(SEEDS, root / name.replace("/", "_")))
    rows = {}
    for parameters in CASES:
        title, (seed, cells), _ = parameters.values
        if sheet(seed) == name:
            rows[title] = seed, add(seeds, seed, keys(title) | cells)
    return rows, found(seeds)


@pytest.fixture(scope="module")
def checks_root(tmp_path_factory):
    """A folder for the checks of this module."""
    return tmp_path_factory.mktemp("checks")


def test_shipped_seeds_have_no_mistakes():
    assert check_seeds(PROJECT, str(SEEDS)) == []


@pytest.mark.parametrize(("title", "added", "mistakes"), CASES)
def test_mistake_in_a_row_is_reported_at_its_cell(title, added, mistakes, checks_root):
    rows, messages = checked_together(sheet(added[0]), checks_root)
    here = place(*rows[title])
    about_the_row = {item for item in messages if item[1].startswith((f"{here}:", f"{here},"))}
    assert about_the_row == {
        (severity, f"{place(*rows[title], column)}: {text}") for severity, column, text in mistakes
    }


@pytest.mark.parametrize("name", [RULES, SCORECARDS, "others"])
def test_mistake_in_a_row_spares_all_other_rows(name, checks_root):
    rows, messages = checked_together(name, checks_root)
    heres = [place(*row) for row in rows.values()]
    beginnings = tuple(here + end for here in heres for end in ":,")
    assert [text for _, text in messages if not text.startswith(beginnings)] == []


def test_lowest_band_with_a_minimum(edited_seeds):
    where = {"scorecard_id": "b2b_saas_v1", "dimension": "total", "min_points": ""}
    number = edit(edited_seeds, BANDS, where, "min_points", "5")
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(BANDS, number, 'min_points')}: the lowest band of total of scorecard"
            " b2b_saas_v1 starts at 5, so lower points are in no band; leave it empty in the lowest"
            " band",
        )
    }


def test_bands_of_a_dimension_nobody_has(edited_seeds):
    cells = {"scorecard_id": "b2b_saas_v1", "dimension": "engagment", "band": "all"}
    number = add(edited_seeds, BANDS, cells)
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(BANDS, number, 'dimension')}: 'engagment' is not a dimension of scorecard"
            " b2b_saas_v1: no rule and no limit has it; use total or a dimension of its rules, or"
            " add it to seeds/scorecards/score_dimensions.csv",
        )
    }


def test_grid_without_a_cell(edited_seeds):
    path = edited_seeds / "scorecards" / "priority_grid.csv"
    *lines, last = read(path)
    write(path, lines)
    scorecard_id, fit_band, engagement_band = last[:3]
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(GRID)}: scorecard {scorecard_id} has no row for fit_band {fit_band} with"
            f" engagement_band {engagement_band}; add a row with its priority",
        )
    }


def test_scorecard_without_rules_and_bands(edited_seeds):
    number = add(
        edited_seeds,
        SCORECARDS,
        GOOD_ROWS[SCORECARDS] | {"scorecard_id": "bare", "role": "challenger"},
    )
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(SCORECARDS, number, 'scorecard_id')}: scorecard bare is challenger but has no"
            " rules; add rules to seeds/scorecards/score_rules.csv, or write retired as its role",
        ),
        (
            "error",
            f"{place(BANDS)}: scorecard bare has no bands for its score; add rows with dimension"
            " total, such as hot, warm and cold",
        ),
    }


def test_two_champions_without_a_segment(edited_seeds):
    number = edit(edited_seeds, SCORECARDS, {"scorecard_id": "b2b_saas_v2"}, "role", "champion")
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(SCORECARDS, number, 'role')}: a second champion for open_leads without a"
            " segment, beside b2b_saas_v1 in row 2; make one of the two challenger or retired, or"
            " give it another segment",
        )
    }


def test_two_champions_of_a_segment(edited_seeds):
    where = {"scorecard_id": "b2b_saas_v2"}
    edit(edited_seeds, SCORECARDS, where, "segment_id", "product_signups")
    edit(edited_seeds, SCORECARDS, where, "role", "champion")
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(SCORECARDS, 4, 'role')}: a second champion for open_leads in segment"
            " product_signups, beside b2b_saas_v2 in row 3; make one of the two challenger or"
            " retired, or give it another segment",
        )
    }


def test_population_without_a_champion(edited_seeds):
    where = {"scorecard_id": "customer_upsell_v1"}
    edit(edited_seeds, SCORECARDS, where, "role", "challenger")
    assert found(edited_seeds) == {
        (
            "warning",
            f"{place(SCORECARDS)}: customers have no champion without a segment, so some of them"
            " may have no score that speaks for them; make a scorecard without segment_id their"
            " champion",
        )
    }


def test_rule_listed_in_both_rule_files(edited_seeds):
    lines = read(edited_seeds / f"{RULES}.csv")
    number = add(edited_seeds, f"{RULES}_fitted", dict(zip(lines[0], lines[1], strict=True)))
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(f'{RULES}_fitted', number)}: has the same rule_id and scorecard_id as row 2 of"
            " seeds/scorecards/score_rules.csv; delete one of the two rows or change one of them",
        )
    }


def test_size_bands_that_overlap_or_leave_a_gap(edited_seeds):
    edit(edited_seeds, SIZES, {"company_size": "small"}, "min_employees", "9")
    edit(edited_seeds, SIZES, {"company_size": "mid"}, "min_employees", "60")
    edit(edited_seeds, SIZES, {"company_size": "large"}, "max_employees", "")
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(SIZES, 3, 'min_employees')}: overlaps with micro in row 2, which ends at 9;"
            " write 10",
        ),
        (
            "error",
            f"{place(SIZES, 4, 'min_employees')}: leaves a gap: small in row 3 ends at 49;"
            " write 50",
        ),
        (
            "error",
            f"{place(SIZES, 7, 'min_employees')}: overlaps with large in row 6, which has no end;"
            " write max_employees in row 6",
        ),
    }


def test_exclusion_that_names_nothing(edited_seeds):
    path = edited_seeds / "reference" / "learning_exclusions.csv"
    path.write_text(
        "signal,reason\nindustry,x\nemail_open,x\nchannel:web,x\nany_activity,x\n"
        "Industrie,x\nchannel:wep,x\n",
        encoding="utf-8",
    )
    assert found(edited_seeds) == {
        (
            "warning",
            f"{place('reference/learning_exclusions', number, 'signal')}: '{name}' is no attribute,"
            " activity type or channel, so nothing is left out; correct the name, or delete the"
            " row",
        )
        for number, name in ((6, "industrie"), (7, "channel:wep"))
    }


def test_proposed_bands_that_start_alike_or_leave_leads_out(edited_seeds):
    path = edited_seeds / "reference" / "fit_bands.csv"
    path.write_text(
        "dimension,band,min_odds_ratio,description\n"
        "total,hot,3,x\ntotal,warm,3.0,x\ntotal,cold,,x\ntotal,frozen,,x\n"
        "fit,A,2,x\nfit,B,0.5,x\n"
        "engagement,1,2,x\nengagement,2,,x\n",
        encoding="utf-8",
    )
    bands = "reference/fit_bands"
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(bands, 3, 'min_odds_ratio')}: band warm starts at 3.0 like band hot in row 2;"
            " write another number, or delete one of the two bands",
        ),
        (
            "error",
            f"{place(bands, 5, 'min_odds_ratio')}: is empty like that of band cold in row 4, and"
            " only the lowest band of total may have none; write another number, or delete one of"
            " the two bands",
        ),
        (
            "error",
            f"{place(bands, 7, 'min_odds_ratio')}: the lowest band of fit starts at 0.5, so leads"
            " with lower odds are in no band; leave it empty in the lowest band",
        ),
    }


def test_attribute_derived_from_another(edited_seeds):
    first = edit(edited_seeds, ATTRIBUTES, {"attribute": "phone"}, "derived_from", "email")
    second = edit(edited_seeds, ATTRIBUTES, {"attribute": "seniority"}, "derived_from", "")
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(ATTRIBUTES, first, 'derived_from')}: phone is loaded, not derived; leave it"
            " empty",
        ),
        (
            "error",
            f"{place(ATTRIBUTES, second, 'derived_from')}: seniority is derived from job_title;"
            " write job_title",
        ),
    }


def test_attribute_of_the_var(edited_seeds):
    add(edited_seeds, RULES, GOOD_ROWS[RULES] | {"rule_id": "new", "signal": "loan_goal"})
    assert found(edited_seeds, lead_attributes=["Loan_Goal"]) == set()


def test_attribute_listed_in_the_seed_and_in_the_var(edited_seeds):
    number = edit(edited_seeds, ATTRIBUTES, {"attribute": "region"}, "description", "Region")
    assert found(edited_seeds, lead_attributes=["region"]) == {
        (
            "error",
            f"{place(ATTRIBUTES, number, 'attribute')}: 'region' is also named in the var"
            " lead_attributes; delete this row or the name in the var",
        )
    }


def test_condition_written_twice_is_a_warning(edited_seeds):
    lines = read(edited_seeds / f"{SEGMENTS}.csv")
    number = add(edited_seeds, SEGMENTS, dict(zip(lines[0], lines[1], strict=True)))
    assert found(edited_seeds) == {
        (
            "warning",
            f"{place(SEGMENTS, number)}: has the same attribute and operator and segment_id and"
            " value as row 2; delete one of the two rows or change one of them",
        )
    }


def test_blank_lines_are_no_mistakes_and_keep_row_numbers(edited_seeds):
    path = edited_seeds / f"{RULES}.csv"
    header, *lines = read(path)
    bad = [*lines[0]]
    bad[header.index("rule_id")] = "bad"
    bad[header.index("points")] = "x"
    write(path, [header, [], [""] * len(header), bad, *lines, []])
    (mistake,) = found(edited_seeds)
    assert mistake[1].startswith(f"{place(RULES, 4, 'points')}: 'x' is not a number")


def test_null_is_a_missing_value_as_in_dbt(edited_seeds):
    number = add(edited_seeds, RULES, GOOD_ROWS[RULES] | {"rule_id": "new", "points": "NULL"})
    assert found(edited_seeds) == {
        ("error", f"{place(RULES, number, 'points')}: is empty; write a number such as 10")
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            lambda text: text.replace("scorecard_id,dimension,band", "scorecard_id,dimention,band"),
            "row 1, column dimension: is missing, but there is a column 'dimention'; rename it to"
            " dimension",
            id="misspelt-column",
        ),
        pytest.param(
            lambda text: text.replace("scorecard_id,dimension,band", "scorecard_id,xyz,band"),
            "row 1, column dimension: is missing; add it (the columns are scorecard_id, dimension,"
            " band, min_points)|row 1, column xyz: is not known; remove it (the columns are"
            " scorecard_id, dimension, band, min_points)",
            id="other-column",
        ),
        pytest.param(
            lambda text: "\n".join(f"{line}," for line in text.splitlines()),
            "row 1: column 5 has no name; remove it (the columns are scorecard_id, dimension, band,"
            " min_points)",
            id="column-without-a-name",
        ),
        pytest.param(
            lambda text: "\n".join(
                f"{line},{'band' if n == 0 else ''}" for n, line in enumerate(text.splitlines())
            ),
            "row 1, column band: stands there twice; remove or rename one of them",
            id="column-twice",
        ),
        pytest.param(
            lambda text: text.replace(",", ";"),
            "row 1: the columns are separated by ';'; save the file as CSV with commas (comma"
            " delimited, UTF-8)",
            id="semicolons",
        ),
        pytest.param(
            lambda text: f"{text}b2b_saas_v1,total,h\u00f6her,1".encode("latin-1"),
            "row {last}: the file is not written in UTF-8; save it as 'CSV UTF-8 (comma"
            " delimited)'",
            id="wrong-encoding",
        ),
        pytest.param(
            lambda text: text.encode("utf-16"),
            "row 1: the file is not written in UTF-8; save it as 'CSV UTF-8 (comma delimited)'",
            id="utf-16",
        ),
        pytest.param(
            lambda text: f"{text}b2b_saas_v1,total,high,er,90",
            "row {last}: has 5 cells, but there are 4 columns; look for a comma too many or too"
            " few, and write text with commas in quotation marks",
            id="row-too-long",
        ),
        pytest.param(
            lambda text: f"{text}b2b_saas_v1,total",
            "row {last}: has 2 cells, but there are 4 columns; look for a comma too many or too"
            " few, and write text with commas in quotation marks",
            id="row-too-short",
        ),
        pytest.param(
            lambda text: f'{text}b2b_saas_v1,total,"high,90',
            "row {last}: a quotation mark is not closed, or text follows it (unexpected end of"
            ' data); write text with commas as "a, b" and a quotation mark in it as ""',
            id="open-quotation-mark",
        ),
        pytest.param(
            lambda text: "",
            ": the file is empty; its first row must name the columns",
            id="empty-file",
        ),
    ],
)
def test_unreadable_file_is_explained(edited_seeds, change, message):
    path = edited_seeds / f"{BANDS}.csv"
    changed = change(path.read_text(encoding="utf-8"))
    last = len(read(path)) + 1
    path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    expected = {
        f"{place(BANDS)}{'' if text.startswith(':') else ' '}{text.format(last=last)}"
        for text in message.split("|")
    }
    assert found(edited_seeds) == {("error", text) for text in expected}


def test_missing_file_is_named(edited_seeds):
    path = edited_seeds / f"{BANDS}.csv"
    path.rename(path.with_name("score_band.csv"))
    (edited_seeds / f"{SIZES}.csv").unlink()
    assert found(edited_seeds) == {
        ("error", f"{place(BANDS)}: the file is missing; rename score_band.csv"),
        ("error", f"{place(SIZES)}: the file is missing; a header row is enough"),
    }


def test_file_of_the_same_name_in_another_folder_is_an_error(edited_seeds):
    path = edited_seeds / f"{BANDS}.csv"
    backup = edited_seeds / "a_backup"
    backup.mkdir()
    shutil.copy(path, backup)
    assert found(edited_seeds) == {
        (
            "error",
            f"{place(BANDS)}: there are 2 files of this name, in"
            f" {edited_seeds.name}/a_backup and {place(BANDS).rpartition('/')[0]}; keep one and"
            " move the others out of the folder of seeds",
        )
    }


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("5", "is '5': write a list of columns of the raw leads, such as [budget, plan]."),
        ("budget", "is 'budget': write a list of columns of the raw leads"),
        ("{a: b}", "is '{'a': 'b'}': write a list of columns of the raw leads"),
        ("[a b]", "names 'a b': only letters, digits and underscores can stand in the name"),
        ("[1]", "names '1': only letters, digits and underscores can stand in the name"),
        ("[plan, Order]", "names 'Order', which is a word of SQL: rename the column in the raw"),
        ("[row_status]", "names 'row_status', which the tables of this project name a column of"),
    ],
)
def test_attributes_of_the_var_are_a_list_of_names(value, message):
    result = CliRunner().invoke(main, ["check", "--vars", f"lead_attributes: {value}"])
    assert result.exit_code == 1
    assert f"Error: The var lead_attributes {message}" in result.output


HORIZON_RULE = "write a whole number from 1 to 36500, without quotes."
AGES_RULE = (
    "write a list of whole numbers of days from 0 to 36500, without quotes, such as [0, 7, 30]."
)
FLAG_RULE = "write true or false, without quotes."
SHARE_RULE = "write a number from 0 to 1, without quotes, such as 0.05 for 5 %."


@pytest.mark.parametrize(
    ("macro", "arguments", "variables", "message"),
    [
        ("conversion_horizon_days", (), {"conversion_horizon_days": value}, f"is {text}: {rule}")
        for value, text, rule in (
            ("90", "'90' as a text", HORIZON_RULE),
            ("a quarter", "'a quarter'", HORIZON_RULE),
            (90.5, "'90.5'", HORIZON_RULE),
            (0, "'0'", HORIZON_RULE),
            (-7, "'-7'", HORIZON_RULE),
            (1000000, "'1000000'", HORIZON_RULE),
            (True, "'True'", HORIZON_RULE),
            (None, "'None'", HORIZON_RULE),
        )
    ]
    + [
        ("backtest_lead_ages_days", (), {"backtest_lead_ages_days": value}, f"is {text}: {rule}")
        for value, text, rule in (
            (7, "'7'", AGES_RULE),
            ("7", "'7' as a text", AGES_RULE),
            ("0, 7", "'0, 7'", AGES_RULE),
            ({7: 1}, "'{7: 1}'", AGES_RULE),
            (None, "'None'", AGES_RULE),
            ([0, "7"], "'[0, '7']'", AGES_RULE),
            ([0, -1], "'[0, -1]'", AGES_RULE),
            ([True], "'[True]'", AGES_RULE),
        )
    ]
    + [
        ("has_raw_table", ("companies",), {"has_companies": value}, f"is {text}: {FLAG_RULE}")
        for value, text in (
            ("false", "'false' as a text"),
            ("no", "'no'"),
            (0, "'0'"),
            (None, "'None'"),
        )
    ]
    + [
        ("max_quarantined_share", (), {"max_quarantined_share": value}, f"is {text}: {SHARE_RULE}")
        for value, text in (
            (5, "'5'"),
            (-0.1, "'-0.1'"),
            ("0.05", "'0.05' as a text"),
            (True, "'True'"),
            (None, "'None'"),
            (float("nan"), "'nan'"),
        )
    ]
    + [
        (
            "whole_number_var",
            ("history_daily_days",),
            {"history_daily_days": "30"},
            "is '30' as a text: write a whole number from 0 to 36500, without quotes.",
        )
    ],
)
def test_var_of_another_kind_is_explained(macro, arguments, variables, message):
    with pytest.raises(CompilerError) as stopped:
        Templates(PROJECT, variables, {}).call(macro, *arguments)
    assert str(stopped.value) == f"The var {next(iter(variables))} {message}"


def test_var_of_its_kind_is_taken():
    variables = {
        "conversion_horizon_days": 1,
        "backtest_lead_ages_days": [30, 0, 7, 7],
        "has_companies": False,
        "max_quarantined_share": 1,
        "history_monthly_periods": 0,
    }
    templates = Templates(PROJECT, variables, {})
    assert templates.call("conversion_horizon_days") == 1
    assert templates.call("backtest_lead_ages_days") == [0, 7, 30]
    assert templates.call("has_raw_table", "companies") is False
    assert templates.call("has_raw_table", "leads") is True
    assert templates.call("max_quarantined_share") == 1
    assert templates.call("whole_number_var", "history_monthly_periods") == 0
    no_ages = Templates(PROJECT, {"backtest_lead_ages_days": []}, {})
    assert no_ages.call("backtest_lead_ages_days") == []


def test_a_day_that_no_calendar_has_is_no_traceback():
    result = CliRunner().invoke(main, ["check", "--vars", "{as_of_date: 2026-02-30}"])
    assert result.exit_code == 2
    assert "write them like '{as_of_date: 2026-03-01}'" in result.output


def test_no_attribute_is_named_by_a_word_of_sql_or_as_a_column_beside_it():
    with duckdb.connect() as connection:
        words = connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"
        ).fetchall()
    refused = {name for (name,) in words}
    for model in ("staging/raw/stg_raw__leads", "intermediate/leads/int_leads__captures"):
        sql = (PROJECT / "models" / f"{model}.sql").read_text(encoding="utf-8")
        refused |= {*re.findall(r"\bas (\w+)(?=,|\n)", sql)}
    assert {"order", "row_status", "state_hash"} <= refused
    templates = Templates(PROJECT, project_variables(PROJECT), {})
    for name in refused - {*templates.call("lead_attribute_columns")}:
        own = Templates(PROJECT, {"lead_attributes": [name]}, {})
        with pytest.raises(CompilerError, match=f"names '{name}', which"):
            own.call("custom_lead_attributes")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: f"\ufeff{text}", id="byte-order-mark"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="windows-line-ends"),
        pytest.param(lambda text: text.rstrip("\n"), id="no-line-end-at-the-end"),
    ],
)
def test_what_spreadsheets_do_to_files_does_not_hurt(edited_seeds, change):
    for path in edited_seeds.rglob("*.csv"):
        path.write_bytes(change(path.read_text(encoding="utf-8")).encode())
    assert found(edited_seeds) == set()


def test_command_says_what_is_wrong_and_fails_only_for_errors(edited_seeds):
    run = CliRunner().invoke
    assert run(main, ["check", "--seeds", str(SEEDS)]).output == "The seeds have no mistakes.\n"

    add(edited_seeds, RULES, GOOD_ROWS[RULES] | {"rule_id": "dead", "points": "0"})
    result = run(main, ["check", "--seeds", str(edited_seeds)])
    assert result.exit_code == 0
    assert result.output.startswith(f"Warning: {edited_seeds}/{RULES}.csv row ")
    assert result.output.endswith("\n1 warning in the seeds.\n")

    number = add(edited_seeds, RULES, GOOD_ROWS[RULES] | {"rule_id": "x", "operator": "gt"})
    result = run(main, ["check"], env={"LEAD_SCORING_SEEDS": str(edited_seeds)})
    assert result.exit_code == 1
    assert result.output.splitlines()[1:] == [
        f"Error: {edited_seeds}/{RULES}.csv row {number}, column operator: 'gt' is not an"
        " operator; use one of =, !=, in, not in, >, >=, <, <=, between, contains, starts with, is"
        " missing, is present",
        "1 error and 1 warning in the seeds.",
    ]


def test_command_explains_a_folder_that_is_not_there():
    result = CliRunner().invoke(main, ["check", "--seeds", "nowhere"])
    assert result.exit_code == 1
    assert result.output == "Error: There is no folder of seeds at nowhere. Name it with --seeds.\n"


def test_check_takes_less_than_five_seconds():
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", "from lead_scoring.cli import main; main()", "check"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    assert time.monotonic() - start < 5


@pytest.mark.slow
def test_dbt_and_the_command_say_the_same_and_dbt_stops(tmp_path, edited_seeds):
    warehouse = Warehouse(tmp_path / "warehouse", seeds=edited_seeds)
    select = ("--select", "+staging.config,+config_errors", "--exclude-resource-type", "unit_test")
    good = warehouse.dbt("build", *select)
    assert good.success, good.log
    assert warehouse.query("select * from config_errors") == []

    for parameters in CASES:
        title, (seed, cells), _ = parameters.values
        add(edited_seeds, seed, keys(title) | cells)
    header, *lines = read(edited_seeds / f"{RULES}.csv")
    write(edited_seeds / f"{RULES}.csv", [header, [], *lines])
    mistakes = check_seeds(PROJECT, str(edited_seeds))
    result = warehouse.dbt("build", *select)

    assert not result.success
    query = "select severity, message from config_errors"
    assert sorted(warehouse.query(query)) == sorted(mistakes)
    for severity, message in mistakes:
        assert (f"Warning: {message}" if severity == "warning" else f"\n  {message}") in result.log


@pytest.mark.slow
def test_misspelt_column_stops_dbt_before_the_seed_is_loaded(tmp_path, edited_seeds):
    warehouse = Warehouse(tmp_path / "warehouse", seeds=edited_seeds)
    select = ("--select", "score_bands")
    assert warehouse.dbt("seed", *select).success
    before = warehouse.table("score_bands")

    path = edited_seeds / f"{BANDS}.csv"
    path.write_text(path.read_text().replace("dimension,band", "dimention,band", 1))
    result = warehouse.dbt("seed", *select)

    assert not result.success
    assert (
        f"{path} row 1, column dimension: is missing, but there is a column 'dimention'; rename it"
        " to dimension"
    ) in result.log
    assert warehouse.table("score_bands") == before


@pytest.mark.slow
def test_cells_are_loaded_by_the_name_of_their_column_as_they_are_written(tmp_path, edited_seeds):
    warehouse = Warehouse(tmp_path / "warehouse", seeds=edited_seeds)
    domains = [
        'mail."quoted".com',
        "mañana.es",
        "😀.ws",
        "two\nlines",
        "back\\slash",
        "'; --",
        "1.50",
    ]
    with (edited_seeds / "reference" / "free_email_domains.csv").open(
        "w", encoding="utf-8", newline=""
    ) as file:
        writer = csv.writer(file)
        writer.writerow(["ignores_dots", "domain"])
        writer.writerows([["", domains[0]], *(["true", domain] for domain in domains[1:])])
    result = warehouse.dbt("seed", "--select", "free_email_domains")
    assert result.success, result.log
    assert warehouse.query(
        "select domain, ignores_dots from free_email_domains order by rowid"
    ) == [(domains[0], None), *((domain, "true") for domain in domains[1:])]
