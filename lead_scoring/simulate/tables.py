"""What the simulated company looks like: every number a reader could argue about, as named tables.

The demo company sells an analytics platform to businesses. Nothing here is read by a dbt model.
"""

from typing import NamedTuple

HISTORY_DAYS = 730  # length of the simulated history; its last day is the as-of date
HORIZON_DAYS = 90  # the true chance is the chance of a win within so many days
TRUTH_AGES_DAYS = (7, 30)  # lead ages at which the true chance is written, besides the as-of date
CHUNK_PEOPLE = 20_000  # people simulated at a time; part of the format: other values, other bytes

# --------------------------------------------------------------------------------------------------
# Dirt. Each kind with the share of rows (or people) it affects, and what it is.
# --------------------------------------------------------------------------------------------------


class Dirt(NamedTuple):
    """One kind of dirt: how much of which rows it affects, and one sentence."""

    share: float
    of: str
    what: str


DIRT = {
    # leads
    "duplicate_person": Dirt(0.035, "people", "a second lead row, address spelled otherwise"),
    "repeated_lead_row": Dirt(0.006, "leads", "the very same row twice"),
    "updated_lead_row": Dirt(0.010, "leads", "the same lead_id again with a newer updated_at"),
    "deleted_lead": Dirt(0.007, "leads", "is_deleted is true"),
    "lead_broken_created_at": Dirt(0.003, "leads", "an extra row whose created_at is no time"),
    "lead_future_created_at": Dirt(0.0015, "leads", "an extra row created in the year 2199"),
    "lead_without_id": Dirt(0.002, "leads", "an extra row without lead_id"),
    "broken_email": Dirt(0.012, "leads", "an email that is no address"),
    "broken_number": Dirt(0.008, "leads", "employee_count or annual_revenue that is no number"),
    "placeholder_text": Dirt(0.03, "leads", "a field with '', ' ', '-' or 'unknown'"),
    "strange_name": Dirt(0.008, "leads", "emoji, quotes, line breaks or a formula in a name"),
    "messy_title": Dirt(0.25, "leads", "a title in capitals, with odd blanks or other punctuation"),
    "messy_industry": Dirt(0.08, "leads", "an industry with other case or outer blanks"),
    # lead_changes
    "change_repeated": Dirt(0.006, "lead_changes", "the very same row twice"),
    "change_unknown_lead": Dirt(0.005, "lead_changes", "a change of a lead that is not in leads"),
    "change_broken_date": Dirt(0.004, "lead_changes", "a changed_at that is no time"),
    # companies
    "company_repeated": Dirt(0.004, "companies", "the very same row twice"),
    "company_without_id": Dirt(0.003, "companies", "a row without company_id"),
    # activities
    "redelivered_same": Dirt(0.005, "activities", "the very same row twice"),
    "redelivered_later": Dirt(0.005, "activities", "the same activity_id again, loaded later"),
    "redelivered_changed": Dirt(0.003, "activities", "loaded again later with another asset"),
    "late_load": Dirt(0.008, "activities", "loaded 1 to 12 days after it happened"),
    "activity_unknown_lead": Dirt(0.004, "activities", "the lead is not in leads"),
    "activity_without_id": Dirt(0.0015, "activities", "no activity_id"),
    "activity_without_type": Dirt(0.001, "activities", "no activity_type"),
    "activity_without_lead": Dirt(0.001, "activities", "no lead_id"),
    "activity_future": Dirt(0.002, "activities", "occurred_at is days after the load"),
    "activity_broken_time": Dirt(0.002, "activities", "occurred_at is no time"),
    "zone_offset": Dirt(0.012, "activities", "occurred_at written with the offset of another zone"),
    "day_edge": Dirt(0.004, "activities", "within five seconds of midnight"),
    "unset_channel": Dirt(0.3, "activities", "no channel"),
    # people whose mails are opened by machines
    "scanner": Dirt(0.03, "people", "a corporate scanner opens and clicks every link in seconds"),
    "privacy_proxy": Dirt(0.18, "people", "a privacy proxy opens every mail"),
    # outcomes
    "outcome_repeated": Dirt(0.005, "outcomes", "the very same row twice"),
    "outcome_unknown_name": Dirt(0.005, "outcomes", "an outcome that does not exist"),
    "outcome_unknown_lead": Dirt(0.004, "outcomes", "the lead is not in leads"),
    "outcome_future": Dirt(0.002, "outcomes", "occurred_at in the year 2199"),
    "outcome_broken_amount": Dirt(0.02, "outcomes with an amount", "an amount that is no number"),
}

