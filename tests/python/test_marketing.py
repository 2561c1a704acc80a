"""The tables of marketing against the same worked out in plain Python."""

import csv
import datetime
import math
import shutil
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from conftest import DEMO_AS_OF, PROJECT, SEEDS, Warehouse
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import proportion_confint
from test_check import add, found, place, read, write

from lead_scoring.simulate import simulate
from lead_scoring.templates import Templates

CENT = Decimal("0.01")
TRACKS = "operations/nurture_tracks"
CAMPAIGNS = "operations/topic_campaigns"
ROLES = "operations/activity_roles"
BUYING_ROLES = "operations/buying_roles"
COSTS = "operations/campaign_costs"
SETTINGS = "operations/marketing_settings"


def seed(name):
    """Rows of a seed of operations; an empty cell is None."""
    with (SEEDS / "operations" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            {column: cell.strip() or None for column, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def setting(name):
    """A setting of marketing."""
    return next(float(row["value"]) for row in seed("marketing_settings") if row["setting"] == name)


def channels():
    """Channel of each activity type."""
    with (SEEDS / "scorecards/activity_types.csv").open(encoding="utf-8", newline="") as file:
        return {row["activity_type"]: row["channel"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def topic_events(demo):
    """Activities of people with a topic: lead, type, channel, topic, day."""
    prefixes = sorted(seed("campaign_topics"), key=lambda row: -len(row["campaign_prefix"]))
    channel_of = channels()
    events = []
    for lead, kind, channel, topic, campaign, day in demo.query(
        "select lead_id, activity_type, channel, topic, campaign, occurred_date "
        "from int_activities__accepted where not is_bot"
    ):
        if topic is None and campaign is not None:
            topic = next(
                (
                    row["topic"]
                    for row in prefixes
                    if campaign.lower().startswith(row["campaign_prefix"])
                ),
                None,
            )
        if topic is not None and day <= DEMO_AS_OF:
            events.append((lead, kind, channel or channel_of.get(kind), topic, day))
    return events


def hits(signal, kind, channel):
    """Whether the signal of a rule counts an activity."""
    return signal in (kind, f"channel:{channel}", "any_activity")


def interest_on(events, rules, day):
    """Interest by topic of one lead's events at the end of a day, in exact decimals."""
    sums = defaultdict(Decimal)
    for _, kind, channel, topic, occurred in events:
        age = (day - occurred).days
        for number, rule in enumerate(rules):
            if (
                age < 0
                or not hits(rule["signal"], kind, channel)
                or (rule["topic"] and rule["topic"] != topic)
                or (rule["window_days"] and age >= int(rule["window_days"]))
            ):
                continue
            points = float(rule["points"])
            if rule["half_life_days"]:
                points *= 0.5 ** (age / float(rule["half_life_days"]))
            sums[topic, number] += Decimal(points).quantize(Decimal("1e-10"), ROUND_HALF_UP)
    interest = defaultdict(Decimal)
    for (topic, number), points in sums.items():
        points = points.quantize(CENT, ROUND_HALF_UP)
        limit = rules[number]["max_points"]
        if limit:
            points = max(min(points, Decimal(limit)), -Decimal(limit))
        interest[topic] += points
    return interest


@pytest.fixture(scope="module")
def events_by_lead(topic_events):
    """The events with a topic by lead."""
    by_lead = defaultdict(list)
    for event in topic_events:
        by_lead[event[0]].append(event)
    return by_lead


def test_interests_are_what_the_rules_say(demo, events_by_lead):
    rules = seed("interest_rules")
    scored = {lead for (lead,) in demo.query("select lead_id from score_spine where is_current")}
    expected = {
        (lead, topic): interest
        for lead, events in events_by_lead.items()
        if lead in scored
        for topic, interest in interest_on(events, rules, DEMO_AS_OF).items()
        if interest > 0
    }
    assert len(expected) > 100
    assert expected == {
        (lead, topic): interest
        for lead, topic, interest in demo.query(
            "select lead_id, topic, interest from lead_interests"
        )
    }


def reasons_not_to_write(demo):
    """Lead, type and day of opt-outs and returned mails, also of those without a readable time."""
    kinds = "activity_type in ('email_unsubscribe', 'spam_complaint', 'email_bounce')"
    accepted = demo.query(
        f"select lead_id, activity_type, occurred_date from int_activities__accepted where {kinds}"
    )
    set_aside = demo.query(
        "select surviving_lead_id, activity_type, load_date from int_activities__received "
        "inner join int_leads__identity on raw_lead_key = lead_id "
        f"where rejection_reason is not null and {kinds}"
    )
    return accepted + [(lead, kind, min(loaded, DEMO_AS_OF)) for lead, kind, loaded in set_aside]


def test_campaigns_have_exactly_whom_they_ask_for(demo, events_by_lead):
    """Leads that did all of it, from the activities themselves."""
    rules = seed("interest_rules")
    kept_out = {
        lead
        for lead, kind, _ in reasons_not_to_write(demo)
        if kind in ("email_unsubscribe", "spam_complaint")
    }
    members = set(
        demo.query(
            "select lead_id, segment_id from marketing_segment_members "
            f"where as_of_date = date '{DEMO_AS_OF}'"
        )
    )
    people = {
        population: {
            lead for (lead,) in demo.query(f"select lead_id from score_spine where {condition}")
        }
        for population, condition in (
            ("open_leads", "is_current and is_open_lead"),
            ("customers", "is_current and is_customer"),
        )
    }
    asked, showed_all = set(), set()
    for campaign in seed("topic_campaigns"):
        name, topic, segment = (campaign[key] for key in ("campaign_id", "topic", "segment_id"))
        signals = campaign["signals"].split("|") if campaign["signals"] else []
        for lead, events in events_by_lead.items():
            has_shown = all(
                any(
                    event_topic == topic
                    and hits(signal, kind, channel)
                    and (DEMO_AS_OF - day).days < int(campaign["window_days"])
                    for _, kind, channel, event_topic, day in events
                )
                for signal in signals
            )
            if signals and has_shown:
                showed_all.add((name, lead))
            if (
                has_shown
                and lead in people[campaign["population"]] - kept_out
                and (segment is None or (lead, segment) in members)
                and interest_on(events, rules, DEMO_AS_OF)[topic]
                >= Decimal(campaign["min_interest"])
            ):
                asked.add((name, lead))
    assert showed_all
    assert showed_all == set(demo.query("select campaign_id, lead_id from campaign_signal_leads"))
    assert asked
    assert asked == set(demo.query("select campaign_id, lead_id from interested_leads"))


FIRST_PUBLISHED = datetime.date(2025, 9, 30)


@pytest.fixture(scope="module")
def nurtured(demo, demo_raw, tmp_path_factory):
    """The demo as if its days since FIRST_PUBLISHED had been published one after the other."""
    demo.query("checkpoint")
    root = tmp_path_factory.mktemp("nurtured")
    shutil.copy(demo.database, root / demo.database.name)
    warehouse = Warehouse(root, raw=demo_raw)
    with duckdb.connect(warehouse.database) as connection:
        connection.execute(
            "update lead_score_log set is_rebuilt = as_of_date < ?", [FIRST_PUBLISHED]
        )
    warehouse.build(
        "--select", "first_published_day", "nurture_candidates", "interest_hits", "nurture_days",
        "nurture_enrollments", "nurture_events",
    )  # fmt: skip
    return warehouse


def test_stays_begin_with_the_first_published_day(demo):
    """Whatever the rebuilt days look like, all that are in a track are told on the day."""
    fitting = set(demo.query("select lead_id, track_id from nurture_days"))
    assert len(fitting) > 20
    assert demo.query("select count(*) from published_lead_days where is_rebuilt")[0][0]
    events = demo.query("select lead_id, track_id, event_date, event_type from nurture_events")
    assert set(events) == {(*pair, DEMO_AS_OF, "entered") for pair in fitting}
    assert set(demo.query("select lead_id, track_id from nurture_enrollments")) == fitting


def nurture_days(demo, events_by_lead):
    """Track that each lead is in on each published day, walking through the days one by one."""
    rules = seed("interest_rules")
    tracks = sorted(
        seed("nurture_tracks"), key=lambda row: (int(row["track_order"]), row["track_id"])
    )
    members = set(
        demo.query("select lead_id, as_of_date, segment_id from marketing_segment_members")
    )
    obstacles = defaultdict(list)
    for lead, _, day in reasons_not_to_write(demo):
        obstacles[lead].append(day)
    outcomes = defaultdict(list)
    for lead, outcome, at, day in demo.query(
        "select lead_id, outcome, occurred_at, occurred_date from int_outcomes__accepted"
    ):
        outcomes[lead].append((at, outcome in ("sales_accepted", "opportunity"), day))
    ready = defaultdict(list)
    for lead, population, *period in demo.query(
        "select lead_id, population, entered_date, left_date from mql_events"
    ):
        ready[lead, population].append(period)
    published = demo.query(
        "select lead_id, as_of_date, population, band from published_lead_days "
        f"where as_of_date >= date '{FIRST_PUBLISHED}' order by as_of_date"
    )
    calendar = sorted({day for _, day, *_ in published})
    by_lead = defaultdict(dict)
    for lead, day, *score in published:
        by_lead[lead][day] = score

    def fitting(lead, day):
        population, band = by_lead[lead][day]
        if any(since <= day for since in obstacles[lead]):
            return None
        is_mql = any(
            entered <= day and (left is None or day < left)
            for entered, left in ready[lead, population]
        )
        done = [(at, taken) for at, taken, on in outcomes[lead] if on <= day]
        interest = None
        for track in tracks:
            leave_on = (track["leave_on"] or "").split("|")
            if (
                track["population"] != population
                or (track["bands"] and band not in track["bands"].split("|"))
                or (track["segment_id"] and (lead, day, track["segment_id"]) not in members)
                or ("mql" in leave_on and is_mql)
                or ("with_sales" in leave_on and done and max(done)[1])
            ):
                continue
            if track["topic"]:
                if interest is None:
                    interest = interest_on(events_by_lead.get(lead, []), rules, day)
                if interest[track["topic"]] < Decimal(track["min_interest"]):
                    continue
            return track
        return None

    in_track = {}
    for lead, scores in by_lead.items():
        run_track, opens, last_fit = None, None, {}
        for day in calendar:
            track = fitting(lead, day) if day in scores else None
            if track is None:
                run_track = None
                continue
            name = track["track_id"]
            cool_down = datetime.timedelta(days=int(track["cool_down_days"]))
            if name != run_track:
                run_track, opens = name, day
                if name in last_fit and day - last_fit[name] <= cool_down:
                    opens = last_fit[name] + cool_down + datetime.timedelta(days=1)
            last_fit[name] = day
            stay = int(track["max_days"])
            # The next stay opens when stay and rest are over.
            while (day - opens).days >= stay + cool_down.days:
                opens += datetime.timedelta(days=stay) + cool_down
            if 0 <= (day - opens).days < stay:
                in_track[lead, day] = name
    return in_track


@pytest.mark.slow
def test_nurture_days_agree_with_a_walk_through_the_days(nurtured, events_by_lead):
    expected = nurture_days(nurtured, events_by_lead)
    assert len(set(expected.values())) > 3
    enrolled = {
        (lead, day): track
        for lead, day, track in nurtured.query(
            "select lead_id, as_of_date, track_id from nurture_days where is_in_track"
        )
    }
    assert enrolled == expected
    # The stays cover just these days.
    assert Counter(enrolled.values()) == dict(
        nurtured.query(
            "select track_id, count(*) from nurture_enrollments as e "
            "join (select distinct as_of_date from published_lead_days) as d "
            "on d.as_of_date between e.entered_date and e.last_date group by track_id"
        )
    )


def test_nobody_returns_before_the_day_said_or_is_kept_out_after_it(nurtured):
    fits = defaultdict(list)
    for lead, track, day, is_in_track in nurtured.query(
        "select lead_id, track_id, as_of_date, is_in_track from nurture_days order by as_of_date"
    ):
        fits[lead, track].append((day, is_in_track))
    reasons = Counter()
    for lead, track, left, returns, because in nurtured.query(
        "select lead_id, track_id, left_date, earliest_return_date, left_because "
        "from nurture_enrollments where not is_current"
    ):
        days = fits[lead, track]
        assert not any(is_in for day, is_in in days if left <= day < returns), (lead, track)
        later = [is_in for day, is_in in days if day >= returns]
        assert not later or later[0], (lead, track, returns)
        reasons[because, bool(later)] += 1
    assert reasons["max_days", True]
    assert reasons["conditions_ended", True]


def test_account_chance_is_that_of_any_of_its_people(demo):
    cap = setting("account_chance_cap")
    none_converts = {}
    for company, chance in demo.query(
        "select company_id, conversion_chance from lead_scores join stg_raw__leads using (lead_id) "
        "where is_primary and row_status = 'accepted' and company_id is not null"
    ):
        none_converts.setdefault(company, [])
        if chance is not None:
            none_converts[company].append(1 - min(float(chance), cap))
    assert any(len(chances) > 1 for chances in none_converts.values())
    accounts = dict(demo.query("select company_id, chance from account_scores"))
    assert accounts.keys() == none_converts.keys()
    for company, chances in none_converts.items():
        if not chances:
            assert accounts[company] is None
            continue
        assert float(accounts[company]) == pytest.approx(1 - math.prod(chances), abs=1e-6), company


def test_sources_and_content_agree_with_the_library(demo):
    """Rate with its interval, ratio, interval and verdict against statsmodels."""
    strata = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    everybody = defaultdict(lambda: [0, 0])
    for *key, scorecard, age, score_bin, converted in demo.query(
        "select judged_for, population, scorecard_id, lead_age_days, score_bin, is_converted "
        "from judged_leads"
    ):
        counts = everybody[*key, scorecard, age, score_bin]
        counts[0] += converted
        counts[1] += not converted
    for *key, scorecard, age, score_bin, converted in demo.query(
        "select judged_for, population, dimension, name, scorecard_id, lead_age_days, score_bin, "
        "is_converted from judged_touches"
    ):
        counts = strata[tuple(key)][key[0], key[1], scorecard, age, score_bin]
        counts[0] += converted
        counts[1] += not converted
    limits = demo.query(
        "select rule_min_rows, rule_min_conversions from stg_config__evaluation_settings"
    )[0]
    expected, judged = {}, Counter()
    for key, by_stratum in strata.items():
        tables = []
        for stratum, (won, lost) in by_stratum.items():
            all_won, all_lost = everybody[stratum]
            tables.append(((won, lost), (all_won - won, all_lost - lost)))
        expected[key] = tables
    rows = {
        tuple(row[:4]): row[4:]
        for row in demo.query(
            "select judged_for, population, dimension, name, leads, conversions, "
            "conversion_rate_low, conversion_rate_high, compared_leads, expected_conversions, "
            "lift, lift_low, lift_high, verdict from touch_performance"
        )
    }
    assert rows.keys() == expected.keys()
    tests = {}
    for key, tables in expected.items():
        leads, won, low, high, compared, promised, lift, lift_low, lift_high, verdict = rows[key]
        assert leads == sum(a + b for (a, b), _ in tables)
        assert won == sum(a for (a, _), _ in tables)
        wilson = proportion_confint(won, leads, method="wilson")
        assert (float(low), float(high)) == pytest.approx(wilson, abs=1e-6)
        others = sum(c + d for _, (c, d) in tables)
        with_others = [table for table in tables if sum(table[1])]
        assert compared == sum(sum(table[0]) for table in with_others)
        if not with_others:
            assert verdict == "nothing to compare with"
            continue
        would = sum((a + b) * c / (c + d) for (a, b), (c, d) in with_others)
        assert float(promised) == pytest.approx(would, abs=0.00501)
        above = sum(a * (c + d) / (a + b + c + d) for (a, b), (c, d) in tables)
        below = sum(c * (a + b) / (a + b + c + d) for (a, b), (c, d) in tables)
        if below == 0:
            assert lift is None
        else:
            assert float(lift) == pytest.approx(above / below, abs=0.000051)
        if above and below:
            variation = sum(
                ((a + c) * (a + b) * (c + d) - a * c * (a + b + c + d)) / (a + b + c + d) ** 2
                for (a, b), (c, d) in tables
            )
            width = stats.norm.ppf(0.975) * math.sqrt(variation / (above * below))
            assert float(lift_low) == pytest.approx(above / below * math.exp(-width), abs=0.000051)
            assert float(lift_high) == pytest.approx(above / below * math.exp(width), rel=1e-3)
        if compared < limits[0] or others < limits[0] or max(won, would) < limits[1]:
            assert verdict == "too little evidence"
            continue
        judged[key[:3]] += 1
        # Strata in which nothing can differ break the library.
        telling = [
            [list(one), list(other)]
            for one, other in with_others
            if one[0] + other[0] and one[1] + other[1] and sum(one) + sum(other) > 1
        ]
        test = StratifiedTable(telling).test_null_odds(correction=False)
        tests[key] = (test.pvalue, above > below, verdict)
    assert tests
    for key, (chance, is_better, verdict) in tests.items():
        if chance * judged[key[:3]] > 0.05:
            assert verdict == "as the score says", key
        else:
            side = "better" if is_better else "worse"
            assert verdict == f"{side} than the score says", key


def test_cost_of_a_name_that_no_lead_has_is_found():
    sql, _ = Templates(PROJECT, {}, {}).render(
        PROJECT / "tests" / "marketing" / "cost_of_a_name_that_no_lead_has.sql"
    )
    with duckdb.connect() as connection:
        connection.execute(
            "create table stg_raw__leads as select * from (values "
            "('Webinar', 'Spring', 'accepted'), (null, null, 'accepted'), "
            "('fair', null, 'quarantined')) as leads (lead_source, campaign, row_status)"
        )
        connection.execute(
            "create table stg_config__campaign_costs as select * from (values "
            "('lead_source', 'webinar'), ('lead_source', 'webinars'), ('lead_source', 'fair'), "
            "('lead_source', 'not given'), ('campaign', 'spring'), ('campaign', 'webinar'), "
            "('campaign', 'webinar')) as costs (cost_of, name)"
        )
        found_rows = connection.execute(sql).fetchall()
    assert sorted(found_rows) == [
        ("campaign", "webinar", 2),
        ("lead_source", "fair", 1),
        ("lead_source", "webinars", 1),
    ]


# Mistakes in the seeds ---------------------------------------------------------------------------


TRACK = {
    "track_order": "1",
    "population": "open_leads",
    "max_days": "60",
    "cool_down_days": "0",
}
CAMPAIGN = {"topic": "forecasting", "min_interest": "4", "population": "open_leads"}
COST = {"cost_of": "campaign", "month": "2026-03-01", "cost": "4"}
BOTH_OR_NEITHER = "write both, or neither for a track that asks for no interest"
# Seed, row with one mistake, column of the mistake, and what is said about it.
MISTAKES = [
    (
        TRACKS,
        TRACK | {"track_id": "band_unknown", "bands": "warm|luke"},
        "bands",
        "'luke' is not a band; use one of those in seeds/scorecards/score_bands.csv, or add it "
        "there",
    ),
    (
        TRACKS,
        TRACK | {"track_id": "way_to_leave_misspelt", "leave_on": "mql|with_sale"},
        "leave_on",
        "'with_sale' is not a way to leave a track; use one of mql, with_sales",
    ),
    (
        TRACKS,
        TRACK | {"track_id": "topic_without_interest", "topic": "forecasting"},
        "min_interest",
        f"is empty, but there is a topic; {BOTH_OR_NEITHER}",
    ),
    (
        TRACKS,
        TRACK | {"track_id": "interest_without_topic", "min_interest": "3"},
        "topic",
        f"is empty, but there is a min_interest; {BOTH_OR_NEITHER}",
    ),
    (
        CAMPAIGNS,
        CAMPAIGN | {"campaign_id": "signal_misspelt", "signals": "page_view|emial_open"},
        "signals",
        "'emial_open' is not an activity type, a channel or any_activity; write email_open, or "
        "add it to seeds/scorecards/activity_types.csv",
    ),
    (
        CAMPAIGNS,
        CAMPAIGN | {"campaign_id": "interest_below_nothing", "min_interest": "-4"},
        "min_interest",
        "'-4' is negative; write 0 or a number above it",
    ),
    (
        ROLES,
        {"activity_type": "page_view", "role": "opt_outs"},
        "role",
        "'opt_outs' is not a role of an activity; use one of opt_out, opt_in, undeliverable, "
        "sales_touch",
    ),
    (
        ROLES,
        {"activity_type": "page_views", "role": "opt_in"},
        "activity_type",
        "'page_views' is not an activity type; write page_view, or add it to "
        "seeds/scorecards/activity_types.csv",
    ),
    (
        BUYING_ROLES,
        {"role": "department_unknown", "departments": "data|finances", "weight": "1"},
        "departments",
        "'finances' is not a department; use one of academic, data, engineering, executive, "
        "finance, hr, it, legal, marketing, operations, procurement, product, sales, support, or "
        "add it to seeds/reference/job_title_patterns.csv",
    ),
    (
        COSTS,
        COST | {"cost_of": "source", "name": "cost_of_something_else"},
        "cost_of",
        "'source' is not what a cost is for; use one of lead_source, campaign",
    ),
    (
        COSTS,
        COST | {"name": "cost_below_nothing", "cost": "-4"},
        "cost",
        "'-4' is negative; write 0 or a number above it",
    ),
    (
        COSTS,
        COST | {"name": "cost_of_a_day_within_a_month", "month": "2025-07-15"},
        "month",
        "'2025-07-15' is not the first day of a month; write 2025-07-01 for the whole month",
    ),
    (
        COSTS,
        COST | {"name": "cost_of_a_day_of_another_country", "month": "01.07.2025"},
        "month",
        "'01.07.2025' is not a day of the calendar; write year-month-day, such as 2026-03-01",
    ),
    (
        COSTS,
        COST | {"cost_of": "lead_source", "name": "Webinar"},
        None,
        "has the same cost_of and month and name as row 46; delete one of the two rows or change "
        "one of them",
    ),
]


def test_mistakes_are_reported_at_their_cells(edited_seeds):
    expected = {
        ("error", f"{place(seed, add(edited_seeds, seed, cells), column)}: {text}")
        for seed, cells, column, text in MISTAKES
    }
    assert found(edited_seeds) == expected


def test_setting_that_is_missing(edited_seeds):
    path = edited_seeds / f"{SETTINGS}.csv"
    write(path, [line for line in read(path) if line[0] != "account_chance_cap"])
    text = (
        "there is no row for account_chance_cap; add the row; the file that comes with the "
        "project shows a usual value"
    )
    assert found(edited_seeds) == {("error", f"{place(SETTINGS, column='setting')}: {text}")}


# Day after day -----------------------------------------------------------------------------------

DAYS = [datetime.date(2026, 6, 29), datetime.date(2026, 6, 30)]
MARKETING = [
    "lead_interests",
    "interested_leads",
    "nurture_enrollments",
    "nurture_events",
    "content_performance",
    "source_performance",
    "account_scores",
]


@pytest.mark.thorough
@pytest.mark.slow
def test_what_tools_were_told_stays(make_warehouse, tmp_path):
    """A later day adds events and ends stays; a second run of a day changes nothing."""
    raw = tmp_path / "raw"
    simulate(150, 11, DAYS[-1], raw)
    warehouse = make_warehouse(raw=raw, history_monthly_periods=2, max_quarantined_share=1)
    selected = ("--select", "resource_type:seed", *(f"+{name}" for name in MARKETING))
    events, ended = set(), set()
    for day in DAYS:
        warehouse.build(*selected, as_of_date=day.isoformat())
        events_now = set(warehouse.query("select * from nurture_events"))
        ended_now = set(
            warehouse.query("select * from nurture_enrollments where left_date is not null")
        )
        assert events <= events_now
        assert ended <= ended_now
        events, ended = events_now, ended_now
    assert {event[2] for event in events} == set(DAYS)
    before = {name: warehouse.table(name) for name in MARKETING}
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    for again in ((), ("--full-refresh",)):
        warehouse.build(*selected, *again, as_of_date=DAYS[-1].isoformat())
        assert {name: warehouse.table(name) for name in MARKETING} == before
