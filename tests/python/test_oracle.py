"""Cases worked out by hand that pin the oracle itself.

Every expected number stands with its sum in a comment, so that it can be checked with a pencil.
"""

import csv
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from oracle import RAW_COLUMNS, Oracle, decayed, holds, lower, number, timestamp
from strategies import SEED_COLUMNS, World, worlds, write_world

DAY = date(2024, 3, 15)

REFERENCE = {
    "lead_attributes": """
attribute,derived_from,description
email,,
first_name,,
job_title,,
company_name,,
industry,,
employee_count,,
annual_revenue,,
country,,
lead_source,,
email_type,email,
email_domain,email,
seniority,job_title,
department,job_title,
company_size,employee_count,
country_code,country,
market_region,country,
""",
    "job_title_patterns": """
pattern,seniority,department,priority,language
vice president,vp,,20,en
president,c_level,,30,en
vp,vp,,20,en
sales,,sales,50,en
data,,data,50,en
data center,,it,50,en
engineer*,individual,engineering,60,en
geschäftsführer*,c_level,executive,10,de
""",
    "free_email_domains": """
domain,ignores_dots
gmail.com,true
web.de,false
""",
    "disposable_email_domains": """
domain
mailinator.com
""",
    "email_domain_suffixes": """
suffix,email_type,note
edu,student,
gov,government,
lab.edu,competitor,
""",
    "company_size_bands": """
company_size,min_employees,max_employees
micro,1,9
small,10,49
enterprise,50,
""",
    "country_regions": """
country_name,country_code,market_region
Germany,DE,dach
Deutschland,DE,dach
""",
    "bot_filters": """
bot_filter,value,description
delivery_activity_type,email_delivered,
max_seconds_after_delivery,3,
burst_activity_type,email_click,
burst_min_assets,3,
burst_seconds,10,
proxy_marker,GoogleImageProxy,
""",
}
ACTIVITY_TYPES = """
activity_type,channel,is_bot_suspect,description
page_view,web,false,
email_delivered,delivery,false,
email_open,email,true,
email_click,email,true,
"""


@pytest.fixture(scope="session")
def template_seeds(tmp_path_factory):
    """Reference seeds small enough to know by heart."""
    folder = tmp_path_factory.mktemp("template") / "reference"
    folder.mkdir()
    for name, text in REFERENCE.items():
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return folder.parent


@pytest.fixture
def make(tmp_path, template_seeds):
    """Build an oracle from a few rows; what a test does not say is left empty."""

    def build(
        leads=({"lead_id": "L"},),
        activities=(),
        outcomes=(),
        changes=(),
        companies=(),
        rules=(),
        scorecards=({},),
        vars=None,
        **seeds,
    ):
        created = {"created_at": "2024-01-01"}
        seeds = {name: list(seeds.get(name, ())) for name in SEED_COLUMNS}
        seeds["scorecards"] = [
            {
                "scorecard_id": "card",
                "role": "champion",
                "population": "open_leads",
                "method": "manual",
                "base_points": "0",
                "mql_score": "50",
                **scorecard,
            }
            for scorecard in scorecards
        ]
        seeds["score_rules"] = [
            {
                "scorecard_id": "card",
                "rule_id": f"r{i}",
                "dimension": "engagement",
                "points": "10",
                **rule,
            }
            for i, rule in enumerate(rules)
        ]
        seeds["activity_types"] = list(csv.DictReader(ACTIVITY_TYPES.strip().splitlines()))
        raw = {
            "leads": [created | lead for lead in leads],
            "lead_changes": list(changes),
            "companies": list(companies),
            "activities": [
                {"activity_id": f"A{i}", "lead_id": "L", "activity_type": "page_view", **activity}
                for i, activity in enumerate(activities)
            ],
            "outcomes": [{"lead_id": "L", **outcome} for outcome in outcomes],
        }
        world = World(raw, seeds, vars or {})
        write_world(world, tmp_path / "raw", tmp_path / "seeds", template_seeds)
        return Oracle(tmp_path / "raw", tmp_path / "seeds", world.vars)

    return build


def rule_rows(oracle, day=DAY):
    return {row.rule_id: row for row in oracle.ledger(day) if row.entry == "rule"}


def points(oracle, day=DAY):
    return {rule_id: row.points for rule_id, row in rule_rows(oracle, day).items()}


def d(text):
    return Decimal(text)


def days_ago(days):
    return {"occurred_at": (DAY - timedelta(days=days)).isoformat()}


# --------------------------------------------------------------------------------- operators


