"""Two years of behaviour, day by day, and the true chance of winning that follows from it.

Every person has a latent interest that comes in bouts and fades. Interest drives sessions, sessions
are made of activities, and each activity adds to intent, which fades more slowly. The chance of
an opportunity and of a win per day is a hazard

    base * exp(fit + effect of the person) * (floor + intent)

so activity comes before conversion because it causes it. The hazard of a day uses the intent at
the end of the day before.
"""

from dataclasses import dataclass, fields

import numpy as np

from lead_scoring.simulate import tables
from lead_scoring.simulate.calendar import DAY, KIND, KINDS, Calendar
from lead_scoring.simulate.people import PERSONAS, SOURCES, Companies, People

NEW, ACCEPTED, OPPORTUNITY, LOST, CUSTOMER, CHURNED = range(6)
STATUS_NAMES = ("new", "accepted", "opportunity", "lost", "customer", "churned")
OUTCOMES = (
    "sales_accepted",
    "sales_rejected",
    "opportunity",
    "won",
    "lost",
    "reopened",
    "churned",
)
OUTCOME = {name: code for code, name in enumerate(OUTCOMES)}
REASONS = tables.REJECT_REASONS + tables.LOST_REASONS
NO_AGENT, PROXY, AGENT = 0, 1, 3  # properties: none, first proxy agent, first plain agent

RING = 16  # days an activity may lie ahead of the day that causes it
N_TOPICS = len(tables.TOPICS)
OWN_TOPIC_SHARES = (0.55, 0.23)  # of activities on the first and second topic of a person

_CHANNELS = [a.channel for a in tables.ACTIVITIES.values()]
INTENT = np.array([a.intent for a in tables.ACTIVITIES.values()], dtype=np.float32)
HAS_TOPIC = np.array([a.has_topic for a in tables.ACTIVITIES.values()], dtype=np.float32)
# What a silent lead does not do: receive mails and calls.
TOUCHES = np.array([c not in ("delivery", "email_optout", "sales") for c in _CHANNELS])
TOUCHES[[KIND["sales_call_connected"], KIND["meeting_held"]]] = True
HAND_RAISES = np.isin(KINDS, ("demo_request", "contact_form", "trial_start"))


def _weights_by_kind(rows: list[dict[str, float]]) -> np.ndarray:
    """Chances of each activity type; one row per dictionary of relative weights."""
    table = np.zeros((len(rows), len(KINDS)))
    for at, weights in enumerate(rows):
        for kind, weight in weights.items():
            table[at, KIND[kind]] = weight
    return table / table.sum(axis=1, keepdims=True)


def _session_table() -> np.ndarray:
    """Chances of each activity type in a session: row 2 * persona + (1 if hot)."""
    rows = []
    for persona in PERSONAS:
        factors = tables.PERSONA_SESSION_FACTORS[persona]
        for hot in (0, 1):
            rows.append(
                {k: w[hot] * factors.get(k, 1.0) for k, w in tables.SESSION_WEIGHTS.items()}
            )
    return _weights_by_kind(rows)


SESSION = _session_table()
PRODUCT = _weights_by_kind([{k: w[at] for k, w in tables.PRODUCT_WEIGHTS.items()} for at in (0, 1)])
SALES = _weights_by_kind([tables.SALES_TOUCH_WEIGHTS, tables.FIRST_TOUCH_WEIGHTS])


def _searchable(chances: np.ndarray) -> np.ndarray:
    """Flatten rows of chances so that one binary search draws from any of them."""
    cumulative = np.cumsum(chances, axis=1)
    cumulative[:, -1] = 1.0
    return (cumulative + np.arange(len(chances))[:, None]).ravel()


def _topic_factors() -> np.ndarray:
    """Factor on intent by period (0 early, 1 late) and topic; the last column is no topic."""
    pairs = np.array(list(tables.TOPIC_INTENT.values()), dtype=np.float32).T
    return np.hstack([pairs, np.ones((2, 1), dtype=np.float32)])


TOPIC_FACTORS = _topic_factors()
_SEARCH = {
    "session": _searchable(SESSION),
    "product": _searchable(PRODUCT),
    "sales": _searchable(SALES),
}