BROKEN_TIMES = ("31/02/2026", "n/a", "2026-13-45 99:99:99", "gestern", "0000-00-00", "")
BROKEN_NUMBERS = ("~200", "n/a", "1.000,50", "51-200", "> 1k", "many")
BROKEN_EMAILS = ("n/a", "none", "@", "no-at-sign.example", "two@@ats.example", "a b@c.example")
PLACEHOLDERS = ("", " ", "-", "unknown")
UNKNOWN_OUTCOMES = ("demo_done", "closed", "???", "win")
STRANGE_NAMES = (
    "🚀 Max",
    'Anna "Annie"',
    "O'Brien\nJunior",
    '=HYPERLINK("http://links.example","prize")',
    "Robert'); drop table leads;--",
    "Zoë\tM.",
    "李小龙",
    "Ж'ана; \\x00",
    "+49 SUM(A1:A9)",
    "Ana, Maria",
)

# --------------------------------------------------------------------------------------------------
# People
# --------------------------------------------------------------------------------------------------


class Persona(NamedTuple):
    """A kind of person: its share, effect on the log hazard, activity and email habits."""

    share: float
    fit: float
    activity: float  # factor on the rate of sessions
    free_email: float  # chance of a free address instead of the company's
    has_company: bool
    topics: tuple[float, ...]  # relative interest in TOPICS


TOPICS = (
    "dashboards",
    "integrations",
    "security",
    "automation",
    "forecasting",
    "data_governance",
    "pricing",
    "embedded_analytics",
)

PERSONAS = {
    "executive_buyer": Persona(0.12, 0.8, 0.6, 0.12, True, (2, 1, 2, 1, 3, 1, 3, 1)),
    "analytics_leader": Persona(0.16, 1.0, 1.0, 0.08, True, (3, 3, 2, 2, 2, 3, 1.5, 2)),
    "practitioner": Persona(0.27, 0.0, 1.5, 0.25, True, (3, 4, 1, 4, 1, 1, 0.5, 2)),
    "business_manager": Persona(0.22, 0.35, 0.9, 0.20, True, (4, 1, 0.5, 2, 3, 0.5, 1.5, 0.5)),
    "student": Persona(0.08, -3.2, 1.4, 0.40, False, (4, 1, 0.3, 2, 3, 0.5, 0.1, 0.3)),
    "consultant": Persona(0.08, -1.0, 1.1, 0.35, True, (3, 2, 1, 2, 2, 2, 1, 1)),
    "competitor": Persona(0.02, -4.5, 1.6, 0.25, True, (2, 2, 2, 2, 2, 2, 5, 3)),
    "job_seeker": Persona(0.05, -3.5, 0.8, 0.80, False, (2, 1, 0.5, 1, 1, 0.5, 0.1, 0.3)),
}

INDUSTRIES = {  # industry: (share, effect on the log hazard)
    "Software": (0.18, 0.45),
    "Financial Services": (0.12, 0.35),
    "Manufacturing": (0.12, 0.05),
    "Retail": (0.10, 0.15),
    "Healthcare": (0.08, 0.0),
    "Education": (0.06, -0.7),
    "Professional Services": (0.10, 0.1),
    "Logistics": (0.06, 0.2),
    "Media": (0.06, -0.1),
    "Energy": (0.04, -0.1),
    "Government": (0.04, -0.9),
    "Non-profit": (0.04, -0.8),
}

SIZE_EFFECTS = (  # smallest employee count, effect on the log hazard
    (1, -1.1),
    (10, -0.3),
    (50, 0.45),
    (250, 0.6),
    (1000, 0.2),
    (5000, -0.15),
)
COMPANY_SIZE_MEDIAN, COMPANY_SIZE_SPREAD = 90, 1.8  # of the lognormal number of employees
COMPANIES_PER_PERSON = 0.45


class Source(NamedTuple):
    """A lead source: share early and late in the history, effect, first interest, nurture mails."""

    share: float
    late_share: float  # share at the end of the history; the mix drifts between the two
    effect: float
    interest: float  # mean interest on the day of creation
    campaign: str | None  # kind of campaign, see CAMPAIGN_KINDS
    first: dict[str, float]  # first activity: chance (the rest: none)