@pytest.mark.parametrize(
    ("actual", "operator", "value", "expected"),
    [
        # Two numbers compare as numbers however they are written.
        ("12", "=", "12.0", True),
        ("+1.2e1", "=", "12", True),
        ("012", "in", "7|12", True),
        ("12", "not in", "7|12.00", False),
        ("-0", "=", "0", True),
        # One of them is no number: text.
        ("12 %", "=", "12", False),
        ("1,000", "=", "1000", False),
        ("1,000", "=", "1,000", True),
        ("nan", "=", "NaN", True),
        # Text: outer blanks and case do not matter.
        ("Software", "=", " software ", True),
        ("SOFTWARE", "in", "retail | Software", True),
        ("ÄRZTE", "starts with", "ärz", True),
        ("Chief of Staff", "contains", "OF", True),
        ("Chief of Staff", "starts with", "of", False),
        # Number operators.
        ("10", ">", "9", True),
        ("10", ">", "9.5e0", True),
        ("10", ">", "10", False),
        ("10", ">=", "10.0", True),
        ("10", "<", "10", False),
        ("-3", "<=", "-3", True),
        ("ten", ">", "9", False),
        ("ten", "<=", "9", False),
        ("10", "between", "10..50", True),
        ("50.0", "between", "10..50", True),
        ("50.01", "between", "10..50", False),
        ("-7", "between", "-10..-5", True),
        ("2.5", "between", "1.5..2.5", True),
        ("about 20", "between", "10..50", False),
        # A missing value meets only `is missing`.
        (None, "is missing", None, True),
        (None, "is present", None, False),
        (None, "!=", "x", False),
        (None, "not in", "x|y", False),
        (None, "<", "5", False),
        ("x", "is missing", None, False),
        ("x", "is present", None, True),
        ("x", "!=", "y", True),
        ("12", "!=", "12.0", False),
    ],
)
def test_operator(actual, operator, value, expected):
    assert holds(operator, value, actual) is expected


@pytest.mark.parametrize("text", ["12", "-3.5", "+0.1", "1e6", "1E-2", " 7 "])
def test_a_number(text):
    assert number(text) is not None


@pytest.mark.parametrize(
    "text", [None, "", "1,000", "12 %", "inf", "nan", "0x10", "1e", "--1", "٣"]
)
def test_no_number(text):
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29", datetime(2024, 2, 29)),
        ("2024-03-15 10:20", datetime(2024, 3, 15, 10, 20)),
        ("2024-03-15T10:20:30.5Z", datetime(2024, 3, 15, 10, 20, 30, 500000)),
        # Two hours east of UTC: two hours earlier in UTC, on the day before.
        ("2024-03-15T01:00+02:00", datetime(2024, 3, 14, 23, 0)),
        ("2024-03-14 20:00:00-05:30", datetime(2024, 3, 15, 1, 30)),
        ("2023-02-29", None),
        ("2024-03-15T25:00", None),
        ("15/03/2024", None),
        ("2024-03-15 10:00 PM", None),
        ("2024-3-5", None),
    ],
)
def test_timestamp(text, expected):
    assert timestamp(text) == expected


def test_lower_case_is_per_character():
    # Python alone would write the last sigma of a word differently.
    assert lower("ΟΔΟΣ") == "\u03bf\u03b4\u03bf\u03c3"
    assert lower("İ") == "i"


# ---------------------------------------------------------------------- decay, caps, windows


def test_decay_by_half_life():
    assert decayed(d("10"), d("7"), 0) == d("10")
    assert decayed(d("10"), d("7"), 7) == d("5")
    assert decayed(d("10"), d("7"), 21) == d("1.25")
    assert decayed(d("-8"), d("7.5"), 15) == d("-2")
    # 10 * 0.5 ^ (1/7) = 10 * 0.90572366426...
    assert decayed(d("10"), d("7"), 1) == d("9.0572366426")
    assert decayed(d("10"), None, 1000) == d("10")


def test_each_adds_decayed_events(make):
    oracle = make(
        activities=[days_ago(0), days_ago(7), days_ago(7), days_ago(14)],
        rules=[{"signal": "page_view", "measure": "each", "half_life_days": "7"}],
    )
    row = rule_rows(oracle)["r0"]
    # 10 + 5 + 5 + 2.5 = 22.5 of 40.
    assert (row.raw_points, row.decay_points, row.cap_points) == (d("40"), d("-17.5"), d("0"))
    assert row.points == d("22.50")
    assert (row.event_count, row.last_event_date) == (4, DAY)


def test_decayed_sum_rounds_half_away_from_zero(make):
    # 0.01 * 0.5 = 0.005 is half a cent: away from zero, for negative points too.
    oracle = make(
        activities=[days_ago(7)],
        rules=[
            {"signal": "page_view", "measure": "each", "half_life_days": "7", "points": "0.01"},
            {"signal": "page_view", "measure": "each", "half_life_days": "7", "points": "-0.01"},
        ],
    )
    assert points(oracle) == {"r0": d("0.01"), "r1": d("-0.01")}


