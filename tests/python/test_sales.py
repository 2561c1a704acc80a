"""Sales: events, states and queue against plain programs, on random histories and on the demo."""

import csv
import datetime
import random
from collections import Counter, defaultdict
from fractions import Fraction

import duckdb
import pytest
from conftest import PROJECT, SEEDS

from lead_scoring.check import project_variables
from lead_scoring.simulate import simulate
from lead_scoring.templates import Templates

FIRST_DAY = datetime.date(2026, 3, 1)
DAYS = 24
MODELS = [
    "intermediate/activities/int_activities__contact_signs",
    "intermediate/activities/int_activities__opt_outs",
    "marts/sales/workings/published_lead_days",
    "marts/sales/mql_events",
    "marts/sales/workings/sales_contacts",
    "marts/sales/workings/sales_last_contacts",
    "marts/sales/workings/working_scorecards",
    "marts/sales/workings/sales_candidates",
    "marts/sales/workings/sales_assignments",
    "marts/sales/workings/sales_lead_states",
]
RESULTS = [name.split("/")[-1] for name in MODELS]
EVENT_COLUMNS = "population, event_number, kind, entered_date, left_date, left_because"
MQL_RULES = {None: (5, 6, 4), "rival": (3, None, None)}
REASONS = {None: 3, "later": 6, "never": None}
LINES = {"card": 50, "rival": 47, "upsell": 50}
POPULATIONS = {"card": "open_leads", "rival": "open_leads", "upsell": "customers"}
# owner_id: team, daily capacity, weight, is active
REPS = {
    "ada": ("north", 2, Fraction(1), True),
    "bob": ("north", 3, Fraction(1, 2), True),
    "cem": ("south", 1, Fraction(1), True),
    "eve": ("south", 9, Fraction(1), False),
}
ROUTING = [(1, "large", None, "south"), (2, None, "dach", "south"), (9, None, None, "north")]


def day(number):
    return FIRST_DAY + datetime.timedelta(days=number)


def moment(number, hour):
    return datetime.datetime.combine(day(number), datetime.time(hour))


# A random company ---------------------------------------------------------------------------------