SOURCES = {
    "organic_search": Source(
        0.20,
        0.17,
        0.15,
        1.0,
        None,
        {
            "ebook_download": 0.25,
            "newsletter_signup": 0.2,
            "whitepaper_download": 0.15,
            "template_download": 0.12,
            "contact_form": 0.08,
            "demo_request": 0.10,
        },
    ),
    "paid_search": Source(
        0.15,
        0.13,
        0.0,
        1.0,
        "paid-search",
        {
            "ebook_download": 0.3,
            "contact_form": 0.12,
            "demo_request": 0.16,
            "template_download": 0.3,
        },
    ),
    "paid_social": Source(
        0.08,
        0.17,
        -0.5,
        0.6,
        "paid-social",
        {"ebook_download": 0.5, "newsletter_signup": 0.2, "video_watch": 0.25},
    ),
    "referral": Source(
        0.06,
        0.05,
        0.75,
        1.4,
        None,
        {"contact_form": 0.35, "demo_request": 0.3, "newsletter_signup": 0.1},
    ),
    "partner": Source(
        0.05,
        0.05,
        0.45,
        1.1,
        "partner",
        {"contact_form": 0.3, "demo_request": 0.2, "whitepaper_download": 0.2},
    ),
    "event": Source(
        0.07, 0.06, 0.25, 0.8, "field-events", {"booth_visit": 0.6, "event_attend": 0.4}
    ),
    "webinar": Source(0.09, 0.08, 0.2, 0.9, "webinar-series", {"webinar_register": 1.0}),
    "content_syndication": Source(
        0.07,
        0.13,
        -0.8,
        0.3,
        "content-syndication",
        {"whitepaper_download": 0.6, "ebook_download": 0.4},
    ),
    "outbound": Source(0.07, 0.05, -0.2, 0.2, "outbound", {}),
    "purchased_list": Source(0.06, 0.02, -1.5, 0.05, "list-import", {}),
    "product_signup": Source(0.05, 0.06, 0.5, 1.2, None, {"trial_start": 1.0}),
    "direct": Source(
        0.05,
        0.03,
        0.1,
        0.9,
        None,
        {"contact_form": 0.2, "newsletter_signup": 0.35, "demo_request": 0.15},
    ),
}

CAMPAIGN_KINDS = (
    "webinar-series", "paid-search", "paid-social", "partner", "field-events",
    "content-syndication", "outbound", "list-import",
)  # fmt: skip


class Country(NamedTuple):
    """A country: share, language of titles and names, UTC offset in hours, effect, spellings."""

    share: float
    language: str
    utc_offset: int
    effect: float
    spellings: tuple[str, ...]
    regions: tuple[str, ...]


COUNTRIES = {
    "US": Country(0.34, "en", -6, 0.15, ("United States", "USA", "US", "United States of America",
        "U.S.A."), ("California", "NY", "Texas", "Ohio", "WA")),
    "GB": Country(0.10, "en", 0, 0.05, ("United Kingdom", "UK", "GB", "Great Britain"),
        ("London", "Kent")),
    "DE": Country(0.14, "de", 1, 0.15, ("Germany", "Deutschland", "DE", "GER", "germany"),
        ("Bayern", "NRW", "Berlin")),
    "FR": Country(0.07, "fr", 1, 0.0, ("France", "FR", "FRANCE"), ("Île-de-France",)),
    "ES": Country(0.04, "es", 1, -0.1, ("Spain", "España", "ES"), ("Madrid", "Cataluña")),
    "IT": Country(0.04, "it", 1, -0.1, ("Italy", "Italia", "IT"), ("Lombardia",)),
    "NL": Country(0.05, "nl", 1, 0.1, ("Netherlands", "Nederland", "NL", "The Netherlands"),
        ("Noord-Holland",)),
    "BR": Country(0.04, "pt", -3, -0.3, ("Brazil", "Brasil", "BR"), ("São Paulo",)),
    "PT": Country(0.01, "pt", 0, -0.2, ("Portugal", "PT"), ("Lisboa",)),
    "AT": Country(0.02, "de", 1, 0.1, ("Austria", "Österreich", "AT"), ("Wien",)),
    "CH": Country(0.02, "de", 1, 0.2, ("Switzerland", "Schweiz", "CH"), ("Zürich",)),
    "CA": Country(0.04, "en", -5, 0.05, ("Canada", "CA", "canada"), ("Ontario", "Québec")),
    "AU": Country(0.03, "en", 10, 0.0, ("Australia", "AU"), ("NSW",)),
    "IN": Country(0.04, "en", 5, -0.5, ("India", "IN", "INDIA"), ("Karnataka",)),
    "SE": Country(0.01, "en", 1, 0.1, ("Sweden", "Sverige", "SE"), ()),
    "MX": Country(0.01, "es", -6, -0.3, ("Mexico", "México", "MX"), ("CDMX",)),
}  # fmt: skip

