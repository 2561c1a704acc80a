"""Hypothesis strategies: small worlds of raw rows and rule sets that are odd but legal.

A world is everything one run of the project reads. The pools below are short on purpose: collisions
(the same person, id, second or threshold twice) are where scorers disagree.
"""

import csv
import random
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from oracle import RAW_COLUMNS, number, timestamp

SEEDS = Path(__file__).parents[2] / "seeds"

AS_OF = date(2024, 3, 15)
# Days before AS_OF: the edges of the windows and multiples of the half-lives drawn below, the day
# itself, and days after it, which are known but have not happened yet.
WINDOWS = ["1", "7", "30", "365"]
HALF_LIVES = ["1", "7", "7.5", "30", "0.5"]
AGES = [0, 0, 1, 2, 6, 7, 8, 14, 15, 21, 29, 30, 31, 60, 90, 364, 365, 400, -1, -3]
CREATED_AGES = [400, 365, 365, 90, 60, 30, 30, 7, 1, 0, -1]
TIMES = ["00:00", "00:00:00", "00:30:00", "12:30:07", "23:59:59", "23:59:59.999999", "23:45:00.5"]
OFFSETS = ["", "", "", "Z", "+02:00", "-05:30"]
BAD_MOMENTS = [
    None,
    "",
    "  ",
    "yesterday",
    "2024-13-01",
    "2024-02-30",
    "15/03/2024",
    "2024-03-15T25:00",
    "2024-03-15 10:00:00 PM",
    "2024-03/15 10:00",
    "2999-01-01",
]
# Typed columns cannot hold an unreadable time, so future days need a readable one.
FUTURE = "2999-01-01"

ODD_TEXTS = [
    None,
    "",
    " \t\n",
    "Zoë",
    "名前",
    "🙂",
    "O'Brien",
    'say "hi"',
    "a|b, c;d",
    "=1+1",
    "two\nlines",
    "\u00a0",
    "\ufeffmark\u200b",
    "nul\0byte",
    "NULL",
    "12",
    "%_\\",
]
LEAD_IDS = ["L1", "l1", " L1 ", "L1\u00a0", "7", "07", "Zoë 名前", "O'Brien", 'a,"b"|c', "x\ny"]
LEAD_IDS += [f"L{n}" for n in range(2, 22)]
EMAILS = [
    None,
    "",
    "ann@acme.example",
    " Ann+news@ACME.example",
    "a.nn@acme.example",
    "ann@gmail.com",
    "A.N.N+x@gmail.com",
    "ann@googlemail.com",
    "a.nn@web.de",
    "ann@web.de",
    "bob@acme.example",
    "eve@insead.edu",
    "eve@gmx.net",
    "ann",
    "ann@acme",
    "an n@acme.example",
    "a@b@acme.example",
    "+news@acme.example",
    "bob@mailinator.com",
    "bob@cs.harvard.edu",
    "bob@rivalytics.example",
    "\u00a0bob@rivalytics.example\u2003",
]
TITLES = [
    None,
    "",
    "CEO",
    "Chief Executive Officer (CEO)",
    "VP of Sales",
    "vp, sales",
    "Head/Marketing",
    "Senior Data-Engineer",
    "Leiter IT",
    "Geschäftsführer",
    "Student",
    "Head\tof  Data",
    "VP\u2003Sales",
    "Head\x0bof\u00a0Marketing",
    "Senior\u2007Data\u2028Engineer\u3000",
    "ceol",
]
COUNTS = [
    None,
    "",
    "0",
    "9",
    "10",
    " 12 ",
    "12\u00a0",
    "12.0",
    "+12",
    "1.2e1",
    "49",
    "50",
    "-3",
    "5000",
]
NO_NUMBERS = ["1,000", "12 %", "about 20", "inf", "nan", "0x10", "--1"]
COUNTRIES = [
    None,
    "United States",
    "usa",
    " DE ",
    "\u202fDE\u205f",
    "Deutschland",
    "France",
    "Atlantis",
    "",
]
SOURCES = [None, "webinar", "Webinar ", "paid_search", "名前", "12"]
INDUSTRIES = [None, "Software", "software ", "Software\u00a0", "Retail", "=1+1", ""]
COMPANY_IDS = [None, "C1", "c1", "C2", " C1 ", "C 9"]
DELETED = [*[None] * 9, "false", "0", "no", "true", "Yes", "1", "true\u00a0"]