def test_what_decays_to_nothing_still_fired(make):
    # 10 * 0.5 ^ 70 is less than a cent; the row says that decay took it all.
    oracle = make(
        activities=[days_ago(70)],
        rules=[{"signal": "page_view", "measure": "each", "half_life_days": "1"}],
    )
    row = rule_rows(oracle)["r0"]
    assert (row.raw_points, row.decay_points, row.points) == (d("10"), d("-10"), d("0"))


def test_rule_cap_holds_in_both_directions(make):
    rule = {"signal": "page_view", "measure": "each", "max_points": "15"}
    oracle = make(
        activities=[days_ago(0), days_ago(1)],
        rules=[rule, rule | {"points": "-10"}, rule | {"points": "7"}],
    )
    rows = rule_rows(oracle)
    # 20 -> 15, -20 -> -15, 14 stays.
    assert [rows[r].cap_points for r in ("r0", "r1", "r2")] == [d("-5"), d("5"), d("0")]
    assert points(oracle) == {"r0": d("15"), "r1": d("-15"), "r2": d("14")}


def test_window_edges(make):
    rule = {"signal": "page_view", "measure": "each", "window_days": "7"}
    # 0 <= age < 7: today and six days ago count, seven days ago and tomorrow do not.
    oracle = make(
        activities=[
            {"occurred_at": "2024-03-15 23:59:59.999999"},
            {"occurred_at": "2024-03-09 00:00:00"},
            {"occurred_at": "2024-03-08 23:59:59.999999"},
            {"occurred_at": "2024-03-16 00:00:00"},
            # Written on the 16th, but still the 15th in UTC.
            {"occurred_at": "2024-03-16 01:00+02:00"},
        ],
        rules=[rule, rule | {"window_days": None}],
    )
    assert points(oracle) == {"r0": d("30"), "r1": d("40")}


def test_counts_of_a_silent_lead(make):
    def rule(measure, operator, value=None):
        return {
            "signal": "page_view",
            "measure": measure,
            "operator": operator,
            "value": value,
            "window_days": "30",
        }

    # The only event is 30 days old: outside. Events and days are 0, the last one is missing.
    oracle = make(
        activities=[days_ago(30)],
        rules=[
            rule("events", "=", "0"),
            rule("active_days", "<", "1"),
            rule("days_since_last", "is missing"),
            rule("days_since_last", ">=", "0"),
            rule("events", ">=", "1"),
            {"signal": "page_view", "measure": "each", "window_days": "30"},
        ],
    )
    rows = rule_rows(oracle)
    assert set(rows) == {"r0", "r1", "r2"}
    assert (rows["r2"].event_count, rows["r2"].last_event_date) == (0, None)


def test_counts_of_an_active_lead(make):
    def rule(measure, operator, value):
        return {"signal": "page_view", "measure": measure, "operator": operator, "value": value}

    # Three events on two days, the last two days ago; points are given once.
    oracle = make(
        activities=[days_ago(2), days_ago(2), days_ago(9)],
        rules=[
            rule("events", "=", "3.0"),
            rule("active_days", "between", "2..2"),
            rule("days_since_last", "<=", "2"),
            rule("days_since_last", "<", "2"),
        ],
    )
    assert points(oracle) == {"r0": d("10"), "r1": d("10"), "r2": d("10")}
    row = rule_rows(oracle)["r1"]
    assert (row.event_count, row.last_event_date) == (3, date(2024, 3, 13))


def test_signals_and_topics(make):
    day = days_ago(1)
    oracle = make(
        activities=[
            {**day, "topic": " Pricing "},
            {**day, "activity_type": "PAGE_VIEW", "channel": "Email"},
            {**day, "activity_type": "carrier pigeon"},
            {**day, "activity_type": "email_click", "topic": "pricing"},
        ],
        rules=[
            {"signal": signal, "measure": "each", "points": "1", "topic": topic}
            for signal, topic in [
                # Both page views.
                ("page_view", None),
                # The first: the second has a channel of its own.
                ("channel:web", None),
                # The second page view and the click.
                ("channel:email", None),
                # All four, also of a type nobody listed.
                ("any_activity", None),
                # The first page view and the click.
                ("any_activity", "PRICING"),
            ]
        ],
    )
    assert points(oracle) == {
        "r0": d("2"),
        "r1": d("1"),
        "r2": d("2"),
        "r3": d("4"),
        "r4": d("2"),
    }