# --------------------------------------------------------------------------------------------------
# Activities
# --------------------------------------------------------------------------------------------------


class Activity(NamedTuple):
    """An activity type: its channel, what it adds to intent, how often it names a topic, asset."""

    channel: str
    intent: float
    has_topic: float = 0.0
    asset: str | None = None  # with {topic}: the topic of the activity, or 'overview' without one


ACTIVITIES = {
    "page_view": Activity("web", 0.02, 0.3, "/{topic}"),
    "product_page_view": Activity("web", 0.12, 0.9, "/product/{topic}"),
    "pricing_page_view": Activity("web", 0.55, 0.25, "/pricing"),
    "case_study_view": Activity("web", 0.30, 0.8, "/customers/{topic}"),
    "blog_view": Activity("web", 0.0, 0.8, "/blog/{topic}"),
    "careers_page_view": Activity("web", 0.0, 0.0, "/careers"),
    "ebook_download": Activity("content", 0.08, 0.95, "ebook-{topic}"),
    "whitepaper_download": Activity("content", 0.15, 0.95, "whitepaper-{topic}"),
    "template_download": Activity("content", 0.10, 0.9, "template-{topic}"),
    "video_watch": Activity("content", 0.12, 0.8, "video-{topic}"),
    "email_delivered": Activity("delivery", 0.0),
    "email_open": Activity("email", 0.01),
    "email_click": Activity("email", 0.10),
    "email_reply": Activity("email", 0.50),
    "email_unsubscribe": Activity("email_optout", 0.0),
    "spam_complaint": Activity("email_optout", 0.0),
    "email_bounce": Activity("email_optout", 0.0),
    "webinar_register": Activity("event", 0.12, 0.95, "webinar-{topic}"),
    "webinar_attend": Activity("event", 0.40, 0.95, "webinar-{topic}"),
    "event_attend": Activity("event", 0.25, 0.2, "field-event"),
    "booth_visit": Activity("event", 0.30, 0.4, "field-event"),
    "social_follow": Activity("social", 0.03),
    "social_like": Activity("social", 0.01, 0.5),
    "social_comment": Activity("social", 0.05, 0.5),
    "social_message": Activity("social", 0.15, 0.3),
    "ad_click": Activity("ads", 0.03, 0.4, "ad-{topic}"),
    "demo_request": Activity("form", 2.0, 0.4, "/demo"),
    "contact_form": Activity("form", 1.1, 0.3, "/contact"),
    "newsletter_signup": Activity("form", 0.03, 0.0, "/newsletter"),
    "chat_conversation": Activity("form", 0.45, 0.4, "chat"),
    "trial_start": Activity("product", 1.2, 0.1, "/trial"),
    "product_login": Activity("product", 0.10),
    "feature_use": Activity("product", 0.06, 0.8, "feature-{topic}"),
    "invite_teammate": Activity("product", 0.9),
    "integration_connect": Activity("product", 0.9, 0.0, "integration"),
    "usage_limit_hit": Activity("product", 0.8, 0.0, "plan-limit"),
    "support_ticket": Activity("product", -0.05, 0.3),
    "sales_email_sent": Activity("sales", 0.0),
    "sales_call_attempted": Activity("sales", 0.0),
    "sales_call_connected": Activity("sales", 0.35),
    "meeting_booked": Activity("sales", 0.5),
    "meeting_held": Activity("sales", 1.6, 0.5),
    "meeting_no_show": Activity("sales", -0.3),
}

TOPIC_INTENT = {  # factor on the intent of an activity about the topic: early, late in the history
    "dashboards": (1.0, 1.0),
    "integrations": (1.4, 1.4),
    "security": (1.35, 1.35),
    "automation": (0.9, 0.9),
    "forecasting": (0.8, 0.8),
    "data_governance": (0.7, 0.7),
    "pricing": (1.6, 1.6),
    "embedded_analytics": (0.7, 1.8),  # the new product: a drift every old scorecard misses
}
TOPIC_DRIFT_DAYS = 180  # the late factors hold in the last so many days of the history