ACTIVITY_TYPES = {
    "page_view": ("web", "false"),
    "pricing_page_view": ("web", "false"),
    "email_delivered": ("delivery", "false"),
    "email_open": ("email", "true"),
    "email_click": ("email", "true"),
    "email_unsubscribe": ("email_optout", "false"),
    "meeting_held": ("sales", "false"),
    "Größe ändern": ("product", "false"),
}
CHANNEL_SIGNALS = sorted({f"channel:{channel}" for channel, _ in ACTIVITY_TYPES.values()})
TYPE_CELLS = [*ACTIVITY_TYPES, " Page_View", "EMAIL_CLICK", "mystery"]
TOPICS = [None, None, "pricing", " Pricing", "\u3000pricing", "security", "", "名前"]
CHANNELS = [None, None, None, "web", " Email ", "carrier pigeon", ""]
ASSETS = [None, "a", "b", "c", "d", "e"]
CAMPAIGNS = [None, "c1", "C1", "c2"]
PROPERTIES = [None, "{}", '{"ua": "x GOOGLEIMAGEPROXY y"}', "no json \"'", "AppleMailPrivacy"]
OPPOSITES = {"won": "churned", "churned": "won", "lost": "reopened", "reopened": "lost"}
OUTCOMES = ["won", "won", "lost", "lost", "reopened", "churned", "opportunity", "sales_accepted"]
MEETINGS = ["2024-03-01 10:00", "2024-03-01 11:00", "2024-03-10", "2023-01-01"]

RAW_ATTRIBUTES = [
    "email",
    "first_name",
    "job_title",
    "company_name",
    "industry",
    "employee_count",
    "annual_revenue",
    "country",
    "lead_source",
]
CHANGED_ATTRIBUTES = ["job_title", "job_title", " Job_Title ", "COUNTRY", *RAW_ATTRIBUTES]
DERIVED_ATTRIBUTES = [
    "email_type",
    "email_domain",
    "seniority",
    "department",
    "company_size",
    "country_code",
    "market_region",
]
RULE_NUMBERS = ["-3", "0", "9", "10", "12", "12.0", "+12", "1.2e1", "49.5", "50", "5e3"]
RULE_TEXTS = ["12", "+12", "1.2e1", "名前", "ann", "O'Brien", "=1+1", 'say "hi"', "%"]
# What a rule on the attribute may well ask for.
RULE_TEXTS_OF = {
    "email": ["ann@", "acme.example", "@gmail.com", " ANN@ACME.EXAMPLE "],
    "job_title": ["VP", "sales", "ceo", "Student", "vp of sales"],
    "industry": ["Software", "SOFT", "retail"],
    "employee_count": RULE_NUMBERS,
    "annual_revenue": RULE_NUMBERS,
    "country": ["usa", "DE", "deutschland", "United"],
    "lead_source": ["webinar", "WEBINAR", "paid_search", "web"],
    "email_type": ["free", "business", "student", "competitor", "disposable", "invalid"],
    "email_domain": ["acme.example", "gmail.com", "google"],
    "seniority": ["c_level", "vp", "student", "senior", "manager", "head"],
    "department": ["sales", "executive", "data", "IT", "marketing"],
    "company_size": ["micro", "small", "mid", "large"],
    "country_code": ["US", "de"],
    "market_region": ["dach", "north_america", "france"],
}
RULE_COUNTS = ["0", "1", "2", "3.0", "7", "30"]
POINTS = ["0", "5", "-5", "10.5", "-0.01", "0.07", "+3", "1e1", "-12.25", "100", "-40"]
CAPS = [None, None, "0.01", "1", "7.5", "20"]
LIMITS = [(None, None), ("-10", "10"), ("0", None), (None, "15"), ("5", "5"), (None, "-1")]
BANDS = {
    "total": ["cold", "warm", "hot"],
    "fit": ["D", "B", "A"],
    "engagement": ["4", "2", "1"],
    "product": ["none", "some", "full"],
}
BAND_THRESHOLDS = [
    [None],
    [None, "0"],
    [None, "0", "5"],
    [None, "-5", "10.5"],
    [None, "10", "50"],
]
DIMENSIONS = ["fit", "engagement", "product"]
MEASURES = [*["value"] * 3, *["each"] * 3, "events", "active_days", "days_since_last"]
# The least and the most of each kind of row in a world.
SIZES = {
    "leads": (1, 40),
    "companies": (0, 6),
    "lead_changes": (0, 40),
    "activities": (0, 250),
    "mailings": (0, 12),
    "outcomes": (0, 40),
    "rules_per_scorecard": (1, 30),
}
SEED_COLUMNS = {
    "scorecards": [
        "scorecard_id",
        "role",
        "population",
        "segment_id",
        "method",
        "base_points",
        "min_score",
        "max_score",
        "mql_score",
        "description",
    ],
    "score_dimensions": ["scorecard_id", "dimension", "min_points", "max_points"],
    "score_rules": [
        "scorecard_id",
        "rule_id",
        "dimension",
        "signal",
        "measure",
        "topic",
        "window_days",
        "operator",
        "value",
        "points",
        "half_life_days",
        "max_points",
        "segment_id",
        "reason",
        "rationale",
    ],
    "score_bands": ["scorecard_id", "dimension", "band", "min_points"],
    "priority_grid": [
        "scorecard_id",
        "fit_band",
        "engagement_band",
        "priority",
        "sla_hours",
        "next_step",
    ],
    "segments": ["segment_id", "attribute", "operator", "value"],
    "activity_types": ["activity_type", "channel", "is_bot_suspect", "description"],
}
SEED_COLUMNS["score_rules_fitted"] = SEED_COLUMNS["score_rules"]