def test_order_of_the_limits(make):
    value = {"signal": "lead_source", "measure": "value", "operator": "is missing"}
    oracle = make(
        rules=[
            value | {"points": "40", "max_points": "30"},
            value | {"points": "-80", "dimension": "fit"},
            value | {"points": "5", "dimension": "unlimited"},
        ],
        scorecards=[{"base_points": "10", "min_score": "0", "max_score": "100"}],
        score_dimensions=[
            {"scorecard_id": "card", "dimension": "engagement", "max_points": "20"},
            {"scorecard_id": "card", "dimension": "fit", "min_points": "-50"},
            {"scorecard_id": "card", "dimension": "product", "min_points": "3"},
        ],
    )
    rows = [(row.entry, row.dimension, row.points) for row in oracle.ledger(DAY)]
    # engagement 40 -> 30 by the rule, -> 20 by the dimension; fit -80 -> -50; product 0 -> 3;
    # 10 + 20 - 50 + 5 + 3 = -12 -> 0 by the floor.
    assert rows == [
        ("rule", "engagement", d("30")),
        ("rule", "fit", d("-80")),
        ("rule", "unlimited", d("5")),
        ("dimension_limit", "engagement", d("-10")),
        ("dimension_limit", "fit", d("30")),
        ("dimension_limit", "product", d("3")),
        ("base", None, d("10")),
        ("score_floor", None, d("12")),
    ]
    score = oracle.scores(DAY)["L", "card"]
    assert score["score"] == 0
    assert score["dimension_points"] == {
        "engagement": d("20"),
        "fit": d("-50"),
        "product": d("3"),
        "unlimited": d("5"),
    }


def test_ceiling_and_base_of_zero(make):
    oracle = make(
        rules=[{"signal": "lead_source", "measure": "value", "operator": "is missing"}],
        scorecards=[{"max_score": "7.5"}],
    )
    rows = [(row.entry, row.points) for row in oracle.ledger(DAY)]
    # 0 + 10 = 10 -> 7.5. The base row stands also when it gives nothing.
    assert rows == [("rule", d("10")), ("base", d("0")), ("score_ceiling", d("-2.5"))]


# ---------------------------------------------------------------------- scorecards and bands


def test_bands_grid_and_threshold(make):
    def bands(dimension, *rows):
        return [
            {"scorecard_id": "card", "dimension": dimension, "band": band, "min_points": low}
            for band, low in rows
        ]

    oracle = make(
        rules=[
            {"signal": "country", "measure": "value", "operator": "is present", "points": "20"},
            {
                "signal": "lead_source",
                "measure": "value",
                "operator": "=",
                "value": "webinar",
                "points": "9.99",
                "dimension": "fit",
            },
        ],
        scorecards=[{"base_points": "20", "mql_score": "50"}],
        score_bands=[
            *bands("total", ("cold", None), ("warm", "20"), ("hot", "50")),
            *bands("fit", ("A", "10"), ("B", None)),
            *bands("engagement", ("1", "20"), ("2", None)),
        ],
        priority_grid=[
            {
                "scorecard_id": "card",
                "fit_band": "B",
                "engagement_band": "1",
                "priority": "P2",
                "sla_hours": "8",
                "next_step": "Call",
            }
        ],
        leads=[{"lead_id": "L", "country": "DE", "lead_source": "Webinar"}],
    )
    # 20 + 20 + 9.99 = 49.99: just not hot and just not an MQL; fit 9.99 is just not an A;
    # engagement 20 reaches band 1 exactly.
    score = oracle.scores(DAY)["L", "card"]
    assert score["score"] == d("49.99")
    assert score["bands"] == {"total": "warm", "fit": "B", "engagement": "1"}
    assert (score["priority"], score["sla_hours"], score["next_step"]) == ("P2", 8, "Call")
    assert score["is_mql"] is False
    assert score["is_primary"] is True


def test_segments_and_primary_scorecard(make):
    big = {"segment_id": "big", "attribute": "company_size", "operator": "="}
    rule = {"signal": "country", "measure": "value", "operator": "is missing"}
    oracle = make(
        leads=[
            {"lead_id": "S", "employee_count": "20"},
            {"lead_id": "B", "employee_count": "500"},
        ],
        scorecards=[
            {},
            {"scorecard_id": "big_card", "segment_id": "big"},
            {"scorecard_id": "new_card", "role": "challenger"},
            {"scorecard_id": "old_card", "role": "retired"},
        ],
        segments=[big | {"value": "enterprise"}],
        rules=[rule, rule | {"segment_id": "big"}, rule | {"scorecard_id": "big_card"}],
    )
    scores = oracle.scores(DAY)
    # The small lead is not in the segment: it lacks the second rule and the big scorecard.
    assert {key: score["score"] for key, score in scores.items()} == {
        ("S", "card"): d("10"),
        ("S", "new_card"): d("0"),
        ("B", "card"): d("20"),
        ("B", "big_card"): d("10"),
        ("B", "new_card"): d("0"),
    }
    primary = {key for key, score in scores.items() if score["is_primary"]}
    assert primary == {("S", "card"), ("B", "big_card")}


# ------------------------------------------------------------------------------- populations