class Company:
    """Leads whose scores wander about the line for some weeks, and what sales did with them.

    Everything is drawn from one seed: the days with a build, who is scored when and by what, who
    converted, was lost or unsubscribed, the experiments, owners and companies.
    """

    def __init__(self, seed, leads=30):
        dice = random.Random(seed)
        self.leads = [f"lead_{n:02}" for n in range(leads)]
        self.published = sorted(dice.sample(range(DAYS), DAYS - dice.randint(0, 6)))
        self.line_raised = dice.choice([None, 8, 15])
        self.log, self.outcomes, self.activities, self.set_aside = [], [], [], []
        self.assignments, self.converted, self.raw = {}, {}, {}
        for lead in self.leads:
            self.live(lead, dice)
        self.days = defaultdict(list)
        for row in self.log:
            self.days[row[0], row[1]].append(row)
        self.lose_times(random.Random(f"times {seed}"))

    def lose_times(self, dice):
        """Rows of which the time cannot be read: lead, type and day of the load, if it is known."""
        for lead in dice.sample(self.leads, len(self.leads) // 3):
            kind = dice.choice(["unsubscribe", "unsubscribe", "sign_up", "call"])
            self.set_aside.append((lead, kind, dice.choice([None, *range(DAYS)])))

    def live(self, lead, dice):
        """The life of a lead."""
        created = dice.choice([0, 0, 0, 3, 9])
        ends = dice.choice([None, None, None, "won", "lost", "deleted"])
        end = dice.randint(created + 1, DAYS) if ends else DAYS
        returns = end + dice.randint(2, 6) if ends == "lost" and dice.random() < 0.5 else None
        arm = dice.choice([None, None, None, None, "rival", "hold_out", "exploration"])
        if arm:
            self.assignments[lead] = (arm, created, created + dice.choice([5, 12, 40]))
        self.raw[lead] = (
            moment(created, dice.randint(0, 23)),
            dice.choice([None, "c1", "c1", "c2", lead]),
            dice.choice([None, None, "ada", "cem", "eve", "gone"]),
            dice.random() < 0.2,
            dice.random() < 0.3,
        )
        if ends == "won":
            self.converted[lead] = day(end)
        if ends in ("won", "lost"):
            self.outcomes.append((lead, ends, moment(end, 12), None))
        if returns:
            self.outcomes.append((lead, "reopened", moment(returns, 12), None))
        scores = {"card": dice.randint(38, 60), "rival": dice.randint(38, 60)}
        upsell = dice.randint(38, 60)
        for number in range(DAYS):
            for card in scores:
                scores[card] += dice.choice([-9, -4, -2, 0, 0, 2, 4, 9])
            upsell += dice.choice([-8, 0, 8])
            is_open = created <= number < end or (returns is not None and number >= returns)
            if is_open and dice.random() > 0.03:
                self.publish(number, lead, "card", scores["card"], True)
                if dice.random() > 0.1:
                    self.publish(number, lead, "rival", scores["rival"], False)
            elif ends == "won" and number >= end:
                self.publish(number, lead, "upsell", upsell, True)
            self.touch(lead, number, dice)

    def touch(self, lead, number, dice):
        """What sales and the lead did on a day."""
        deed = dice.random()
        at = moment(number, dice.choice([9, 9, 15]))
        if deed < 0.04:
            self.activities.append((lead, "call", at))
        elif deed < 0.06:
            self.outcomes.append((lead, "sales_accepted", at, None))
        elif deed < 0.10:
            reason = dice.choice(["later", "never", "mood", None])
            self.outcomes.append((lead, "sales_rejected", at, reason))
            if dice.random() < 0.3:
                self.activities.append((lead, "call", at))
        elif deed < 0.11:
            self.activities.append((lead, "unsubscribe", at))
        elif deed < 0.12:
            self.activities.append((lead, "sign_up", at))

    def publish(self, number, lead, card, score, is_primary):
        """A row of the log, if there is a build on the day."""
        line = LINES[card]
        if self.line_raised is not None and card == "card" and number < self.line_raised:
            line -= 4
        if number in self.published:
            self.log.append((number, lead, card, score, line, is_primary))

    def rows_of(self, number):
        """The log of a day."""
        return [row for row in self.log if row[0] == number]


# The plain programs -------------------------------------------------------------------------------


def score_to_go_by(company, lead, number):
    """Row of the log that sales goes by: (card, score, line); None when there is none."""
    rows = {row[2]: row for row in company.days[number, lead]}
    arm, entered, mature = company.assignments.get(lead, (None, 0, 0))
    if arm == "rival" and entered <= number < mature and "rival" in rows:
        return rows["rival"][2:5]
    return next((row[2:5] for row in rows.values() if row[5]), None)


def plain_events(company, lead, until):
    """Events of a lead, day by day: a list of dictionaries."""
    events, current = defaultdict(list), None

    def leave(number, because):
        nonlocal current
        current.update(left=day(number), because=because)
        current = None

    for number in [n for n in company.published if n <= until]:
        found = score_to_go_by(company, lead, number)
        population = POPULATIONS[found[0]] if found else None
        if current and current["population"] != population:
            losses = [
                at.date()
                for name, outcome, at, _ in company.outcomes
                if name == lead and outcome == "lost"
            ]
            converted = company.converted.get(lead, datetime.date.max)
            if current["population"] == "open_leads" and converted <= day(number):
                leave(number, "converted")
            elif current["population"] == "open_leads" and any(
                current["seen"] <= loss <= day(number) for loss in losses
            ):
                leave(number, "lost")
            else:
                leave(number, "no longer scored")
        if not found:
            continue
        card, score, line = found
        margin = MQL_RULES.get(card, MQL_RULES[None])[0]
        if current and score < line - margin:
            leave(number, "fell below")
        elif not current and score >= line:
            before = events[population][-1] if events[population] else None
            current = {
                "population": population,
                "number": len(events[population]) + 1,
                "kind": plain_kind(company, lead, before, number, card),
                "entered": day(number),
                "left": None,
                "because": None,
            }
            events[population].append(current)
        if current:
            current["seen"] = day(number)
    return [event for group in events.values() for event in group]


def plain_kind(company, lead, before, number, card):
    """What kind of crossing it is."""
    if before is None:
        return "first"
    rejections = [
        at.date() for name, outcome, at, _ in company.outcomes
        if name == lead and outcome == "sales_rejected"
    ]  # fmt: skip
    if any(before["entered"] <= rejection <= day(number) for rejection in rejections):
        return "recycled"
    recycle_after = MQL_RULES.get(card, MQL_RULES[None])[1]
    away = (day(number) - before["left"]).days
    return "recycled" if recycle_after is not None and away >= recycle_after else "repeated"


def plain_cause(company, lead, number):
    """Why sales is to work the lead: (cause, day since which, scorecard); None if it is not."""
    rows = [row for row in company.days[number, lead] if row[5]]
    if not rows:
        return None
    population = POPULATIONS[rows[0][2]]
    arm, entered, mature = company.assignments.get(lead, (None, 0, 0))
    is_running = number < mature and population == "open_leads"
    card = score_to_go_by(company, lead, number)[0]
    if arm == "hold_out" and is_running:
        return "hold_out", day(entered), card
    for event in plain_events(company, lead, number):
        if event["left"] is None and event["population"] == population:
            return "mql", event["entered"], card
    if arm == "exploration" and is_running and company.raw[lead][4]:
        return "exploration", day(entered), card
    return None


def plain_state(company, lead, number, entered, card):
    """What stands in the way of working the lead."""
    wishes = [
        (at, kind == "sign_up") for name, kind, at in company.activities
        if name == lead and kind in ("unsubscribe", "sign_up") and at.date() <= day(number)
    ]  # fmt: skip
    undated = [
        loaded for name, kind, loaded in company.set_aside
        if name == lead and kind == "unsubscribe"
    ]  # fmt: skip
    if None in undated:
        return "opted_out"
    # The last that the lead can have said on the day of the load.
    wishes += [(moment(loaded, 23), False) for loaded in undated if loaded <= number]
    # Of two at the same time the opt-out decides.
    if wishes and not max(wishes, key=lambda wish: (wish[0], not wish[1]))[1]:
        return "opted_out"
    deeds = [
        (at, 0, None) for name, kind, at in company.activities
        if name == lead and kind == "call" and at.date() <= day(number)
    ]  # fmt: skip
    deeds += [
        (at, 1 if outcome == "sales_rejected" else 0, reason)
        for name, outcome, at, reason in company.outcomes
        if name == lead
        and outcome in ("sales_accepted", "sales_rejected")
        and at.date() <= day(number)
    ]
    if not deeds:
        return "waiting"
    at, is_rejection, reason = max(deeds, key=lambda deed: deed[:2])
    gone = (day(number) - at.date()).days
    if is_rejection:
        rest = REASONS.get(reason, REASONS[None])
        return "cooling_down" if rest is None or gone < rest else "waiting"
    keep = MQL_RULES.get(card, MQL_RULES[None])[2]
    is_away = company.raw[lead][2] in REPS and not REPS[company.raw[lead][2]][3]
    if at.date() >= entered and not is_away and (keep is None or gone < keep):
        return "being_worked"
    return "waiting"


def plain_queue(waiting, shares, worth):
    """Leads in the order in which to call.

    Args:
        waiting: (list of the experiment or '', created_at, lead) of each lead.
        shares: share of the arm by list.
        worth: sort key of a lead that is not in a list of an experiment.
    """
    lists = defaultdict(list)
    for name, created_at, lead in waiting:
        lists[name].append((created_at, lead))
    places = []
    for name, members in lists.items():
        by_worth = sorted(members, key=lambda member: worth(member[1]))
        ordered = sorted(members) if name else by_worth
        weight = shares[name] / (1 - shares[name]) if name else Fraction(1)
        for place, (_, lead) in enumerate(ordered, start=1):
            places.append(((place - Fraction(1, 2)) / weight, name, lead))
    return [lead for _, _, lead in sorted(places)]


def plain_routing(queue, owners, companies, colleagues, teams, reps):
    """Who takes each lead: {lead: (owner, how, is over capacity)}.

    Leads are handed out one after the other; a rep's next turn comes at (leads so far + 1/2) /
    weight.

    Args:
        queue: leads in order.
        owners, companies: owner and company by lead.
        colleagues: owners of all leads by company.
        teams: (team, how) by lead.
        reps: team, capacity, weight and activity by owner.
    """
    active = {owner: rep for owner, rep in reps.items() if rep[3]}
    result, taken, rest = {}, Counter(), []
    for lead in queue:
        counts = Counter(owner for owner in colleagues.get(companies[lead], []) if owner in active)
        if owners[lead] in active:
            owner, how = owners[lead], "lead owner"
        elif companies[lead] is not None and counts:
            owner, how = min(counts, key=lambda name: (-counts[name], name)), "account owner"
        else:
            rest.append(lead)
            continue
        is_full = taken[owner] >= active[owner][1]
        taken[owner] += not is_full
        result[lead] = (owner, how, is_full)
    beyond = Counter()
    for lead in rest:
        team, how = teams[lead]
        members = [owner for owner, rep in active.items() if rep[0] == team]
        free = [owner for owner in members if taken[owner] < active[owner][1]]
        load = taken if free else beyond
        turns = [
            ((load[owner] + Fraction(1, 2)) / active[owner][2], owner) for owner in free or members
        ]
        if turns:
            owner = min(turns)[1]
            load[owner] += 1
            result[lead] = (owner, how, not free)
        else:
            result[lead] = (None, how, True)
    return result


# Random histories against the models --------------------------------------------------------------


@pytest.fixture(scope="module")
def statements():
    """The SQL of the models, in the order in which they are built."""
    templates = Templates(PROJECT, project_variables(PROJECT), {})
    return {
        name: templates.render(PROJECT / "models" / f"{path}.sql")[0]
        for name, path in zip(RESULTS, MODELS, strict=True)
    }


def fill(connection, table, columns, rows):
    """A table of made-up rows."""
    connection.execute(f"create or replace table {table} ({columns})")
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into {table} values ({marks})", rows)


def build_day(connection, statements, company, number):
    """What a build on the day would leave behind."""
    now = company.rows_of(number)
    fill(
        connection, "int_clock__as_of", "as_of_date date, newest_date date",
        [(day(number), day(DAYS))],
    )  # fmt: skip
    fill(
        connection, "experiment_assignments",
        "experiment_id text, lead_id text, arm text, treatment text, scorecard_id text, "
        "entered_date date, maturity_date date, is_mature boolean, is_below_line boolean",
        [
            (
                f"trial_{arm}", lead, arm, "scorecard" if arm == "rival" else arm,
                None if arm == "hold_out" else "rival" if arm == "rival" else "card",
                day(entered), day(mature), mature <= number, company.raw[lead][4],
            )
            for lead, (arm, entered, mature) in company.assignments.items()
        ],
    )  # fmt: skip
    fill(
        connection, "lead_scores",
        "lead_id text, scorecard_id text, is_primary boolean, score decimal(12, 2), priority text, "
        "expected_value decimal(18, 2), conversion_chance decimal(9, 6)",
        [
            (lead, card, is_primary, score, *worth(score))
            for _, lead, card, score, _, is_primary in now
        ],
    )  # fmt: skip
    members = [(lead, day(number), "large") for lead in company.leads if company.raw[lead][3]]
    fill(
        connection,
        "score_segment_members",
        "lead_id text, as_of_date date, segment_id text",
        members,
    )
    for name, statement in statements.items():
        connection.execute(f"create or replace table {name} as {statement}")


def worth(score):
    """Priority, expected value and chance that go with a score; all may tie or miss."""
    return ("p1" if score > 55 else "p2" if score > 50 else None), score // 4 * 4, None


def warehouse(company):
    """The tables of a company that do not change from day to day."""
    connection = duckdb.connect(":memory:")
    fill(
        connection, "lead_score_log",
        "as_of_date date, lead_id text, scorecard_id text, score decimal(12, 2), "
        "mql_score decimal(12, 2), is_mql boolean, is_primary boolean, band text, priority text, "
        "sla_hours double, is_rebuilt boolean, population text",
        [
            (
                day(n), lead, card, score, line, score >= line, is_primary, "b", "p1", 4, False,
                # Old rows do not tell.
                POPULATIONS[card] if n > DAYS // 2 else None,
            )
            for n, lead, card, score, line, is_primary in company.log
        ],
    )  # fmt: skip
    fill(
        connection, "int_leads__identity",
        "lead_id text, surviving_lead_id text, person_lead_id text",
        [
            *((lead, lead, lead) for lead in company.leads),
            # Of each lead there is a second record, which was deleted.
            *((f"old_{lead}", f"old_{lead}", lead) for lead in company.leads),
        ],
    )  # fmt: skip
    fill(
        connection, "stg_config__scorecards",
        "scorecard_id text, population text, segment_id text, mql_score decimal(12, 2)",
        [(card, POPULATIONS[card], None, line) for card, line in LINES.items()],
    )  # fmt: skip
    fill(
        connection, "stg_config__mql_rules",
        "row_number int, scorecard_id text, exit_margin_points decimal(12, 2), "
        "recycle_after_days int, work_days int",
        [(n, card, *rule) for n, (card, rule) in enumerate(MQL_RULES.items(), start=2)],
    )  # fmt: skip
    fill(
        connection, "stg_config__rejection_reasons",
        "row_number int, reason text, cool_down_days int",
        [(n, *item) for n, item in enumerate(REASONS.items(), start=2)],
    )  # fmt: skip
    fill(
        connection, "int_outcomes__accepted",
        "lead_id text, outcome text, occurred_at timestamp, reason text, occurred_date date",
        [(*row, row[2].date()) for row in company.outcomes],
    )  # fmt: skip
    fill(
        connection, "int_outcomes__by_lead", "lead_id text, first_converted_date date",
        list(company.converted.items()),
    )  # fmt: skip
    fill(
        connection, "int_activities__accepted",
        "lead_id text, activity_type text, occurred_at timestamp, occurred_date date",
        [(*row, row[2].date()) for row in company.activities],
    )  # fmt: skip
    fill(
        connection, "int_activities__received",
        "activity_id text, raw_lead_key text, activity_type text, occurred_at timestamp, "
        "load_date date, rejection_reason text, is_repetition boolean",
        [
            *(
                (
                    f"{lead} {kind} {at}", lead if at.day % 2 else f"old_{lead}", kind, at,
                    at.date(), None, False,
                )
                for lead, kind, at in company.activities
            ),
            *(
                (
                    None, lead, kind, None, "0001-01-01" if loaded is None else day(loaded),
                    "occurred_at is missing", False,
                )
                for lead, kind, loaded in company.set_aside
            ),
        ],
    )  # fmt: skip
    fill(
        connection, "stg_config__activity_roles", "activity_type text, role text",
        [("call", "sales_touch"), ("unsubscribe", "opt_out"), ("sign_up", "opt_in")],
    )  # fmt: skip
    fill(
        connection, "stg_config__experiments",
        "experiment_id text, arm text, scorecard_id text, share decimal(7, 6)",
        [
            ("trial_rival", "rival", "rival", 0.3),
            ("trial_hold_out", "hold_out", None, 0.1),
            ("trial_exploration", "exploration", "card", 0.25),
        ],
    )  # fmt: skip
    fill(
        connection, "stg_raw__leads",
        "lead_id text, created_at timestamp, company_id text, owner_id text, row_status text, "
        "is_deleted boolean",
        [(lead, *row[:3], "accepted", False) for lead, row in company.raw.items()],
    )  # fmt: skip
    fill(
        connection, "stg_config__sales_reps",
        "owner_id text, team text, daily_capacity int, weight double, is_active boolean",
        [(owner, team, cap, float(w), on) for owner, (team, cap, w, on) in REPS.items()],
    )  # fmt: skip
    fill(
        connection, "stg_config__routing_rules",
        "rule_order int, segment_id text, market_region text, team text", ROUTING,
    )  # fmt: skip
    fill(
        connection, "int_leads__attribute_history",
        "lead_id text, attribute text, value text, valid_from date, valid_to date",
        [
            (lead, "market_region", "dach" if lead < "lead_08" else "asia", FIRST_DAY, "9999-12-31")
            for lead in company.leads
        ],
    )  # fmt: skip
    return connection


def words_of_a_history(statements, seed, step=1):
    """Compare the days of a random history with the plain programs; returns the words seen."""
    company, words = Company(seed), set()
    with warehouse(company) as connection:
        for number in company.published[::step]:
            build_day(connection, statements, company, number)
            words |= compare_events(connection, company, number)
            words |= compare_states(connection, company, number)
    return words


def test_days_of_a_random_history_are_as_plain_programs_tell_them(statements):
    assert "in_queue" in words_of_a_history(statements, seed=0, step=6)


@pytest.mark.slow
def test_every_day_of_random_histories_is_as_plain_programs_tell_it(statements):
    words = set()
    for seed in range(5):
        words |= words_of_a_history(statements, seed)
    expected = {"in_queue", "over_capacity", "being_worked", "cooling_down", "opted_out"}
    expected |= {"first", "repeated", "recycled", "mql", "hold_out", "exploration"}
    expected |= {"fell below", "converted", "lost", "no longer scored"}
    assert not expected - words, "the histories are too tame to test these"


def compare_events(connection, company, number):
    """Events of the models and of the plain program are the same; returns the words seen."""
    rows = connection.execute(f"select lead_id, {EVENT_COLUMNS} from mql_events").fetchall()
    assert len(rows) == len(set(row[:3] for row in rows)), "a crossing is counted twice"
    plain = {
        (
            lead, event["population"], event["number"], event["kind"], event["entered"],
            event["left"], event["because"],
        )
        for lead in company.leads
        for event in plain_events(company, lead, number)
    }  # fmt: skip
    assert set(rows) == plain
    return {row[3] for row in rows} | {row[6] for row in rows}


def compare_states(connection, company, number):
    """States, order and owners are those of the plain programs; returns the words seen."""
    rows = connection.execute(
        "select lead_id, state, queued_because, queue_position, owner_id, routed_by"
        " from sales_lead_states"
    ).fetchall()
    states = {row[0]: row[1:] for row in rows}
    assert len(states) == len(rows), "a lead is in two states"
    causes = {lead: plain_cause(company, lead, number) for lead in company.leads}
    causes = {lead: cause for lead, cause in causes.items() if cause}
    over_the_line = {
        lead
        for lead in company.leads
        if (found := score_to_go_by(company, lead, number)) and found[1] >= found[2]
    }
    assert over_the_line <= set(states), "a lead over the line is in no state"
    assert {lead: state[1] for lead, state in states.items()} == {
        lead: cause[0] for lead, cause in causes.items()
    }
    plain = {
        lead: plain_state(company, lead, number, entered, card)
        for lead, (_, entered, card) in causes.items()
    }
    waiting = [lead for lead, state in plain.items() if state == "waiting"]
    scores = {
        (row[1], row[2]): row[3] for row in company.rows_of(number)
    }  # fmt: skip

    def value(lead):
        score = scores[lead, causes[lead][2]]
        priority, expected, _ = worth(score)
        return priority is None, priority, -expected, -score, company.raw[lead][0], lead

    queue = plain_queue(
        [
            (
                "" if causes[lead][0] == "mql" else f"trial_{causes[lead][0]}",
                company.raw[lead][0],
                lead,
            )
            for lead in waiting
        ],
        {"trial_hold_out": Fraction(1, 10), "trial_exploration": Fraction(1, 4)},
        value,
    )
    colleagues = defaultdict(list)
    for created_at, company_id, owner, _, _ in company.raw.values():
        if created_at.date() <= day(number):
            colleagues[company_id].append(owner)
    routed = plain_routing(
        queue,
        {lead: company.raw[lead][2] for lead in queue},
        {lead: company.raw[lead][1] for lead in queue},
        colleagues,
        {
            lead: ("south", "territory")
            if company.raw[lead][3] or lead < "lead_08"
            else ("north", "pool")
            for lead in queue
        },
        REPS,
    )
    for place, lead in enumerate(queue, start=1):
        owner, how, is_over = routed[lead]
        state = "over_capacity" if is_over else "in_queue"
        assert (lead, states[lead][0], *states[lead][2:]) == (lead, state, place, owner, how)
    for lead in set(plain) - set(queue):
        assert (lead, states[lead][0]) == (lead, plain[lead])
    return {state[0] for state in states.values()} | {state[1] for state in states.values()}


def test_same_history_gives_the_same_tables_in_any_order_of_rows(statements):
    def built(seed, shuffle):
        company = Company(seed, leads=12)
        if shuffle:
            for rows in (company.log, company.outcomes, company.activities):
                random.Random(1).shuffle(rows)
        with warehouse(company) as connection:
            build_day(connection, statements, company, company.published[-1])
            return {
                name: connection.execute(f"select * from {name} order by all").fetchall()
                for name in RESULTS
            }

    assert built(3, shuffle=False) == built(3, shuffle=True)


# Builds day after day -----------------------------------------------------------------------------

TABLES = [
    "mql_events",
    "sales_lead_states",
    "sales_queue",
    "sales_sla",
    "sales_sla_summary",
    "sales_feedback",
    "band_transitions",
    "crm_sync",
]
CRM_FIELDS = (
    "lead_id, score, band, priority, grade, conversion_chance, expected_value, reasons, next_step, "
    "owner_id, sales_state, is_mql, first_mql_date, last_mql_date"
)
STATES = {"in_queue", "over_capacity", "being_worked", "cooling_down", "opted_out"}


def assert_each_lead_has_one_state(warehouse):
    """Leads published over the line today are in one state each, and in the queue at most once."""
    rows = warehouse.query(
        """
        select log.lead_id, count(states.lead_id), min(states.state), count(queue.lead_id)
        from lead_score_log as log
        inner join int_clock__as_of as clock on log.as_of_date = clock.as_of_date
        left join sales_lead_states as states on log.lead_id = states.lead_id
        left join sales_queue as queue on log.lead_id = queue.lead_id
        where
            log.is_primary
            and log.is_mql
            and log.lead_id not in (select lead_id from experiment_assignments)
        group by log.lead_id
        """
    )
    assert rows, "nobody is over the line"
    for lead, states, state, places in rows:
        assert (lead, states) == (lead, 1)
        assert (lead, state in STATES) == (lead, True)
        assert (lead, places) == (lead, int(state in ("in_queue", "over_capacity")))


@pytest.mark.thorough
@pytest.mark.slow
def test_builds_of_consecutive_days_keep_what_was_told(make_warehouse, tmp_path):
    """Day after day, the same day again, and a past day again: a replay changes nothing."""
    simulate(150, 5, datetime.date(2026, 6, 30), tmp_path / "raw")
    warehouse = make_warehouse(
        raw=tmp_path / "raw", history_daily_days=3, history_monthly_periods=2,
        backtest_lead_ages_days=[0, 7],
    )  # fmt: skip
    selected = ["--select", "resource_type:seed", *(f"+{name}" for name in TABLES)]
    told, dates = {}, [datetime.date(2026, 6, number) for number in (24, 25, 28)]
    sent, unchanged = {}, 0
    for date in dates:
        warehouse.build(*selected, as_of_date=str(date))
        assert_each_lead_has_one_state(warehouse)
        # Whatever field of a record is another than after the build before, it is to be sent.
        records = warehouse.query(f"select record_id, is_changed, {CRM_FIELDS} from crm_sync")
        for record_id, is_changed, *fields in records:
            assert (record_id, is_changed) == (record_id, sent.get(record_id) != fields)
            unchanged += not is_changed
        sent = {record_id: fields for record_id, _, *fields in records}
        told[date] = {name: warehouse.table(name) for name in TABLES}
    assert unchanged, "every record changes every day"
    warehouse.build(*selected, as_of_date=str(dates[-1]))
    assert {name: warehouse.table(name) for name in TABLES} == told[dates[-1]]
    # As of a day that was published, all but the marks of the first build is as it was then.
    warehouse.build(*selected, as_of_date=str(dates[1]))
    for name in TABLES:
        assert (name, warehouse.table(name)) == (name, told[dates[1]][name])
    events = {row[:4] for row in told[dates[0]]["mql_events"]}
    assert len(told[dates[-1]]["mql_events"]) >= len(events)


# The demo -----------------------------------------------------------------------------------------


def test_events_of_the_demo_are_those_of_a_plain_program(demo):
    """The same program walks the published log of a built warehouse."""
    with (SEEDS / "operations/mql_rules.csv").open(encoding="utf-8", newline="") as file:
        rules = {
            row["scorecard_id"]: float(row["exit_margin_points"]) for row in csv.DictReader(file)
        }
    days = [
        row[0] for row in demo.query("select distinct as_of_date from lead_score_log order by 1")
    ]
    cards = dict(demo.query("select scorecard_id, population from stg_config__scorecards"))
    rows = demo.query(
        """
        select lead_id, as_of_date, scorecard_id, score, mql_score
        from lead_score_log as log
        where is_primary and not exists (
            select 1 from experiment_assignments as arms
            where arms.lead_id = log.lead_id and arms.scorecard_id <> log.scorecard_id
        )
        """
    )
    lives = defaultdict(dict)
    for lead, date, card, score, line in rows:
        lives[lead][date] = (
            cards[card],
            score >= line,
            score < float(line) - rules.get(card, rules[""]),
        )
    expected = set()
    for lead, life in lives.items():
        population, entered, number = None, None, Counter()
        for date in days:
            here, is_over, is_under = life.get(date, (None, False, True))
            if population and (here != population or is_under):
                expected.add((lead, population, number[population], entered, date))
                population = None
            if here and not population and is_over:
                population, entered = here, date
                number[here] += 1
        if population:
            expected.add((lead, population, number[population], entered, None))
    found = demo.query(
        "select lead_id, population, event_number, entered_date, left_date from mql_events"
    )
    assert {row for row in found if row[0] in lives} == expected
    assert any(row[2] > 1 for row in found), "nobody came back over the line"