# What happens in one session: relative weights, for a calm and for a hot visitor.
SESSION_WEIGHTS = {  # activity type: (calm, hot)
    "page_view": (30, 14),
    "product_page_view": (12, 20),
    "pricing_page_view": (2.5, 15),
    "case_study_view": (3, 8),
    "blog_view": (26, 6),
    "careers_page_view": (0.5, 0.2),
    "ebook_download": (2.5, 2),
    "whitepaper_download": (1.2, 2.5),
    "template_download": (1.5, 1.5),
    "video_watch": (3, 5),
    "webinar_register": (1.3, 2),
    "event_attend": (0.4, 0.5),
    "social_follow": (1, 0.5),
    "social_like": (2.5, 1),
    "social_comment": (0.6, 0.4),
    "social_message": (0.15, 0.5),
    "ad_click": (1.8, 1),
    "newsletter_signup": (0.5, 0.2),
    "demo_request": (0.08, 1.8),
    "contact_form": (0.12, 1.0),
    "chat_conversation": (0.3, 1.8),
    "trial_start": (0.15, 1.8),
    "email_reply": (0.1, 0.5),
}
PERSONA_SESSION_FACTORS = {  # how a persona departs from SESSION_WEIGHTS
    "executive_buyer": {"pricing_page_view": 1.5, "blog_view": 0.6, "trial_start": 0.3,
        "contact_form": 1.6, "case_study_view": 1.6, "template_download": 0.4},
    "analytics_leader": {"demo_request": 1.4, "whitepaper_download": 1.6, "case_study_view": 1.3},
    "practitioner": {"trial_start": 2.0, "pricing_page_view": 0.5, "demo_request": 0.5,
        "template_download": 2.0, "video_watch": 1.5},
    "business_manager": {"ebook_download": 1.6, "webinar_register": 1.5},
    "student": {"ebook_download": 3, "template_download": 3, "blog_view": 1.5, "trial_start": 1.5,
        "demo_request": 0.15, "pricing_page_view": 0.3, "contact_form": 0.3},
    "consultant": {"whitepaper_download": 2, "webinar_register": 2, "social_comment": 4},
    "competitor": {"pricing_page_view": 2.5, "product_page_view": 2, "trial_start": 1.5,
        "demo_request": 0.3, "contact_form": 0.1},
    "job_seeker": {"careers_page_view": 60, "social_follow": 4, "pricing_page_view": 0.2,
        "demo_request": 0.05, "contact_form": 1.0, "trial_start": 0.2},
}  # fmt: skip
PRODUCT_WEIGHTS = {  # what happens in the product after the login: (trial, customer)
    "feature_use": (75, 88),
    "invite_teammate": (4, 2),
    "integration_connect": (6, 1.2),
    "usage_limit_hit": (3, 2),
    "support_ticket": (3, 3),
    "pricing_page_view": (4, 0.8),
}
SALES_TOUCH_WEIGHTS = {
    "sales_email_sent": 40,
    "sales_call_attempted": 36,
    "sales_call_connected": 14,
    "meeting_booked": 10,
}
FIRST_TOUCH_WEIGHTS = {
    "sales_email_sent": 55,
    "sales_call_attempted": 30,
    "sales_call_connected": 15,
}

WEEKDAY_FACTORS = (1.15, 1.25, 1.2, 1.15, 0.9, 0.22, 0.25)  # Monday to Sunday
HOUR_WEIGHTS = (  # local hour of a visit
    0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 0.8, 2, 5, 8, 9, 8.5, 6, 7.5, 8.5, 8.5, 7.5, 5.5, 3.5, 3, 3, 2.5,
    1.5, 0.8,
)  # fmt: skip

# --------------------------------------------------------------------------------------------------
# The truth: how interest, intent and the sales process move from day to day
# --------------------------------------------------------------------------------------------------

INTEREST_HALF_LIFE_DAYS = 6.0  # latent interest drives visits and fades this fast
INTENT_HALF_LIFE_DAYS = 14.0  # intent is the decayed sum of what was done
EPISODES_PER_DAY = 0.0045  # a new bout of interest begins (rate per lead and day)
EPISODE_SHAPE, EPISODE_SCALE = 1.5, 0.6  # gamma-distributed size of a bout
SESSIONS_PER_INTEREST = 0.42  # sessions a day at interest 1
ACTIVITY_SPREAD = 0.5  # sd of the log session rate between leads
EVENTS_PER_SESSION = 2.5  # mean number of events after the first
PRODUCT_EVENTS_PER_SESSION = 2.4  # mean number of events after the login
LEAD_EFFECT_SPREAD = 1.0  # sd of the lead's own log hazard, which no score can see
HOT_INTEREST = 1.2  # interest at which half of the sessions are hot

