"""The true chance of a win: the hazards of `behaviour`, integrated over the horizon.

From the state at the end of a day the expected path of interest and intent is followed day by
day: interest fades, sessions add their expected intent. Because hazards are linear in intent, the
expected hazard is the hazard at the expected intent. Along that path the chances to be new,
accepted, in an opportunity, won or lost are moved forward by the hazards of the day (a Markov
chain). New bouts of interest are added to first order: their rate times what one bout of mean size
adds to the chance in the days that are left after it.
"""

import numpy as np

from lead_scoring.simulate import tables
from lead_scoring.simulate.behaviour import (
    ACCEPTED,
    CUSTOMER,
    HAND_RAISES,
    HAS_TOPIC,
    INTENT,
    LOST,
    NEW,
    OPPORTUNITY,
    OWN_TOPIC_SHARES,
    PRODUCT,
    SALES,
    SESSION,
    TOPIC_FACTORS,
    State,
    World,
    hazards,
)
from lead_scoring.simulate.calendar import KIND

_FADE_INTEREST = 0.5 ** (1 / tables.INTEREST_HALF_LIFE_DAYS)
_FADE_INTENT = 0.5 ** (1 / tables.INTENT_HALF_LIFE_DAYS)
_WEEK = float(np.mean(tables.WEEKDAY_FACTORS))
_WORK = 5 / 7  # sales works on five days


def _per_session(state: State, world: World) -> tuple[np.ndarray, ...]:
    """Expected intent and hand-raises of a calm and of a hot session, per person."""
    late = (state.day >= tables.HISTORY_DAYS - tables.TOPIC_DRIFT_DAYS).astype(int)
    people = world.people
    own = (
        OWN_TOPIC_SHARES[0] * TOPIC_FACTORS[late, people.first_topic]
        + OWN_TOPIC_SHARES[1] * TOPIC_FACTORS[late, people.second_topic]
        + (1 - sum(OWN_TOPIC_SHARES)) * TOPIC_FACTORS[:, :-1].mean(axis=1)[late]
    )
    n_events = 1 + tables.EVENTS_PER_SESSION
    product = INTENT[KIND["product_login"]] + tables.PRODUCT_EVENTS_PER_SESSION * (
        PRODUCT[0] @ INTENT
    )
    trial = tables.TRIAL_DAYS * tables.TRIAL_SESSIONS_PER_DAY * _WEEK * product
    gain = INTENT.astype(float).copy()
    gain[KIND["webinar_register"]] += 0.5 * INTENT[KIND["webinar_attend"]]
    gain[KIND["trial_start"]] += trial
    plain = SESSION @ (gain * (1 - HAS_TOPIC)) * n_events
    topical = SESSION @ (gain * HAS_TOPIC) * n_events
    raises = SESSION @ HAND_RAISES.astype(float) * n_events
    calm, hot = 2 * people.persona, 2 * people.persona + 1
    return (
        plain[calm] + topical[calm] * own,
        plain[hot] + topical[hot] * own,
        raises[calm],
        raises[hot],
    )


def win_chance(world: World, state: State) -> np.ndarray:
    """Chance of the next win within HORIZON_DAYS after the day of `state`, one per person.

    Lost and churned leads get nan, and so do those whose state was not reached (day -1); for
    customers it is the chance of an upsell.
    """
    is_customer = state.status == CUSTOMER
    quiet = _won_by_day(world, state, state.interest)
    bout = tables.EPISODE_SHAPE * tables.EPISODE_SCALE
    stirred = _won_by_day(world, state, state.interest + bout)
    # A bout that begins d days from now has HORIZON_DAYS - d days to work.
    gain = tables.EPISODES_PER_DAY * (stirred - quiet).sum(axis=0)
    chance = np.where(is_customer, quiet[-1], 1 - (1 - quiet[-1]) * np.exp(-gain))
    gone = (state.day < 0) | ((state.status >= LOST) & ~is_customer)
    return np.where(gone, np.nan, chance)