@dataclass
class World:
    """Everything a run reads: raw rows and scorecard seeds as text, and the vars."""

    raw: dict[str, list[dict]]
    seeds: dict[str, list[dict]]
    vars: dict[str, str]
    # Tables whose times, numbers and flags are typed columns instead of text.
    typed: set[str] = field(default_factory=set)
    # Leave out optional columns that no row fills, as many sources do.
    omit_empty_columns: bool = False
    files_per_table: int = 1


# ---------------------------------------------------------------------------------- raw rows


def chance(dice, one_in):
    """True once in so many times."""
    return dice.randrange(one_in) == 0


def raw_moment(dice, ages=AGES, bad_one_in=14):
    """A time as it is written in a raw table; sometimes unreadable or in the future."""
    if chance(dice, bad_one_in):
        return dice.choice([*BAD_MOMENTS, FUTURE])
    day = (AS_OF - timedelta(days=dice.choice(ages))).isoformat()
    if chance(dice, 6):
        return day
    return day + dice.choice(" T") + dice.choice(TIMES) + dice.choice(OFFSETS)


def count_text(dice):
    """A number as people type it."""
    return dice.choice(NO_NUMBERS if chance(dice, 8) else COUNTS)


def some_lead(dice, known_ids):
    """Mostly a lead there is."""
    return dice.choice([None, " ", "stranger", "Stranger 2"] if chance(dice, 12) else known_ids)


def lead(dice):
    """A lead row."""
    return {
        "lead_id": dice.choice([None, "  "] if chance(dice, 20) else LEAD_IDS),
        "created_at": raw_moment(dice, CREATED_AGES, 20),
        "updated_at": None if chance(dice, 3) else raw_moment(dice),
        "email": dice.choice(EMAILS),
        "first_name": dice.choice(ODD_TEXTS),
        "job_title": dice.choice(TITLES),
        "company_id": dice.choice(COMPANY_IDS),
        "company_name": dice.choice(ODD_TEXTS),
        "industry": dice.choice(INDUSTRIES),
        "employee_count": count_text(dice),
        "annual_revenue": count_text(dice),
        "country": dice.choice(COUNTRIES),
        "lead_source": dice.choice(SOURCES),
        "is_deleted": dice.choice(DELETED),
    }


def company(dice):
    """A company row."""
    return {
        "company_id": dice.choice(COMPANY_IDS),
        "company_name": dice.choice(ODD_TEXTS),
        "industry": dice.choice(INDUSTRIES),
        "employee_count": count_text(dice),
        "annual_revenue": count_text(dice),
        "country": dice.choice(COUNTRIES),
    }