def outcome(name, at="2024-03-01 10:00"):
    return {"outcome": name, "occurred_at": at}


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], {"open_leads"}),
        ([outcome("lost")], None),
        ([outcome("lost"), outcome("reopened", "2024-03-01 11:00")], {"open_leads"}),
        ([outcome("reopened"), outcome("lost", "2024-03-01 11:00")], None),
        # At the very same time reopened decides.
        ([outcome("reopened"), outcome("lost")], {"open_leads"}),
        ([outcome("won")], {"customers"}),
        ([outcome("won"), outcome("reopened", "2024-03-02")], {"customers"}),
        # At the very same time churned decides; a conversion ends the open time for good.
        ([outcome("won"), outcome("churned")], None),
        ([outcome("won"), outcome("churned"), outcome("reopened", "2024-03-02")], None),
        ([outcome("won"), outcome("churned"), outcome("WON ", "2024-03-02")], {"customers"}),
        ([outcome("churned")], {"open_leads"}),
        # A day's outcomes count on that day, tomorrow's do not.
        ([outcome("won", "2024-03-15 23:59:59")], {"customers"}),
        ([outcome("won", "2024-03-16")], {"open_leads"}),
        ([outcome("opportunity")], {"open_leads"}),
    ],
)
def test_population(make, outcomes, expected):
    eligible = make(outcomes=outcomes).eligible(DAY)
    assert eligible.get("L") == expected


def test_another_conversion_outcome(make):
    vars = {"conversion_outcome": "opportunity"}
    assert make(outcomes=[outcome("opportunity")], vars=vars).eligible(DAY) == {}
    # Won without an opportunity: a customer that is still open.
    both = {"L": {"open_leads", "customers"}}
    assert make(outcomes=[outcome("won")], vars=vars).eligible(DAY) == both


def test_who_does_not_exist_is_not_scored(make):
    leads = [
        {"lead_id": "today", "created_at": "2024-03-15 23:59:59"},
        {"lead_id": "tomorrow", "created_at": "2024-03-16"},
        {"lead_id": "deleted", "is_deleted": "Yes"},
    ]
    won_early = {"lead_id": "tomorrow", **outcome("won")}
    assert set(make(leads=leads, outcomes=[won_early]).eligible(DAY)) == {"today"}


# ------------------------------------------------------------------------- leads, attributes


def test_identity(make):
    leads = [
        {"lead_id": "a", "email": "Ann.Lee+news@Gmail.com ", "created_at": "2024-02-01"},
        {"lead_id": "b", "email": "annlee@gmail.com", "created_at": "2024-01-01"},
        {"lead_id": "c", "email": "a.nnlee@gmail.com", "created_at": "2024-01-01"},
        # Dots matter elsewhere; no address, no merging; deleted leads stay apart.
        {"lead_id": "d", "email": "ann.lee@web.de"},
        {"lead_id": "e", "email": "annlee@web.de"},
        {"lead_id": "f", "email": "ann@web"},
        {"lead_id": "g", "email": "ann@web"},
        {
            "lead_id": "h",
            "email": "annlee@gmail.com",
            "created_at": "2023-01-01",
            "is_deleted": "t",
        },
        # What is left of these addresses names nobody.
        {"lead_id": "i", "email": "+one@web.de"},
        {"lead_id": "j", "email": "+two@web.de"},
    ]
    oracle = make(leads=leads)
    # b and c are the earliest; b comes first.
    merged = {"a": "b", "c": "b"}
    assert oracle.identity() == {x: merged.get(x, x) for x in "abcdefghij"}
    # What a deleted lead wished the living one wishes, though it is younger.
    merged["h"] = "b"
    assert oracle.wishes() == {x: merged.get(x, x) for x in "abcdefghij"}
    fate = oracle.sort_rows()["leads"]
    assert (fate["raw"], fate["accepted"], fate["merged"], fate["quarantined"]) == (10, 8, 2, 0)


def test_attributes_from_log_lead_and_company(make):
    oracle = make(
        leads=[
            {
                "lead_id": "L",
                "company_id": "C",
                "job_title": "VP",
                "industry": "Retail",
                "email": " ",
            }
        ],
        companies=[{"company_id": "C", "industry": "Software", "employee_count": "12"}],
        changes=[
            {"lead_id": "L", "attribute": " Job_Title", "new_value": value, "changed_at": at}
            for value, at in [
                ("Engineer", "2024-03-10 08:00"),
                ("Data Engineer", "2024-03-10 09:00"),
                ("Sales", "2024-03-12"),
                (None, "2024-03-20"),
            ]
        ],
    )

    def known(day):
        attributes = oracle.attributes("L", date(2024, 3, day))
        return attributes["job_title"], attributes["seniority"], attributes["department"]

    # Before the first logged change nothing is known, whatever the lead says today.
    assert known(9) == (None, None, None)
    assert known(10) == ("Data Engineer", "individual", "data")
    assert known(11) == ("Data Engineer", "individual", "data")
    assert known(12) == ("Sales", None, "sales")
    assert known(20) == (None, None, None)
    attributes = oracle.attributes("L", DAY)
    assert attributes["industry"] == "Retail"
    assert (attributes["employee_count"], attributes["company_size"]) == ("12", "small")
    assert (attributes["email"], attributes["email_type"]) == (None, None)