def _hour_tables() -> dict[str, np.ndarray]:
    """Chances of each UTC hour by country, for visits and for the working day of sales."""
    visits, work = [], []
    office = np.array([1.0 if 9 <= h < 17 else 0.0 for h in range(24)])
    for country in tables.COUNTRIES.values():
        hours = np.array(tables.HOUR_WEIGHTS, dtype=float)
        visits.append(np.roll(hours / hours.sum(), -country.utc_offset))
        work.append(np.roll(office / office.sum(), -country.utc_offset))
    return {"visit": _searchable(np.array(visits)), "work": _searchable(np.array(work))}


_HOURS = _hour_tables()


@dataclass
class Events:
    """Activities: arrays of equal length; -1 is none for topic, asset and campaign."""

    lead: np.ndarray
    kind: np.ndarray
    time: np.ndarray  # seconds since the first midnight
    topic: np.ndarray
    asset: np.ndarray
    campaign: np.ndarray
    agent: np.ndarray  # NO_AGENT, PROXY, PROXY + 1, AGENT, AGENT + 1


@dataclass
class Stages:
    """Outcomes: arrays of equal length."""

    lead: np.ndarray
    outcome: np.ndarray  # index into OUTCOMES
    time: np.ndarray  # seconds since the first midnight
    amount: np.ndarray  # USD, nan without
    reason: np.ndarray  # index into REASONS, -1 without


# Kept small: a chunk has more than a million activities.
EVENT_TYPES = (np.int32, np.int8, np.int64, np.int8, np.int16, np.int16, np.int8)
STAGE_TYPES = (np.int64, np.int64, np.int64, np.float64, np.int64)


@dataclass
class State:
    """What decides about the next days of each person, at the end of some day."""

    day: np.ndarray  # the day of the history, -1: not reached
    interest: np.ndarray
    intent: np.ndarray
    status: np.ndarray
    waiting: np.ndarray  # sales has not yet looked
    cool_until: np.ndarray  # sales does not look again before this day
    accepted_day: np.ndarray
    trial_until: np.ndarray
    boost: np.ndarray  # factor on the hazard from the speed of sales
    mood: np.ndarray  # factor on the hazard from opting out
    health: np.ndarray  # usage of a customer relative to others


STATE_FIELDS = tuple(f.name for f in fields(State))