def lead_changes(dice, known_ids):
    """A change of an attribute, listed or not, sometimes with another one at about that time."""
    odd = ["seniority", "shoe size", None]
    attribute = dice.choice(odd if chance(dice, 8) else CHANGED_ATTRIBUTES)
    values = {"job_title": TITLES, "country": COUNTRIES}.get((attribute or "").strip().lower())
    values = values or [*COUNTS, *EMAILS, *ODD_TEXTS, *INDUSTRIES]
    row = {
        "lead_id": some_lead(dice, known_ids),
        "attribute": attribute,
        "new_value": dice.choice(values),
        "changed_at": dice.choice(MEETINGS) if chance(dice, 3) else raw_moment(dice),
    }
    another = {"new_value": dice.choice(values), "changed_at": dice.choice(MEETINGS)}
    return [row, row | another] if chance(dice, 3) else [row]


def load_time(dice, occurred_at):
    """When a row was loaded: later, the same day, too early to be true, unreadable, unknown."""
    moment = timestamp(occurred_at)
    if moment is None or moment.year > AS_OF.year or chance(dice, 3):
        return dice.choice([None, None, "soon", "2024-03-15"])
    return str(moment + timedelta(days=dice.choice([0, 0, 0, 1, 1, 1, 2, 30, 30, -1])))


def activity(dice, known_ids):
    """An activity row; the few ids make many of them repetitions."""
    occurred_at = raw_moment(dice)
    return {
        "activity_id": dice.choice([None, " "]) if chance(dice, 25) else f"A{dice.randrange(200)}",
        "lead_id": some_lead(dice, known_ids),
        "activity_type": dice.choice([None, " "] if chance(dice, 25) else TYPE_CELLS),
        "occurred_at": occurred_at,
        "topic": dice.choice(TOPICS),
        "asset": dice.choice(ASSETS),
        "campaign": dice.choice(CAMPAIGNS),
        "channel": dice.choice(CHANNELS),
        "loaded_at": load_time(dice, occurred_at),
        "properties": dice.choice(PROPERTIES),
    }


def mailing(dice, known_ids):
    """A mail with opens and clicks around the edges of what only a machine does."""
    name = dice.randrange(1000)
    lead_id, campaign = dice.choice(known_ids), dice.choice(CAMPAIGNS)
    sent_at = datetime.combine(AS_OF, datetime.min.time()) - timedelta(
        days=dice.choice([0, 1, 7]), seconds=dice.choice([0, 2, 3600])
    )
    steps = [0, *[dice.choice([2.5, 5, 10, 10.000001, 20]) for _ in range(dice.randrange(9))]]
    links = dice.sample(ASSETS, len(ASSETS)) * 2
    events = [
        ("email_delivered", 0, "mail"),
        ("email_open", dice.choice([-1, 0, 3, 3, 3.000001, 600]), "mail"),
        *[("email_click", 60 + step, link) for step, link in zip(steps, links, strict=False)],
    ]
    return [
        {
            "activity_id": f"M{name}-{i}",
            "lead_id": lead_id,
            "activity_type": activity_type,
            "occurred_at": str(sent_at + timedelta(seconds=seconds)),
            "asset": asset,
            "campaign": campaign,
        }
        for i, (activity_type, seconds, asset) in enumerate(events)
    ]


def outcomes(dice, known_ids):
    """An outcome row, sometimes with its opposite at the very same time."""
    row = {
        "lead_id": some_lead(dice, known_ids),
        "outcome": dice.choice([None, "closed", " Won "] if chance(dice, 8) else OUTCOMES),
        "occurred_at": raw_moment(dice, bad_one_in=4) if chance(dice, 4) else dice.choice(MEETINGS),
        "amount": dice.choice([None, "100", "99.5", "a lot", "70.835", "12345678901234.56"]),
        "reason": dice.choice([None, "price"]),
    }
    opposite = OPPOSITES.get(row["outcome"])
    return [row, row | {"outcome": opposite}] if opposite and chance(dice, 3) else [row]