@pytest.mark.parametrize(
    ("title", "seniority", "department"),
    [
        ("VP, Sales", "vp", "sales"),
        ("Sales/VP", "vp", "sales"),
        # "vice president" (20) comes before "president" (30), which matches too.
        ("Vice-President of Sales", "vp", "sales"),
        ("President", "c_level", None),
        # Whole words only.
        ("VPN Sales", None, "sales"),
        ("Wholesales", None, None),
        # A prefix of a word.
        ("Engineering lead", "individual", "engineering"),
        ("Reengineering", None, None),
        ("GESCHÄFTSFÜHRERIN", "c_level", "executive"),
        # Same priority: the longer pattern.
        ("Data Center", None, "it"),
        ("Data\tCenter", None, "it"),
        ("(Data)  [Center]", None, "it"),
    ],
)
def test_title(make, title, seniority, department):
    attributes = make(leads=[{"lead_id": "L", "job_title": title}]).attributes("L", DAY)
    assert (attributes["seniority"], attributes["department"]) == (seniority, department)


@pytest.mark.parametrize(
    ("email", "email_type", "domain"),
    [
        ("x@Acme.example", "business", "acme.example"),
        ("x@gmail.com", "free", "gmail.com"),
        ("x@mail.gmail.com", "business", "mail.gmail.com"),
        ("x@mailinator.com", "disposable", "mailinator.com"),
        ("x@cs.mit.edu", "student", "cs.mit.edu"),
        ("x@notedu", "invalid", None),
        ("x@fakeedu.com", "business", "fakeedu.com"),
        # The longest suffix wins.
        ("x@my.lab.edu", "competitor", "my.lab.edu"),
        ("not an address", "invalid", None),
        ("two@at@acme.example", "invalid", None),
        (None, None, None),
    ],
)
def test_email(make, email, email_type, domain):
    attributes = make(leads=[{"lead_id": "L", "email": email}]).attributes("L", DAY)
    assert (attributes["email_type"], attributes["email_domain"]) == (email_type, domain)


@pytest.mark.parametrize(
    ("employees", "size"),
    [("9", "micro"), ("10.0", "small"), ("5e1", "enterprise"), ("0", None), ("1,000", None)],
)
def test_company_size(make, employees, size):
    attributes = make(leads=[{"lead_id": "L", "employee_count": employees}]).attributes("L", DAY)
    assert attributes["company_size"] == size


def test_country(make):
    attributes = make(leads=[{"lead_id": "L", "country": " DEUTSCHLAND"}]).attributes("L", DAY)
    assert (attributes["country_code"], attributes["market_region"]) == ("DE", "dach")


# ---------------------------------------------------------------------------------- row fate


def test_fate_of_leads(make):
    oracle = make(
        leads=[
            {"lead_id": None},
            {"lead_id": "x", "created_at": None},
            {"lead_id": "x", "created_at": "soon"},
            {"lead_id": "x", "created_at": "2999-01-01"},
            {"lead_id": "L", "updated_at": None, "country": "first"},
            {"lead_id": " L\t", "updated_at": "2024-02-01", "country": "second"},
            {"lead_id": "L", "updated_at": "2024-02-01", "country": "third"},
            {"lead_id": "l", "country": "\0nul\0"},
        ]
    )
    fate = oracle.sort_rows()["leads"]
    assert (fate["raw"], fate["accepted"], fate["merged"], fate["quarantined"]) == (8, 2, 2, 4)
    assert fate["reasons"] == {
        "lead_id is missing": 1,
        "created_at is missing": 1,
        "created_at is not a timestamp": 1,
        "created_at is in the future": 1,
    }
    # Latest update, then the greatest text.
    assert oracle.attributes("L", DAY)["country"] == "third"
    assert oracle.attributes("l", DAY)["country"] == "nul"