def _won_by_day(world: World, state: State, interest: np.ndarray) -> np.ndarray:
    """Chance of a win by each of the next days without new bouts: (HORIZON_DAYS, people)."""
    people = world.people
    calm, hot, calm_raises, hot_raises = _per_session(state, world)
    rate = people.session_rate * _WEEK
    interest, intent = np.maximum(interest, 0), np.maximum(state.intent, 0)
    hazard, win_hazard = world.hazard * state.mood, world.win_hazard * state.mood
    was_customer = state.status == CUSTOMER
    n = world.count
    won = np.zeros((tables.HORIZON_DAYS + 1, n))
    new, cool, accepted, deal = (np.zeros(n) for _ in range(4))
    reviewable = (state.status == NEW) & (state.cool_until <= state.day)
    new[reviewable] = 1
    cool[(state.status == NEW) & ~reviewable] = 1
    accepted[state.status == ACCEPTED] = 1
    deal[state.status == OPPORTUNITY] = 1
    customer = was_customer.astype(float)
    quick = np.exp(tables.SALES_BOOST - tables.SPEED_EFFECT)
    boost = np.where(state.status == NEW, quick, state.boost)
    product = INTENT[KIND["product_login"]] + tables.PRODUCT_EVENTS_PER_SESSION * (PRODUCT @ INTENT)
    trial_rate = tables.TRIAL_SESSIONS_PER_DAY * np.exp(0.3 * people.effect) * _WEEK * product[0]
    usage_rate = (
        (tables.CUSTOMER_SESSIONS_PER_DAY * state.health).clip(max=0.9) * _WEEK * product[1]
    )
    meeting = (
        tables.MEETING_HELD_SHARE * INTENT[KIND["meeting_held"]]
        + tables.MEETING_MISSED_SHARE * INTENT[KIND["meeting_no_show"]]
    )
    touch = SALES[0] @ INTENT + SALES[0][KIND["meeting_booked"]] * meeting
    sales_rate = tables.SALES_TOUCHES_PER_DAY * _WORK * touch
    one = np.ones(n)
    for step in range(tables.HORIZON_DAYS):
        day = state.day + 1 + step
        # 1. stages, by the intent of the day before
        start, _ = hazards(NEW * one, intent, hazard, win_hazard, boost, state.health)
        begin, _ = hazards(ACCEPTED * one, intent, hazard, win_hazard, boost, state.health)
        win, lose = hazards(OPPORTUNITY * one, intent, hazard, win_hazard, boost, state.health)
        again, leave = hazards(CUSTOMER * one, intent, hazard, win_hazard, boost, state.health)
        # 2. interest and what it is expected to bring
        interest = interest * _FADE_INTEREST
        share_hot = interest / (interest + tables.HOT_INTEREST)
        visits = -np.expm1(-rate * interest)
        added = visits * (calm + (hot - calm) * share_hot)
        raises = visits * (calm_raises + (hot_raises - calm_raises) * share_hot)
        added += np.where(state.trial_until > day, trial_rate, 0)
        worked = (state.status == ACCEPTED) | (state.status == OPPORTUNITY)
        added += np.where(
            worked & (day - state.accepted_day <= tables.SALES_WORK_DAYS), sales_rate, 0
        )
        added = np.where(was_customer, usage_rate, added)
        # 3. sales looks at hand-raisers and at leads with much intent
        seen = tables.REVIEW_RATE * _WORK * (intent > tables.REVIEW_INTENT)
        if step < 5:
            seen = np.maximum(seen, tables.REVIEW_RATE * _WORK * state.waiting)
        raises = np.minimum(raises, 1)
        taken = np.minimum(seen * world.accept_chance + raises * world.accept_raised, 1)
        refused = np.minimum(
            seen * (1 - world.accept_chance) + raises * (1 - world.accept_raised), 1 - taken
        )
        # 4. move the chances
        flow_new, flow_cool, flow_accepted = new * start, cool * start, accepted * begin
        flow_won, flow_lost = deal * win, deal * lose
        flow_taken, flow_refused = (new - flow_new) * taken, (new - flow_new) * refused
        new = new - flow_new - flow_taken - flow_refused
        cool = cool - flow_cool + flow_refused
        accepted = accepted - flow_accepted + flow_taken
        deal = deal + flow_new + flow_cool + flow_accepted - flow_won - flow_lost
        upsold = customer * again
        customer = customer - upsold - customer * leave
        won[step + 1] = won[step] + flow_won + upsold
        intent = intent * _FADE_INTENT + added
    return won[1:]