def raw_tables(dice_of, sizes):
    """The rows of the five raw tables."""
    leads = [lead(dice_of("lead", n)) for n in range(sizes["leads"])]
    # One sound row, so that the data clock has a day to show.
    leads[0] |= {"lead_id": LEAD_IDS[0], "created_at": "2024-02-01"}
    known_ids = sorted({row["lead_id"] for row in leads if row["lead_id"]}) or LEAD_IDS

    def rows(kind, make):
        return [make(dice_of(kind, n), known_ids) for n in range(sizes[kind])]

    return {
        "leads": leads,
        "companies": [company(dice_of("company", n)) for n in range(sizes["companies"])],
        "lead_changes": [*chain(*rows("lead_changes", lead_changes))],
        "activities": [*rows("activities", activity), *chain(*rows("mailings", mailing))],
        "outcomes": [*chain(*rows("outcomes", outcomes))],
    }


# --------------------------------------------------------------------------------- rule sets


def number_test(dice, numbers):
    """An operator on numbers with its value."""
    operator = dice.choice([">", ">=", "<", "<=", "=", "!=", "between", "between"])
    if operator == "between":
        return operator, "..".join(sorted(dice.choices(numbers, k=2), key=Decimal))
    return operator, dice.choice(numbers)


def list_test(dice, values):
    """`in` or `not in` with a list; some lists are written with blanks around the bar."""
    items = dice.choices(values, k=dice.randint(1, 4))
    return dice.choice(["in", "in", "not in"]), dice.choice(["|", " | "]).join(items)


def attribute_test(dice, attribute):
    """An operator on an attribute with its value, mostly one that the attribute can have."""
    if chance(dice, 5):
        return dice.choice(["is missing", "is present"]), None
    texts = RULE_TEXTS if chance(dice, 5) else RULE_TEXTS_OF.get(attribute, RULE_TEXTS)
    if (texts is RULE_NUMBERS and not chance(dice, 3)) or chance(dice, 10):
        return number_test(dice, RULE_NUMBERS)
    if chance(dice, 3):
        return list_test(dice, texts)
    return dice.choice(["=", "=", "!=", "contains", "starts with"]), dice.choice(texts)


def count_test(dice, measure):
    """An operator on a measure of activities with its value."""
    if measure == "days_since_last" and chance(dice, 4):
        return dice.choice(["is missing", "is present"]), None
    if chance(dice, 5):
        return list_test(dice, RULE_COUNTS)
    return number_test(dice, RULE_COUNTS)


def rule(dice, scorecard_id, rule_id, segment_ids):
    """A rule that no check objects to."""
    row = {
        "scorecard_id": scorecard_id,
        "rule_id": rule_id,
        "dimension": dice.choice(DIMENSIONS),
        "points": dice.choice(POINTS),
        "max_points": dice.choice(CAPS),
        "segment_id": dice.choice([None, None, None, *segment_ids]),
        "reason": f"Because of {rule_id}",
        "rationale": "It is a test.",
    }
    row["measure"] = dice.choice(MEASURES)
    if row["measure"] == "value":
        row["signal"] = dice.choice([*RAW_ATTRIBUTES, *DERIVED_ATTRIBUTES])
        row["operator"], row["value"] = attribute_test(dice, row["signal"])
        return row
    row["signal"] = dice.choice(["any_activity", "any_activity", *ACTIVITY_TYPES, *CHANNEL_SIGNALS])
    row["topic"] = dice.choice([None, None, None, "pricing", "Security"])
    row["window_days"] = dice.choice([None, *WINDOWS])
    if row["measure"] == "each":
        row["half_life_days"] = dice.choice([None, *HALF_LIVES])
    else:
        row["operator"], row["value"] = count_test(dice, row["measure"])
    return row


def segment_rows(dice):
    """Up to two segments of one or two conditions."""
    rows = []
    for segment_id in dice.choice([[], ["s1"], ["s1", "S 2"]]):
        for _ in range(dice.randint(1, 2)):
            attribute = dice.choice([*RAW_ATTRIBUTES, *DERIVED_ATTRIBUTES])
            operator, value = attribute_test(dice, attribute)
            rows.append(
                {
                    "segment_id": segment_id,
                    "attribute": attribute,
                    "operator": operator,
                    "value": value,
                }
            )
    return rows