OPPORTUNITY_HAZARD = 0.00013  # a day, new lead: times exp(fit + effect) * (floor + intent)
ACCEPTED_FACTOR = 6.0  # the same for a lead sales works on
INTENT_FLOOR = 0.12
WIN_HAZARD = 0.0030  # a day in an opportunity: times exp(fit / 2 + effect) * (floor + intent)
WIN_INTENT_FLOOR = 0.4
LOSS_HAZARD = 0.026  # a day in an opportunity, halved at intent 1
LOSS_INTENT = 1.0
MAX_HAZARD = 0.5  # a day; no chance per day is above it
SPEED_EFFECT = 0.12  # each day sales takes to answer lowers the log hazard of an accepted lead
SALES_BOOST = 0.3  # log hazard gained by an answer on the next day at the latest
OPTOUT_FACTOR = 0.4  # unsubscribing or complaining multiplies the hazard

REVIEW_INTENT = 1.2  # sales looks at a lead above this intent, or after a raised hand
REVIEW_COOLDOWN_DAYS = 60  # not again so soon after a rejection
ACCEPT_INTERCEPT, ACCEPT_FIT = 0.1, 0.6  # log odds of being accepted, per unit of fit
HANDRAISE_LOG_ODDS = 0.9  # added for a raised hand
REVIEW_RATE = 0.45  # chance per day that a waiting lead is looked at
SILENCE_ACCEPTED_DAYS, SILENCE_ACCEPTED_HAZARD = 21, 0.035  # worked on and silent: lost by hand
SILENCE_NEW_DAYS, SILENCE_NEW_HAZARD = 60, 0.0014  # never worked on and silent: cleaned up
REOPEN_INTENT, REOPEN_HAZARD = 0.8, 0.03  # a lost lead above this intent is reopened
SALES_TOUCHES_PER_DAY = 0.28  # on working days, in the first SALES_WORK_DAYS
SALES_WORK_DAYS = 35
FIRST_TOUCHES_PER_DAY = {"outbound": 0.16, "purchased_list": 0.05, "event": 0.06}
FIRST_TOUCH_DAYS = 25
MEETING_HELD_SHARE, MEETING_MISSED_SHARE = 0.74, 0.14

TRIAL_DAYS = 14
TRIAL_SESSIONS_PER_DAY = 0.40
CUSTOMER_SESSIONS_PER_DAY = 0.24
HEALTH_SPREAD = 0.6  # sd of the log usage rate of a customer
UPSELL_HAZARD = 0.0002  # a day: times health * (floor + intent)
UPSELL_FLOOR = 0.3
CHURN_HAZARD = 0.0005  # a day: divided by health * health * (0.3 + intent)

AMOUNT_BASE, AMOUNT_SIZE_POWER, AMOUNT_SPREAD = 3600.0, 0.42, 0.45  # of a won deal, in USD
UPSELL_SHARE_OF_AMOUNT = 0.4
LOST_AMOUNT_SHARE = 0.4  # of losses after an opportunity that keep the amount

# --------------------------------------------------------------------------------------------------
# Mails
# --------------------------------------------------------------------------------------------------

SUBSCRIBED_SHARE = 0.82
NURTURE_SHARE = 0.45  # of new subscribed leads
NURTURE_STEPS = 6  # weekly mails of the nurture track
OPEN_BASE, OPEN_PER_INTEREST = 0.16, 0.20  # chance to open, at most 0.7
CLICK_SHARE = 0.17  # of opens
UNSUBSCRIBE_SHARE, LIST_UNSUBSCRIBE_SHARE = 0.004, 0.03  # of mails; of mails to purchased lists
COMPLAINT_SHARE = 0.0005
BAD_ADDRESS_SHARE = 0.03  # addresses that bounce
LINKS_PER_MAIL = 5

REJECT_REASONS = (
    "bad_timing", "no_budget", "not_a_fit", "wrong_person", "unreachable", "competitor",
)  # fmt: skip
LOST_REASONS = ("price", "no_decision", "competitor", "missing_feature", "unresponsive")
TITLE_CHANGE_SHARE = 0.06  # of people, a year-independent share over the history
COMPANY_GROWTH_SHARE = 0.12  # of companies, the number of employees changes once
INITIAL_VALUE_SHARE = 0.85  # of changed attributes whose value at creation is logged as well