def test_fate_of_activities(make):
    oracle = make(
        activities=[
            {"activity_id": None},
            {"lead_id": " "},
            {"activity_type": None},
            {"occurred_at": None},
            {"occurred_at": "soon"},
            {"occurred_at": "2999-01-01"},
            # After the day it was loaded; the same day is fine.
            {"occurred_at": "2024-03-02", "loaded_at": "2024-03-01 23:59"},
            {"occurred_at": "2024-03-01 23:00", "loaded_at": "2024-03-01 01:00"},
            # The earliest load is kept: the page view, one day old, by its own time.
            {"activity_id": "T", "occurred_at": "2024-03-14"},
            {"activity_id": "T", "occurred_at": "2024-03-13", "loaded_at": "2024-03-15"},
            # The kept row decides about the lead, so all three rows of U end here.
            {"activity_id": "U", "occurred_at": "2024-03-01", "lead_id": "stranger"},
            {"activity_id": "U", "occurred_at": "2024-03-02"},
            {"activity_id": "U", "occurred_at": "2024-03-03"},
        ],
        rules=[
            {"signal": "page_view", "measure": "days_since_last", "operator": "=", "value": "1"}
        ],
    )
    fate = oracle.sort_rows()["activities"]
    assert (fate["raw"], fate["accepted"], fate["merged"], fate["quarantined"]) == (13, 2, 3, 8)
    assert fate["reasons"] == {
        "activity_id is missing": 1,
        "lead_id is missing": 1,
        "activity_type is missing": 1,
        "occurred_at is missing": 1,
        "occurred_at is not a timestamp": 1,
        "occurred_at is in the future": 2,
        "lead_id is unknown": 1,
    }
    assert set(points(oracle)) == {"r0"}


def test_fate_of_the_other_tables(make):
    oracle = make(
        changes=[
            {"lead_id": "L", "attribute": "country", "new_value": "A", "changed_at": "2024-03-01"},
            {"lead_id": "L", "attribute": "COUNTRY", "new_value": "B", "changed_at": "2024-03-01"},
            {"lead_id": "L", "attribute": "country", "new_value": None, "changed_at": "2024-03-01"},
            {"lead_id": "?", "attribute": "country", "new_value": "C", "changed_at": "2024-03-01"},
        ],
        companies=[
            {"company_id": "C", "industry": "A"},
            {"company_id": "C", "industry": "B"},
            {"company_id": "c"},
            {"company_id": None},
        ],
        outcomes=[
            outcome("won") | {"amount": "1"},
            outcome("Won") | {"amount": "2"},
            outcome("closed"),
            outcome("lost", "2999-01-01"),
            outcome("lost") | {"lead_id": "?"},
            outcome(None),
        ],
    )
    fates = {
        table: [fate[name] for name in ("raw", "accepted", "merged", "quarantined")]
        for table, fate in oracle.sort_rows().items()
    }
    assert fates["lead_changes"] == [4, 1, 2, 1]
    assert fates["companies"] == [4, 2, 1, 1]
    assert fates["outcomes"] == [6, 1, 1, 4]
    assert oracle.sort_rows()["outcomes"]["reasons"] == {
        "outcome is unknown": 1,
        "occurred_at is in the future": 1,
        "lead_id is unknown": 1,
        "outcome is missing": 1,
    }
    assert oracle.attributes("L", DAY)["country"] == "B"


def test_data_clock(make):
    # The quarantined day does not count; a repeated row and an unknown lead do.
    oracle = make(
        activities=[
            {"occurred_at": "2999-01-01"},
            {"occurred_at": "2024-04-01", "loaded_at": "2024-03-01"},
            {"occurred_at": "2024-03-03", "lead_id": "stranger"},
        ],
        outcomes=[outcome("won", "2024-05-01")],
    )
    assert oracle.as_of_date() == date(2024, 3, 3)
    assert make(vars={"as_of_date": "2024-02-01"}).as_of_date() == date(2024, 2, 1)
    assert make(vars={"as_of_date": "today"}).as_of_date() == datetime.now(UTC).date()


# -------------------------------------------------------------------------------------- bots


def mail(activity_type, seconds, **cells):
    at = datetime(2024, 3, 1, 10) + timedelta(seconds=seconds)
    return {"activity_type": activity_type, "occurred_at": str(at), "campaign": "c"} | cells


def clicks(*links, **cells):
    """Clicks long after delivery, each written as a link and a second."""
    return [
        mail("email_click", 60 + second, asset=asset or None) | cells for asset, second in links
    ]