def scorecard_rows(dice, segment_ids):
    """A champion of the open leads, and some of the other kinds; one champion each."""
    kinds = [
        ("challenger", "open_leads", None),
        ("challenger", "customers", None),
        ("champion", "customers", None),
        ("retired", "open_leads", None),
    ]
    for segment_id in segment_ids * 2:
        kinds += [
            ("champion", "open_leads", segment_id),
            ("champion", "customers", segment_id),
            ("challenger", "open_leads", segment_id),
        ]
    chosen = list(dict.fromkeys(dice.choices(kinds, k=dice.randint(0, 6))))
    rows = []
    for i, (role, population, segment_id) in enumerate([("champion", "open_leads", None), *chosen]):
        low, high = dice.choice([(None, None), ("0", "100"), ("0", None), (None, "12.5")])
        rows.append(
            {
                # The order of ids is not the order of rows.
                "scorecard_id": f"card_{9 - i}",
                "role": role,
                "population": population,
                "segment_id": segment_id,
                "method": dice.choice(["manual", "manual", "fitted"]),
                "base_points": dice.choice(["0", "10", "-5.5"]),
                "min_score": low,
                "max_score": high,
                "mql_score": dice.choice(["0", "10", "10.5", "50"]),
                "description": "A test scorecard",
            }
        )
    return rows


def rule_set(dice_of, rules_per_scorecard):
    """The scorecard seeds."""
    seeds = {name: [] for name in SEED_COLUMNS}
    seeds["segments"] = segment_rows(dice_of("segments"))
    segment_ids = sorted({row["segment_id"] for row in seeds["segments"]})
    seeds["scorecards"] = scorecard_rows(dice_of("scorecards"), segment_ids)
    seeds["activity_types"] = [
        {
            "activity_type": name,
            "channel": channel,
            "is_bot_suspect": is_bot_suspect,
            "description": "A test activity",
        }
        for name, (channel, is_bot_suspect) in ACTIVITY_TYPES.items()
    ]
    for scorecard in seeds["scorecards"]:
        scorecard_id = scorecard["scorecard_id"]
        rules = [
            rule(dice_of("rule", scorecard_id, n), scorecard_id, f"r{n}", segment_ids)
            for n in range(rules_per_scorecard)
        ]
        file = "score_rules_fitted" if scorecard["method"] == "fitted" else "score_rules"
        seeds[file] += rules
        dice = dice_of("limits", scorecard_id)
        limits = {name: dice.choice(LIMITS) for name in dice.sample(DIMENSIONS, dice.randint(0, 3))}
        seeds["score_dimensions"] += [
            {
                "scorecard_id": scorecard_id,
                "dimension": dimension,
                "min_points": low,
                "max_points": high,
            }
            for dimension, (low, high) in limits.items()
        ]
        dimensions = sorted({row["dimension"] for row in rules} | set(limits))
        bands = {name: dice.choice(BAND_THRESHOLDS) for name in ["total", *dimensions]}
        seeds["score_bands"] += [
            {
                "scorecard_id": scorecard_id,
                "dimension": dimension,
                "band": band,
                "min_points": threshold,
            }
            for dimension, thresholds in bands.items()
            for band, threshold in zip(BANDS[dimension], thresholds, strict=False)
        ]
        seeds["priority_grid"] += grid_rows(scorecard_id, bands)
    return seeds


def grid_rows(scorecard_id, bands):
    """A cell for each pair of fit and engagement bands."""
    fit_bands = BANDS["fit"][: len(bands.get("fit", ()))]
    engagement_bands = BANDS["engagement"][: len(bands.get("engagement", ()))]
    return [
        {
            "scorecard_id": scorecard_id,
            "fit_band": fit_band,
            "engagement_band": engagement_band,
            "priority": f"P{1 + i + j}",
            "sla_hours": str(4 * (1 + i + j)),
            "next_step": "Call",
        }
        for i, fit_band in enumerate(fit_bands)
        for j, engagement_band in enumerate(engagement_bands)
    ]