class World:
    """The people of one chunk on their way through the history."""

    def __init__(
        self, rng: np.random.Generator, people: People, companies: Companies, calendar: Calendar
    ) -> None:
        """Put everybody at the start; nobody exists before their day of creation."""
        self.rng, self.people, self.calendar = rng, people, calendar
        n = self.count = len(people.number)
        self.hazard = np.exp(np.minimum(people.fit + people.effect, 3.0)).astype(np.float32)
        self.win_hazard = np.exp(np.minimum(people.fit / 2 + people.effect, 2.0)).astype(np.float32)
        fit_odds = tables.ACCEPT_INTERCEPT + tables.ACCEPT_FIT * people.fit
        self.accept_chance = 1 / (1 + np.exp(-fit_odds))
        self.accept_raised = 1 / (1 + np.exp(-fit_odds - tables.HANDRAISE_LOG_ODDS))
        self.health = np.exp(rng.normal(0, tables.HEALTH_SPREAD, n)).astype(np.float32)
        self.interest = np.zeros(n, dtype=np.float32)
        self.intent = np.zeros(n, dtype=np.float32)
        self.status = np.full(n, NEW, dtype=np.int8)
        self.waiting = np.zeros(n, dtype=bool)
        self.waiting_since = np.zeros(n, dtype=np.int32)
        self.raised = np.zeros(n, dtype=bool)
        self.cool_until = np.full(n, -1, dtype=np.int32)
        self.accepted_day = np.full(n, -1, dtype=np.int32)
        self.trial_until = np.full(n, -1, dtype=np.int32)
        self.last_touch = people.created_day.astype(np.int32).copy()
        self.boost = np.ones(n, dtype=np.float32)
        self.mood = np.ones(n, dtype=np.float32)
        self.subscribed = people.subscribed.copy()
        employees = np.where(people.company >= 0, companies.employees[people.company], 5)
        self.amount = tables.AMOUNT_BASE * employees**tables.AMOUNT_SIZE_POWER
        self.first_touch_rate = np.array(
            [tables.FIRST_TOUCHES_PER_DAY.get(s, 0.0) for s in SOURCES], dtype=np.float32
        )[people.source]
        self.ring = np.zeros((RING, n), dtype=np.float32)
        # Parts of Events and Stages; the first is empty, for histories in which nothing happens.
        self.parts = [tuple(np.zeros(0, dtype=t) for t in EVENT_TYPES)]
        self.stages = [tuple(np.zeros(0, dtype=t) for t in STAGE_TYPES)]
        self.day = 0
        self.snapshots = [
            State(*(np.full(n, -1, dtype=np.float64) for _ in STATE_FIELDS))
            for _ in tables.TRUTH_AGES_DAYS
        ]

    # ---------------------------------------------------------------------------------- helpers

    def _draw(self, table: str, row: np.ndarray) -> np.ndarray:
        """Draw an activity type for each `row` of a table of chances."""
        found = np.searchsorted(_SEARCH[table], row + self.rng.random(len(row)), side="right")
        return found - row * len(KINDS)

    def _second(self, leads: np.ndarray, table: str = "visit") -> np.ndarray:
        """Draw a second of the UTC day at which the people are awake (or sales works)."""
        row = self.people.country[leads]
        hour = np.searchsorted(_HOURS[table], row + self.rng.random(len(row)), side="right")
        return (hour - row * 24) * 3600 + self.rng.integers(0, 3600, len(row))

    def _topics(self, leads: np.ndarray, kind: np.ndarray) -> np.ndarray:
        """Draw topics: mostly the person's own, -1 where the activity names none."""
        draw = self.rng.random(len(leads))
        topic = np.where(
            draw < OWN_TOPIC_SHARES[0],
            self.people.first_topic[leads],
            np.where(
                draw < sum(OWN_TOPIC_SHARES),
                self.people.second_topic[leads],
                self.rng.integers(0, N_TOPICS, len(leads)),
            ),
        )
        return np.where(self.rng.random(len(leads)) < HAS_TOPIC[kind], topic, -1)

    def emit(
        self, leads, kind, time, topic=None, asset=-1, campaign=-1, agent=NO_AGENT, counts=True
    ) -> None:
        """Record activities; unless `counts` is false they add to the intent of their day.

        `time` is in seconds since the first midnight and may lie up to RING days ahead.
        """
        if not len(leads):
            return
        n = len(leads)
        kind = np.full(n, kind, dtype=np.int8)
        if topic is None:
            topic = self._topics(leads, kind)
        topic = np.full(n, topic, dtype=np.int8)
        self.parts.append(
            tuple(
                np.full(n, column, dtype=dtype)
                for column, dtype in zip(
                    (leads, kind, time, topic, asset, campaign, agent), EVENT_TYPES, strict=True
                )
            )
        )
        if counts:
            # What is dated before today (visits before the first form) is known from today on.
            day = np.maximum(time // DAY, self.day)
            late = int(self.day >= tables.HISTORY_DAYS - tables.TOPIC_DRIFT_DAYS)
            np.add.at(self.ring, (day % RING, leads), INTENT[kind] * TOPIC_FACTORS[late][topic])
            touching = TOUCHES[kind]
            np.maximum.at(self.last_touch, leads[touching], day[touching])

    def _record(self, leads, outcome: str, time, amount=np.nan, reason=-1) -> None:
        columns = (leads, OUTCOME[outcome], time, amount, reason)
        if len(leads):
            self.stages.append(
                tuple(
                    np.full(len(leads), column, dtype=dtype)
                    for column, dtype in zip(columns, STAGE_TYPES, strict=True)
                )
            )

    def _reasons(self, names: dict[str, float], n: int) -> np.ndarray:
        codes = np.array([REASONS.index(name) for name in names])
        weights = np.array(list(names.values()))
        return codes[self.rng.choice(len(codes), n, p=weights / weights.sum())]

    # ------------------------------------------------------------------------------------ a day

    def run(self) -> tuple[Events, Stages]:
        """Live through the whole history; returns what happened in it, in no special order."""
        born = np.searchsorted(self.people.created_day, np.arange(tables.HISTORY_DAYS + 1))
        fade_interest = np.float32(0.5 ** (1 / tables.INTEREST_HALF_LIFE_DAYS))
        fade_intent = np.float32(0.5 ** (1 / tables.INTENT_HALF_LIFE_DAYS))
        for day in range(tables.HISTORY_DAYS):
            self.day = day
            old, now = int(born[day]), int(born[day + 1])
            weekday = (self.calendar.weekday0 + day) % 7
            if now:
                self._move_stages(old)
                self.interest[:old] *= fade_interest
                bouts = np.flatnonzero(self.rng.random(old) < tables.EPISODES_PER_DAY)
                self.interest[bouts] += self.rng.gamma(
                    tables.EPISODE_SHAPE, tables.EPISODE_SCALE, len(bouts)
                )
                self._create(np.arange(old, now))
                self._visit(old, tables.WEEKDAY_FACTORS[weekday])
                self._use_product(old, tables.WEEKDAY_FACTORS[weekday])
                if weekday < 5:
                    self._sell(old)
                self._mail(old)
                self.intent[:now] *= fade_intent
                self.intent[:now] += self.ring[day % RING, :now]
                np.maximum(self.intent[:now], 0, out=self.intent[:now])
                self.ring[day % RING] = 0
            for age, snapshot in zip(tables.TRUTH_AGES_DAYS, self.snapshots, strict=True):
                if day >= age:
                    self._keep(snapshot, slice(int(born[day - age]), int(born[day - age + 1])))
        events = Events(*(np.concatenate(column) for column in zip(*self.parts, strict=True)))
        inside = (events.time < self.calendar.end) & (events.time >= 0)
        events = Events(*(getattr(events, f.name)[inside] for f in fields(Events)))
        stages = Stages(*(np.concatenate(column) for column in zip(*self.stages, strict=True)))
        return events, stages

    def _keep(self, snapshot: State, who: slice) -> None:
        snapshot.day[who] = self.day
        for field in STATE_FIELDS[1:]:
            getattr(snapshot, field)[who] = getattr(self, field)[who]

    def final_state(self) -> State:
        """State of everybody at the end of the history."""
        values = {f: getattr(self, f).astype(np.float64) for f in STATE_FIELDS[1:]}
        return State(np.full(self.count, self.day, dtype=np.float64), **values)

    # ----------------------------------------------------------------------------------- stages

    def _move_stages(self, old: int) -> None:
        """Let everybody reach their next stage, by the hazards of yesterday's intent."""
        status, intent = self.status[:old], self.intent[:old]
        forward, back = hazards(
            status,
            intent,
            self.hazard[:old] * self.mood[:old],
            self.win_hazard[:old] * self.mood[:old],
            self.boost[:old],
            self.health[:old],
        )
        silent = self.day - self.last_touch[:old]
        back[(status == ACCEPTED) & (silent > tables.SILENCE_ACCEPTED_DAYS)] = (
            tables.SILENCE_ACCEPTED_HAZARD
        )
        back[(status == NEW) & (silent > tables.SILENCE_NEW_DAYS)] = tables.SILENCE_NEW_HAZARD
        forward[(status == LOST) & (intent > tables.REOPEN_INTENT)] = tables.REOPEN_HAZARD
        draw = self.rng.random(old, dtype=np.float32)
        moved = np.flatnonzero((draw < forward) | (draw > 1 - back))
        if not len(moved):
            return
        ahead = draw[moved] < forward[moved]
        before = self.status[moved].copy()
        time = self.day * DAY + self._second(moved, "work")

        def those(status_code: int, is_ahead: bool) -> np.ndarray:
            return (before == status_code) & (ahead == is_ahead)

        self_serve = those(NEW, True)
        who = moved[self_serve]
        self._record(who, "sales_accepted", np.maximum(time[self_serve] - 600, self.day * DAY))
        self.accepted_day[who] = self.day
        self.waiting[who] = False
        begun = self_serve | those(ACCEPTED, True)
        self._record(moved[begun], "opportunity", time[begun])
        self.status[moved[begun]] = OPPORTUNITY

        noise = np.exp(self.rng.normal(0, tables.AMOUNT_SPREAD, len(moved)))
        amount = np.round(self.amount[moved] * noise, 2)
        won = those(OPPORTUNITY, True)
        who = moved[won]
        self._record(who, "won", time[won], amount[won])
        self.status[who] = CUSTOMER
        self.intent[who] = 0.2
        self.trial_until[who] = -1
        again = those(CUSTOMER, True)
        more = np.round(amount[again] * tables.UPSELL_SHARE_OF_AMOUNT, 2)
        self._record(moved[again], "won", time[again], more)
        self.intent[moved[again]] *= 0.3

        lost_deal = those(OPPORTUNITY, False)
        kept = self.rng.random(len(moved)) < tables.LOST_AMOUNT_SHARE
        reasons = self._reasons(
            {
                "price": 30,
                "no_decision": 30,
                "competitor": 20,
                "missing_feature": 12,
                "unresponsive": 8,
            },
            len(moved),
        )
        self._record(
            moved[lost_deal],
            "lost",
            time[lost_deal],
            np.where(kept, amount, np.nan)[lost_deal],
            reasons[lost_deal],
        )
        silent_loss = those(NEW, False) | those(ACCEPTED, False)
        reasons = self._reasons({"unresponsive": 75, "no_decision": 25}, len(moved))
        reasons[self.rng.random(len(moved)) < 0.1] = -1
        self._record(moved[silent_loss], "lost", time[silent_loss], np.nan, reasons[silent_loss])
        lost = moved[lost_deal | silent_loss]
        self.status[lost] = LOST
        self.waiting[lost] = False

        reopened = those(LOST, True)
        who = moved[reopened]
        self._record(who, "reopened", time[reopened])
        self.status[who] = ACCEPTED
        self.accepted_day[who] = self.day
        self.last_touch[who] = self.day
        churned = those(CUSTOMER, False)
        self._record(moved[churned], "churned", time[churned])
        self.status[moved[churned]] = CHURNED

    # --------------------------------------------------------------------------------- visitors

    def _create(self, leads: np.ndarray) -> None:
        """Create today's leads: their first activity, the rest of its session, their interest."""
        if not len(leads):
            return
        people = self.people
        second = self._second(leads)
        source = people.source[leads]
        mean = np.array([s.interest for s in tables.SOURCES.values()])[source]
        self.interest[leads] = self.rng.gamma(1.3, mean / 1.3)
        first = np.full(len(leads), -1)
        draw = self.rng.random(len(leads))
        for code, row in enumerate(tables.SOURCES.values()):
            here = np.flatnonzero(source == code)
            bounds = np.cumsum(list(row.first.values()))
            if len(bounds):
                kinds = np.array([KIND[name] for name in row.first] + [-1])
                first[here] = kinds[np.searchsorted(bounds, draw[here], side="right")]
        persona = people.persona[leads]
        visitors = np.flatnonzero(first >= 0)
        seconds = np.minimum(second, DAY - 1200)  # the first session stays within the day
        people.created_second[leads] = np.where(first >= 0, seconds, second)
        start = self.day * DAY + people.created_second[leads]
        paid = visitors[
            np.isin(source[visitors], [SOURCES.index("paid_search"), SOURCES.index("paid_social")])
        ]
        self.emit(leads[paid], KIND["ad_click"], start[paid] - 45)
        kind = first[visitors]
        self._do(leads[visitors], kind, start[visitors])
        hot = self.rng.random(len(visitors)) < 0.5 * HAND_RAISES[kind]
        self._session(leads[visitors], 2 * persona[visitors] + hot, start[visitors] + 60)
        # Some were here before they left an address; those visits are known with it.
        web = np.isin(source, [SOURCES.index(s) for s in ("organic_search", "direct", "referral")])
        early = np.flatnonzero(web & (self.rng.random(len(leads)) < 0.3))
        back = self.rng.integers(1, 21, len(early)) * DAY
        self._session(leads[early], 2 * persona[early], start[early] - back, only_views=True)

    def _visit(self, old: int, weekday_factor: float) -> None:
        """Sessions of those who are not customers, driven by interest."""
        rate = self.people.session_rate[:old] * self.interest[:old] * weekday_factor
        idle = (self.status[:old] == CUSTOMER) | (self.status[:old] == CHURNED)
        leads = np.flatnonzero((self.rng.random(old) < -np.expm1(-rate)) & ~idle)
        interest = self.interest[leads]
        hot = self.rng.random(len(leads)) < interest / (interest + tables.HOT_INTEREST)
        start = self.day * DAY + self._second(leads)
        self._session(leads, 2 * self.people.persona[leads] + hot, start)

    def _session(self, leads, profile, start, only_views: bool = False) -> None:
        """A burst of activities, one to two minutes apart, from `start` on."""
        n_events = 1 + self.rng.poisson(tables.EVENTS_PER_SESSION, len(leads))
        row = np.repeat(np.arange(len(leads)), n_events)
        place = np.arange(len(row)) - np.repeat(np.cumsum(n_events) - n_events, n_events)
        kind = self._draw("session", profile[row])
        if only_views:
            kind = np.where(INTENT[kind] > 0.12, KIND["page_view"], kind)
        time = start[row] + place * 90 + self.rng.integers(0, 80, len(row))
        self._do(leads[row], kind, time)

    def _do(self, leads, kind, time) -> None:
        """Let people do something, with what it brings: trials, hand-raises, webinars."""
        kind = kind.copy()
        trial, demo = KIND["trial_start"], KIND["demo_request"]
        again = (kind == trial) & ((self.trial_until[leads] >= 0) | (self.status[leads] > ACCEPTED))
        kind[again] = KIND["product_page_view"]
        kind[(kind == demo) & (self.status[leads] > NEW)] = KIND["pricing_page_view"]
        for once in (trial, demo):  # the first of a session only
            at = np.flatnonzero(kind == once)
            _, first = np.unique(leads[at], return_index=True)
            kind[np.delete(at, first)] = KIND["product_page_view"]
        self.trial_until[leads[kind == trial]] = self.day + tables.TRIAL_DAYS
        raised = leads[HAND_RAISES[kind] & (self.status[leads] == NEW)]
        raised = raised[self.cool_until[raised] <= self.day]
        self.raised[raised] = True
        self._wait(raised)
        topic = self._topics(leads, kind)
        self.emit(leads, kind, time, topic)
        registered = np.flatnonzero(kind == KIND["webinar_register"])
        comes = registered[self.rng.random(len(registered)) < 0.5]
        delay = self.rng.integers(1, 12, len(comes)) * DAY + self.rng.integers(0, 900, len(comes))
        when = (time[comes] // DAY) * DAY + 15 * 3600 + delay
        self.emit(leads[comes], KIND["webinar_attend"], when, topic[comes])

    def _use_product(self, old: int, weekday_factor: float) -> None:
        """Sessions in the product: trials and customers."""
        trial = (self.trial_until[:old] > self.day) & (self.status[:old] <= OPPORTUNITY)
        customer = self.status[:old] == CUSTOMER
        rate = np.where(
            customer,
            tables.CUSTOMER_SESSIONS_PER_DAY * self.health[:old],
            tables.TRIAL_SESSIONS_PER_DAY * np.exp(0.3 * self.people.effect[:old]),
        )
        chance = np.where(trial | customer, (rate * weekday_factor).clip(max=0.9), 0)
        leads = np.flatnonzero(self.rng.random(old) < chance)
        if not len(leads):
            return
        start = self.day * DAY + self._second(leads)
        self.emit(leads, KIND["product_login"], start)
        n_events = self.rng.poisson(tables.PRODUCT_EVENTS_PER_SESSION, len(leads))
        row = np.repeat(np.arange(len(leads)), n_events)
        place = np.arange(len(row)) - np.repeat(np.cumsum(n_events) - n_events, n_events)
        kind = self._draw("product", customer[leads].astype(int)[row])
        time = start[row] + 30 + place * 120 + self.rng.integers(0, 100, len(row))
        self.emit(leads[row], kind, time)

    # ------------------------------------------------------------------------------------ sales

    def _wait(self, leads: np.ndarray) -> None:
        """Put leads on the list that sales works through."""
        fresh = leads[~self.waiting[leads]]
        self.waiting[fresh] = True
        self.waiting_since[fresh] = self.day

    def _sell(self, old: int) -> None:
        """A working day of sales: look at waiting leads, write, call, meet."""
        status = self.status[:old]
        warm = (status == NEW) & (self.intent[:old] > tables.REVIEW_INTENT)
        self._wait(np.flatnonzero(warm & (self.cool_until[:old] <= self.day)))
        looked = self.waiting[:old] & (status == NEW) & (self.waiting_since[:old] < self.day)
        leads = np.flatnonzero(looked & (self.rng.random(old) < tables.REVIEW_RATE))
        chance = np.where(self.raised[leads], self.accept_raised[leads], self.accept_chance[leads])
        taken = self.rng.random(len(leads)) < chance
        time = self.day * DAY + self._second(leads, "work")
        self.waiting[leads] = False
        self.raised[leads] = False
        accepted = leads[taken]
        self._record(accepted, "sales_accepted", time[taken])
        self.status[accepted] = ACCEPTED
        self.accepted_day[accepted] = self.day
        self.last_touch[accepted] = self.day
        delay = self.day - self.waiting_since[accepted] - 1
        self.boost[accepted] = np.exp(tables.SALES_BOOST - tables.SPEED_EFFECT * delay)
        rejected = leads[~taken]
        self._record(rejected, "sales_rejected", time[~taken], np.nan, self._reject(rejected))
        self.cool_until[rejected] = self.day + tables.REVIEW_COOLDOWN_DAYS

        age = self.day - self.people.created_day[:old]
        worked = ((status == ACCEPTED) | (status == OPPORTUNITY)) & (
            self.day - self.accepted_day[:old] <= tables.SALES_WORK_DAYS
        )
        cold = (status == NEW) & (age <= tables.FIRST_TOUCH_DAYS)
        rate = np.where(worked, tables.SALES_TOUCHES_PER_DAY, cold * self.first_touch_rate[:old])
        leads = np.flatnonzero(self.rng.random(old) < rate)
        kind = self._draw("sales", np.where(worked[leads], 0, 1))
        time = self.day * DAY + self._second(leads, "work")
        self.emit(leads, kind, time)
        booked = np.flatnonzero(kind == KIND["meeting_booked"])
        draw = self.rng.random(len(booked))
        when = (self.day + self.rng.integers(2, 9, len(booked))) * DAY
        when += self._second(leads[booked], "work")
        held = draw < tables.MEETING_HELD_SHARE
        missed = ~held & (draw < tables.MEETING_HELD_SHARE + tables.MEETING_MISSED_SHARE)
        self.emit(leads[booked[held]], KIND["meeting_held"], when[held])
        self.emit(leads[booked[missed]], KIND["meeting_no_show"], when[missed])

    def _reject(self, leads: np.ndarray) -> np.ndarray:
        """Why sales did not want a lead: who they are, where that says it, else the moment."""
        reason = self._reasons(
            {
                "bad_timing": 35,
                "no_budget": 20,
                "not_a_fit": 15,
                "wrong_person": 12,
                "unreachable": 18,
            },
            len(leads),
        )
        persona = self.people.persona[leads]
        told = self.rng.random(len(leads)) < 0.8
        for who, why in (
            ("student", "not_a_fit"),
            ("job_seeker", "wrong_person"),
            ("competitor", "competitor"),
        ):
            reason[(persona == PERSONAS.index(who)) & told] = REASONS.index(why)
        reason[self.rng.random(len(leads)) < 0.05] = -1
        return reason

    # ------------------------------------------------------------------------------------ mails

    def _mail(self, old: int) -> None:
        """Send today's mails: the newsletter of the month, and the nurture track by age."""
        wants = self.subscribed[:old] & (self.status[:old] != CHURNED)
        if self.day in self.calendar.newsletter_of_day:
            campaign, topic = self.calendar.newsletter_of_day[self.day]
            leads = np.flatnonzero(wants & (self.rng.random(old) < 0.97))
            self._deliver(leads, np.full(len(leads), campaign), np.full(len(leads), topic), 8)
        first = np.searchsorted(
            self.people.created_day, self.day - 7 * (tables.NURTURE_STEPS - 1) - 3
        )
        recent = np.arange(first, old)
        age = self.day - self.people.created_day[recent]
        due = (age % 7 == 3) & wants[recent] & self.people.nurtured[recent]
        leads = recent[due & (self.status[recent] < LOST)]
        topic = self.people.first_topic[leads].astype(int)
        step = (self.day - self.people.created_day[leads]) // 7
        campaign = self.calendar.nurture_first + topic * tables.NURTURE_STEPS + step
        self._deliver(leads, campaign, topic, 9)

    def _deliver(self, leads, campaign, topic, hour: int) -> None:
        """Deliver one mail to each lead, and let people and machines react to it."""
        if not len(leads):
            return
        rng, people = self.rng, self.people
        sent = self.day * DAY + hour * 3600 + rng.integers(0, 1500, len(leads))
        asset = self.calendar.mail_asset[campaign]
        bounced = people.bad_address[leads] & (rng.random(len(leads)) < 0.7)
        self.emit(
            leads[bounced],
            KIND["email_bounce"],
            sent[bounced] + 4,
            -1,
            asset[bounced],
            campaign[bounced],
            counts=False,
        )
        self.subscribed[leads[bounced & (rng.random(len(leads)) < 0.6)]] = False
        leads, campaign, topic, sent, asset = (
            column[~bounced] for column in (leads, campaign, topic, sent, asset)
        )
        self.emit(leads, KIND["email_delivered"], sent, -1, asset, campaign, counts=False)

        machine = np.flatnonzero(people.scanner[leads])
        # Most scanners follow every link at once; some queue the mail and do it minutes later.
        late = rng.random(len(machine)) < 0.3
        begin = sent[machine] + np.where(late, rng.integers(40, 400, len(machine)), 1)
        self.emit(
            leads[machine],
            KIND["email_open"],
            begin,
            -1,
            asset[machine],
            campaign[machine],
            counts=False,
        )
        for link in range(tables.LINKS_PER_MAIL):
            self.emit(
                leads[machine],
                KIND["email_click"],
                begin + 1 + (link >= 3),
                self.calendar.link_topic[topic[machine], link],
                self.calendar.link_asset[topic[machine], link],
                campaign[machine],
                counts=False,
            )
        proxy = np.flatnonzero(people.proxy[leads] & (rng.random(len(leads)) < 0.95))
        fetched = sent[proxy] + rng.integers(20, 3000, len(proxy))
        agent = PROXY + rng.integers(0, 2, len(proxy))
        self.emit(
            leads[proxy],
            KIND["email_open"],
            fetched,
            -1,
            asset[proxy],
            campaign[proxy],
            agent,
            counts=False,
        )

        interest = self.interest[leads]
        chance = np.minimum(tables.OPEN_BASE + tables.OPEN_PER_INTEREST * interest, 0.7)
        opened = np.flatnonzero(rng.random(len(leads)) < chance)
        delay = np.minimum(60 + rng.lognormal(8.8, 1.4, len(opened)), 4 * DAY).astype(np.int64)
        read = sent[opened] + delay
        agent = np.where(rng.random(len(opened)) < 0.3, AGENT + rng.integers(0, 2, len(opened)), 0)
        self.emit(
            leads[opened], KIND["email_open"], read, -1, asset[opened], campaign[opened], agent
        )
        follows = rng.random(len(opened)) < tables.CLICK_SHARE
        clicked = opened[follows]
        link = rng.integers(0, tables.LINKS_PER_MAIL, len(clicked))
        self.emit(
            leads[clicked],
            KIND["email_click"],
            read[follows] + rng.integers(5, 90, len(clicked)),
            self.calendar.link_topic[topic[clicked], link],
            self.calendar.link_asset[topic[clicked], link],
            campaign[clicked],
        )
        listed = people.source[leads] == SOURCES.index("purchased_list")
        share = np.where(listed, tables.LIST_UNSUBSCRIBE_SHARE, tables.UNSUBSCRIBE_SHARE)
        for kind, chance in (
            ("email_unsubscribe", share),
            ("spam_complaint", tables.COMPLAINT_SHARE * (1 + 5 * listed)),
        ):
            leaves = np.flatnonzero(rng.random(len(leads)) < chance)
            when = sent[leaves] + rng.integers(120, 30_000, len(leaves))
            self.emit(
                leads[leaves], KIND[kind], when, -1, asset[leaves], campaign[leaves], counts=False
            )
            self.subscribed[leads[leaves]] = False
            self.mood[leads[leaves]] = tables.OPTOUT_FACTOR


def hazards(status, intent, hazard, win_hazard, boost, health) -> tuple[np.ndarray, np.ndarray]:
    """Chance per day of the next stage forward, and of the next stage back.

    Forward: new or accepted to opportunity, opportunity to won, customer to the next won. Back:
    opportunity to lost, customer to churned. All arguments are arrays of one element per person.
    """
    ready = tables.INTENT_FLOOR + intent
    start = tables.OPPORTUNITY_HAZARD * hazard * ready
    forward = np.select(
        [status == NEW, status == ACCEPTED, status == OPPORTUNITY, status == CUSTOMER],
        [
            start,
            start * tables.ACCEPTED_FACTOR * boost,
            tables.WIN_HAZARD * win_hazard * boost * (tables.WIN_INTENT_FLOOR + intent),
            tables.UPSELL_HAZARD * health * (tables.UPSELL_FLOOR + intent),
        ],
        0.0,
    )
    back = np.select(
        [status == OPPORTUNITY, status == CUSTOMER],
        [
            tables.LOSS_HAZARD / (1 + intent / tables.LOSS_INTENT),
            tables.CHURN_HAZARD / (health * health * (0.3 + intent)),
        ],
        0.0,
    )
    return np.minimum(forward, tables.MAX_HAZARD), np.minimum(back, 1 - tables.MAX_HAZARD)