@pytest.mark.parametrize(
    ("activities", "bots"),
    [
        # 0 to 3 seconds after delivery, both included.
        ([mail("email_open", 0), mail("email_open", 3), mail("email_open", -1)], {"A0", "A1"}),
        ([mail("email_open", 3.000001), mail("email_open", 1, campaign="C")], set()),
        ([mail("email_open", 1, campaign=None), mail("email_open", 1, lead_id="M")], set()),
        # Only suspects: a page view of the campaign is a person's.
        ([mail("page_view", 1)], set()),
        # Three links within ten seconds, both ends included.
        (clicks(("a", 0), ("b", 5), ("c", 10)), {"A0", "A1", "A2"}),
        (clicks(("a", 0), ("b", 5), ("c", 10.000001)), set()),
        # Ten seconds from the first and from the second click hold three links each.
        (clicks(("a", 0), ("b", 5), ("c", 9), ("d", 14)), {"A0", "A1", "A2", "A3"}),
        # Only the ten seconds from the second click do.
        (clicks(("a", 0), ("b", 5), ("c", 11), ("d", 14)), {"A1", "A2", "A3"}),
        # One link three times is a person's; a link without a name is none.
        (clicks(("a", 0), ("a", 1), ("a", 2)), set()),
        (clicks(("a", 0), ("b", 1), ("", 2)), set()),
        # A repeated link in a burst is a machine's.
        (clicks(("a", 0), ("a", 1), ("b", 2), ("c", 3)), {"A0", "A1", "A2", "A3"}),
        # Opens do not burst; without a campaign or over two campaigns there is no mail.
        (clicks(("a", 0), ("b", 5), ("c", 10), activity_type="email_open"), set()),
        (clicks(("a", 0), ("b", 5), ("c", 10), campaign=None), set()),
        (clicks(("a", 0), ("b", 5)) + clicks(("c", 6), campaign="C"), set()),
        # A privacy proxy, whatever the case.
        ([mail("email_open", 900, properties='{"ua": "googleIMAGEproxy"}')], {"A0"}),
        ([mail("page_view", 900, properties="GoogleImageProxy")], set()),
    ],
)
def test_bots(make, activities, bots):
    delivered = mail("email_delivered", 0, activity_id="mail")
    oracle = make(
        leads=[{"lead_id": "L"}, {"lead_id": "M"}],
        activities=[*activities, delivered],
        rules=[{"signal": "any_activity", "measure": "each", "points": "1"}],
    )
    assert oracle.bot_activity_ids == bots
    # No rule counts a machine.
    counted = sum(row.event_count for row in oracle.ledger(DAY) if row.entry == "rule")
    assert counted == len(activities) + 1 - len(bots)


# ----------------------------------------------------------------------- typed Parquet, laws


def test_typed_columns_mean_the_same(tmp_path, make):
    # A column with a time zone is an instant; numbers and flags count as they are written.
    make()
    tokyo = pa.timestamp("ns", tz="Asia/Tokyo")
    schema = pa.schema(
        [
            ("LEAD_ID", pa.int64()),
            ("created_at", tokyo),
            ("employee_count", pa.int32()),
            ("annual_revenue", pa.float64()),
            ("is_deleted", pa.bool_()),
        ]
    )
    created = datetime(2024, 3, 14, 23, 30, tzinfo=UTC)
    rows = [
        dict(zip(schema.names, cells, strict=True))
        for cells in [(1, created, 12, 1e6, False), (2, created, 9, None, True)]
    ]
    for old in (tmp_path / "raw").glob("leads*"):
        old.unlink()
    pq.write_table(pa.Table.from_pylist(rows, schema), tmp_path / "raw" / "leads.parquet")
    oracle = Oracle(tmp_path / "raw", tmp_path / "seeds")
    # 08:30 on the 15th in Tokyo is still the 14th.
    assert oracle.as_of_date() == date(2024, 3, 14)
    assert set(oracle.eligible(DAY)) == {"1"}
    attributes = oracle.attributes("1", DAY)
    assert (attributes["employee_count"], attributes["annual_revenue"]) == ("12", "1000000.0")


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def test_laws_hold_in_odd_worlds(tmp_path, template_seeds, world):
    write_world(world, tmp_path / "raw", tmp_path / "seeds", template_seeds)
    oracle = Oracle(tmp_path / "raw", tmp_path / "seeds", world.vars)
    for table, fate in oracle.sort_rows().items():
        assert fate["raw"] == len(world.raw[table])
        assert fate["raw"] == fate["accepted"] + fate["merged"] + fate["quarantined"]
        assert min(fate["accepted"], fate["merged"], fate["quarantined"]) >= 0
    day = oracle.as_of_date()
    totals = {}
    for row in oracle.ledger(day):
        assert row.raw_points + row.decay_points + row.cap_points == row.points
        assert row.points == row.points.quantize(Decimal("0.01"))
        key = (row.lead_id, row.scorecard_id)
        totals[key] = totals.get(key, 0) + row.points
    scores = oracle.scores(day)
    assert totals == {key: score["score"] for key, score in scores.items()}
    # The order in which rows arrive changes nothing.
    for rows in world.raw.values():
        random.Random(1).shuffle(rows)
    write_world(world, tmp_path / "raw", tmp_path / "seeds", template_seeds)
    shuffled = Oracle(tmp_path / "raw", tmp_path / "seeds", world.vars)
    assert shuffled.sort_rows() == oracle.sort_rows()
    assert shuffled.scores(day) == scores
    assert set(world.raw) == set(RAW_COLUMNS)