@st.composite
def worlds(draw):
    """A small world that a build must accept.

    Hypothesis draws the sizes and a seed, dice of that seed the contents. A build costs seconds, so
    that each world has to be full of collisions, and the rows that Hypothesis draws by itself are
    few and repeat each other. Each row has dice of its own: when a failing world shrinks, the rows
    that remain stay what they were.
    """
    sizes = {table: draw(st.integers(*SIZES[table]), label=table) for table in SIZES}
    seed = draw(st.integers(0, 2**32 - 1), label="seed")

    def dice_of(*what):
        return random.Random(f"{seed} {what}")

    dice = dice_of("world")
    return World(
        raw=raw_tables(dice_of, sizes),
        seeds=rule_set(dice_of, sizes["rules_per_scorecard"]),
        vars={
            "as_of_date": dice.choice(["latest", str(AS_OF), str(AS_OF), "2024-02-14"]),
            "conversion_outcome": dice.choice(["won", "won", "won", "opportunity"]),
        },
        typed={table for table in RAW_COLUMNS if chance(dice, 3)},
        omit_empty_columns=chance(dice, 2),
        files_per_table=dice.choice([1, 1, 2]),
    )


# ----------------------------------------------------------------------------------- writing

TIME_COLUMNS = {"created_at", "updated_at", "changed_at", "occurred_at", "loaded_at"}
REQUIRED_COLUMNS = {
    "leads": {"lead_id", "created_at"},
    "lead_changes": set(RAW_COLUMNS["lead_changes"]),
    "companies": {"company_id"},
    "activities": {"activity_id", "lead_id", "activity_type", "occurred_at"},
    "outcomes": {"lead_id", "outcome", "occurred_at"},
}


def write_world(world, raw_dir, seeds_dir, template_seeds=SEEDS):
    """Write the raw Parquet files and a whole seeds folder.

    The seeds that a world does not make (reference, operations) are copied from `template_seeds`.
    """
    raw_dir, seeds_dir = Path(raw_dir), Path(seeds_dir)
    for folder in (raw_dir, seeds_dir):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for table, rows in world.raw.items():
        write_table(world, table, rows, raw_dir)
    for folder in ("reference", "operations"):
        if (Path(template_seeds) / folder).exists():
            shutil.copytree(Path(template_seeds) / folder, seeds_dir / folder)
    # Operations name scorecards and activity types of the demo, which a world does not have.
    for path in (seeds_dir / "operations").glob("*.csv"):
        if path.stem.endswith("_settings"):
            continue
        header = path.read_text(encoding="utf-8").splitlines()[0]
        path.write_text(f"{header}\n", encoding="utf-8")
    (seeds_dir / "scorecards").mkdir()
    for name, rows in world.seeds.items():
        path = seeds_dir / "scorecards" / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, SEED_COLUMNS[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def write_table(world, table, rows, raw_dir):
    """Write the rows of a raw table into one or more files, always at least one."""
    schema = pa.schema(
        [
            (column, arrow_type(column, table in world.typed))
            for column in RAW_COLUMNS[table]
            if not world.omit_empty_columns
            or column in REQUIRED_COLUMNS[table]
            or any(row.get(column) is not None for row in rows)
        ]
    )
    for part in range(world.files_per_table):
        cells = [
            {
                name: typed_cell(row.get(name), kind)
                for name, kind in zip(schema.names, schema.types, strict=True)
            }
            for row in rows[part :: world.files_per_table]
        ]
        pq.write_table(pa.Table.from_pylist(cells, schema), raw_dir / f"{table}_{part}.parquet")


def arrow_type(column, typed):
    """The type of a raw column."""
    if not typed:
        return pa.string()
    if column in TIME_COLUMNS:
        return pa.timestamp("us")
    return {
        "employee_count": pa.int64(),
        "annual_revenue": pa.float64(),
        "amount": pa.float64(),
        "is_deleted": pa.bool_(),
    }.get(column, pa.string())


def typed_cell(text, kind):
    """The cell in the type of its column; what does not fit is missing."""
    if text is None or kind == pa.string():
        return text
    if kind == pa.timestamp("us"):
        return timestamp(text)
    if kind == pa.bool_():
        return text.lower() in ("true", "yes", "1")
    value = number(text)
    if value is None:
        return None
    return int(value) if kind == pa.int64() else float(value)
