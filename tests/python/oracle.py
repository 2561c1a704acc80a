"""A second, plain-Python opinion on what the warehouse must compute.

It reads the raw Parquet files and the seed CSVs and scores the leads of one day. It shares no code
with the project, so that a mistake has to be made twice, in two languages, to go unnoticed. It is
written for reading: one function per rule of the specification, no cleverness, no incremental run.
"""

import csv
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
TENTH_OF_A_BILLIONTH = Decimal("1e-10")

BLANKS = (
    " \t\n\r\v\f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
# Greek capital sigma and Turkish dotted I: their lower case in Python depends on the neighbours or
# is two characters long; databases map one character to one.
LOWER_ALONE = {0x03A3: 0x03C3, 0x0130: 0x0069}

RAW_COLUMNS = {
    "leads": [
        "lead_id",
        "created_at",
        "updated_at",
        "email",
        "first_name",
        "last_name",
        "phone",
        "job_title",
        "company_id",
        "company_name",
        "industry",
        "employee_count",
        "annual_revenue",
        "country",
        "region",
        "lead_source",
        "campaign",
        "lifecycle_stage",
        "owner_id",
        "is_deleted",
    ],
    "lead_changes": ["lead_id", "attribute", "new_value", "changed_at"],
    "companies": [
        "company_id",
        "domain",
        "company_name",
        "industry",
        "employee_count",
        "annual_revenue",
        "country",
        "lifecycle_stage",
    ],
    "activities": [
        "activity_id",
        "lead_id",
        "activity_type",
        "occurred_at",
        "topic",
        "asset",
        "campaign",
        "channel",
        "loaded_at",
        "properties",
    ],
    "outcomes": ["lead_id", "outcome", "occurred_at", "amount", "reason"],
}
OUTCOMES = {
    "sales_accepted",
    "sales_rejected",
    "opportunity",
    "won",
    "lost",
    "reopened",
    "churned",
}
YES = ("true", "t", "1", "1.0", "yes", "y")
# What the company table says about a lead that does not say it itself.
COMPANY_FILLS = {"company_name", "industry", "employee_count", "annual_revenue"}

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))?)?"
)
EMAIL = re.compile(r"([^@ \t\n\r]+)@([^@ \t\n\r]+\.[^@ \t\n\r]+)")
TITLE_SEPARATORS = str.maketrans({character: " " for character in ".,;:/\\-_()[]&|\"'+" + BLANKS})


class Activity(NamedTuple):
    """An activity that passed the row checks; type, topic and channel are lower case."""

    activity_id: str
    lead_id: str
    activity_type: str
    occurred_at: datetime
    topic: str | None
    asset: str | None
    campaign: str | None
    channel: str | None
    loaded_at: datetime | None
    properties: str | None


class Rule(NamedTuple):
    """A row of score_rules.csv or score_rules_fitted.csv with its numbers read."""

    scorecard_id: str
    rule_id: str
    dimension: str
    signal: str
    measure: str
    topic: str | None
    window_days: int | None
    operator: str | None
    value: str | None
    points: Decimal
    half_life_days: Decimal | None
    max_points: Decimal | None
    segment_id: str | None


class LedgerRow(NamedTuple):
    """Why a lead has some of its points."""

    lead_id: str
    scorecard_id: str
    entry: str
    rule_id: str | None
    dimension: str | None
    raw_points: Decimal
    decay_points: Decimal
    cap_points: Decimal
    points: Decimal
    event_count: int | None
    last_event_date: date | None


class Card(NamedTuple):
    """One lead on one scorecard: its ledger and what the ledger adds up to."""

    rows: list[LedgerRow]
    dimension_points: dict[str, Decimal]
    score: Decimal


# ----------------------------------------------------------------------------- text, numbers


def clean(value):
    """The text without NUL and outer blanks; None when nothing is left."""
    if value is None:
        return None
    text = str(value)
    if "\0" in text:
        text = text.replace("\0", "")
    return text.strip(BLANKS) or None


def lower(text):
    """Lower case, one character at a time."""
    if text is None or text.isascii():
        return text and text.lower()
    return text.translate(LOWER_ALONE).lower()


def number(text):
    """The number a text is, else None: `1,000`, `12 %`, `inf` and `nan` are no numbers."""
    text = clean(text)
    if text is None or not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def timestamp(value):
    """The UTC time a raw cell says, else None."""
    if value is None or isinstance(value, datetime):
        return value
    match = TIMESTAMP.fullmatch(clean(value) or "")
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, sign, off_hours, off_minutes = match.groups()
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "").ljust(6, "0")),
        )
        if sign:
            offset = timedelta(hours=int(off_hours), minutes=int(off_minutes))
            moment = moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return moment


def missing_lowest(value):
    """A sort key that puts a missing value before every other."""
    return (value is not None, "" if value is None else value)


def cents(value):
    """To two decimals, half away from zero."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def clamp(value, low, high):
    """The nearest value between the limits; a missing limit does not limit."""
    if low is not None and value < low:
        value = low
    if high is not None and value > high:
        value = high
    return value


def at_end_of_day(sorted_events, day):
    """The last of the (time, what) pairs that happened on the day or before it, else None."""
    last = None
    for moment, what in sorted_events:
        if moment.date() > day:
            break
        last = what
    return last


# ------------------------------------------------------------------------------------- files


def read_raw(raw_dir, table, extra_columns=()):
    """The rows of a raw table as tuples, cleaned; a missing table is empty, a missing column None.

    Timestamps stay datetimes (UTC), everything else becomes the text it is written as.
    """
    wanted = [*RAW_COLUMNS[table], *extra_columns]
    rows = []
    for path in sorted(Path(raw_dir).glob(f"{table}*.parquet")):
        contents = pq.read_table(path)
        position = {name.lower(): i for i, name in enumerate(contents.column_names)}
        columns = [
            column_values(contents.column(position[name.lower()]))
            if name.lower() in position
            else [None] * contents.num_rows
            for name in wanted
        ]
        for name in ("lead_id", "company_id", "owner_id"):
            if name in wanted:
                columns[wanted.index(name)] = map(whole_id, columns[wanted.index(name)])
        rows.extend(zip(*columns, strict=True))
    return rows


def whole_id(text):
    """An id that went through a floating-point column is the whole number that it was."""
    return text[:-2] if text and re.fullmatch(r"[0-9]+\.0", text) else text


def column_values(column):
    """The cells of an Arrow column, cleaned."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        # A column with a time zone holds UTC; the cast only drops the name of the zone.
        return column.cast(pa.timestamp("us"), safe=False).to_pylist()
    if pa.types.is_date(kind):
        return column.cast(pa.timestamp("us")).to_pylist()
    if pa.types.is_boolean(kind):
        return [None if cell is None else str(cell).lower() for cell in column.to_pylist()]
    return [clean(cell) for cell in column.to_pylist()]


def read_seed(seeds_dir, name):
    """The rows of a seed as dicts of cleaned text; a missing file is an empty seed."""
    path = Path(seeds_dir) / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {column: clean(cell) for column, cell in row.items()} for row in csv.DictReader(file)
        ]


# ------------------------------------------------------------------------------------- rules


def same(left, right):
    """Equal as numbers when both are numbers, else as text without regard to case and blanks."""
    left_number, right_number = number(left), number(right)
    if left_number is not None and right_number is not None:
        return left_number == right_number
    return lower(clean(left)) == lower(clean(right))


@cache
def holds(operator, value, actual):
    """Whether `actual operator value` holds, all three written as text (or missing)."""
    if operator == "is missing":
        return actual is None
    if actual is None:
        return False
    if operator == "is present":
        return True
    if operator == "=":
        return same(actual, value)
    if operator == "!=":
        return not same(actual, value)
    if operator in ("in", "not in"):
        listed = any(same(actual, item) for item in value.split("|") if clean(item))
        return listed == (operator == "in")
    if operator == "contains":
        return lower(value) in lower(actual)
    if operator == "starts with":
        return lower(actual).startswith(lower(value))
    actual_number = number(actual)
    if actual_number is None:
        return False
    if operator == "between":
        low, _, high = value.partition("..")
        return number(low) <= actual_number <= number(high)
    limit = number(value)
    return {
        ">": actual_number > limit,
        ">=": actual_number >= limit,
        "<": actual_number < limit,
        "<=": actual_number <= limit,
    }[operator]


@cache
def decayed(points, half_life_days, age_days):
    """What an event of that age is still worth, to ten decimals."""
    if half_life_days is None:
        return points
    left = points * Decimal("0.5") ** (Decimal(age_days) / half_life_days)
    return left.quantize(TENTH_OF_A_BILLIONTH, rounding=ROUND_HALF_UP)


def read_rule(row):
    """A row of a rules seed with its numbers read."""
    whole = number(row["window_days"])
    points = number(row["points"])
    max_points = number(row["max_points"])
    return Rule(
        scorecard_id=row["scorecard_id"],
        rule_id=row["rule_id"],
        dimension=row["dimension"],
        signal=lower(row["signal"]),
        measure=lower(row["measure"]),
        topic=lower(row["topic"]),
        window_days=None if whole is None else int(whole),
        operator=lower(row["operator"]),
        value=row["value"],
        points=cents(points),
        half_life_days=number(row["half_life_days"]),
        max_points=None if max_points is None else cents(abs(max_points)),
        segment_id=row["segment_id"],
    )


# ------------------------------------------------------------------------------------ oracle


class Oracle:
    """What must come out of the raw tables and seeds; `today` is the wall clock's UTC day."""

    def __init__(self, raw_dir, seeds_dir, vars=None, today=None):
        """Read everything; the methods then only look and count."""
        self.vars = vars or {}
        self.today = today or datetime.now(UTC).date()
        self.conversion_outcome = lower(self.vars.get("conversion_outcome", "won"))
        self.fates = {}
        self._cards_by_day = {}
        self._read_reference_seeds(seeds_dir)
        self._read_scorecard_seeds(seeds_dir)
        self._read_leads(raw_dir)
        self._read_companies(raw_dir)
        self._read_lead_changes(raw_dir)
        self._read_activities(raw_dir)
        self._read_outcomes(raw_dir)

    # ---------------------------------------------------------------------------- public API

    def sort_rows(self):
        """For each raw table: raw, accepted, merged and quarantined rows, and the reasons."""
        return self.fates

    def as_of_date(self):
        """The day of the data clock; None when `latest` finds no row."""
        wanted = str(self.vars.get("as_of_date", "latest"))
        if wanted == "today":
            return self.today
        if wanted != "latest":
            return date.fromisoformat(wanted)
        return max(self._clock_days, default=None)

    def identity(self):
        """Each accepted lead_id with the lead_id it survives as."""
        return dict(self._survivor)

    def wishes(self):
        """Each accepted lead_id with the lead that its opt-outs count for."""
        return dict(self._wishes_of)

    def attributes(self, lead_id, day):
        """What is known of a surviving lead at the end of the day: attribute -> text or None."""
        raw = {name: self._raw_attribute(lead_id, name, day) for name in self._raw_attributes}
        derived = {
            name: self._derive(name, raw.get(base)) for name, base in self._derived_from.items()
        }
        return raw | derived

    def eligible(self, day):
        """Each lead that is scored on the day with the populations it belongs to."""
        eligible = {}
        for lead_id, lead in self._leads.items():
            if self._survivor[lead_id] != lead_id or lead["is_deleted"]:
                continue
            if lead["created_at"].date() > day:
                continue
            populations = set()
            if self._is_open(lead_id, day):
                populations.add("open_leads")
            if self._is_customer(lead_id, day):
                populations.add("customers")
            if populations:
                eligible[lead_id] = populations
        return eligible

    def ledger(self, day):
        """Every reason for every point of the day, as LedgerRow."""
        return [row for card in self._cards(day).values() for row in card.rows]

    def scores(self, day):
        """(lead_id, scorecard_id) -> score, dimensions, bands, priority and what follows."""
        cards = self._cards(day)
        primary = self._primary_scorecards(cards)
        return {
            (lead_id, scorecard_id): self._score(card, scorecard_id)
            | {"is_primary": primary.get(lead_id) == scorecard_id}
            for (lead_id, scorecard_id), card in cards.items()
        }

    # --------------------------------------------------------------------------------- seeds

    def _read_reference_seeds(self, seeds_dir):
        def reference(name):
            return read_seed(seeds_dir, f"reference/{name}.csv")

        listed = reference("lead_attributes")
        self._extra_attributes = [lower(name) for name in self.vars.get("lead_attributes") or []]
        self._raw_attributes = [
            lower(row["attribute"]) for row in listed if not row["derived_from"]
        ] + self._extra_attributes
        self._derived_from = {
            lower(row["attribute"]): lower(row["derived_from"])
            for row in listed
            if row["derived_from"]
        }
        self._title_patterns = [
            (int(number(row["priority"])), -len(row["pattern"]), row["pattern"], row)
            for row in reference("job_title_patterns")
        ]
        # The first match in this order decides: smallest priority, longest, alphabetical.
        self._title_patterns.sort(key=lambda entry: entry[:3])
        free = reference("free_email_domains")
        self._free_domains = {lower(row["domain"]) for row in free}
        self._dotless_domains = {
            lower(row["domain"]) for row in free if lower(row["ignores_dots"]) == "true"
        }
        self._disposable_domains = {
            lower(row["domain"]) for row in reference("disposable_email_domains")
        }
        self._domain_suffixes = {
            lower(row["suffix"]): row["email_type"] for row in reference("email_domain_suffixes")
        }
        self._size_bands = [
            (row["company_size"], number(row["min_employees"]), number(row["max_employees"]))
            for row in reference("company_size_bands")
        ]
        self._countries = {lower(row["country_name"]): row for row in reference("country_regions")}
        self._bot_filters = defaultdict(list)
        for row in reference("bot_filters"):
            self._bot_filters[row["bot_filter"]].append(lower(row["value"]))
        self._derived_values = {}

    def _read_scorecard_seeds(self, seeds_dir):
        def scorecards(name):
            return read_seed(seeds_dir, f"scorecards/{name}.csv")

        self._scorecards = {
            row["scorecard_id"]: row
            for row in scorecards("scorecards")
            if lower(row["role"]) != "retired"
        }
        self._rules = defaultdict(list)
        for row in scorecards("score_rules") + scorecards("score_rules_fitted"):
            self._rules[row["scorecard_id"]].append(read_rule(row))
        self._limits = defaultdict(dict)
        for row in scorecards("score_dimensions"):
            limits = (number(row["min_points"]), number(row["max_points"]))
            self._limits[row["scorecard_id"]][row["dimension"]] = limits
        self._bands = defaultdict(lambda: defaultdict(list))
        for row in scorecards("score_bands"):
            band = (number(row["min_points"]), row["band"])
            self._bands[row["scorecard_id"]][row["dimension"]].append(band)
        self._grid = {
            (row["scorecard_id"], row["fit_band"], row["engagement_band"]): row
            for row in scorecards("priority_grid")
        }
        self._segments = defaultdict(list)
        for row in scorecards("segments"):
            condition = (lower(row["attribute"]), lower(row["operator"]), row["value"])
            self._segments[row["segment_id"]].append(condition)
        types = scorecards("activity_types")
        self._channel_of_type = {
            lower(row["activity_type"]): lower(row["channel"]) for row in types
        }
        self._bot_suspects = {
            lower(row["activity_type"]) for row in types if lower(row["is_bot_suspect"]) in YES
        }

    # --------------------------------------------------------------------------------- leads

    def _read_leads(self, raw_dir):
        rows = read_raw(raw_dir, "leads", self._extra_attributes)
        reasons = Counter()
        by_id = defaultdict(list)
        for row in rows:
            lead_id, created_at = row[0], timestamp(row[1])
            if lead_id is None:
                reasons["lead_id is missing"] += 1
            elif row[1] is None:
                reasons["created_at is missing"] += 1
            elif created_at is None:
                reasons["created_at is not a timestamp"] += 1
            elif created_at.date() > self.today:
                reasons["created_at is in the future"] += 1
            else:
                # Sorts like the choice between rows of one lead: the greatest is accepted.
                rank = (
                    missing_lowest(timestamp(row[2])),
                    created_at,
                    [missing_lowest(cell) for cell in row[3:]],
                )
                by_id[lead_id].append((rank, row))
        names = [*RAW_COLUMNS["leads"], *self._extra_attributes]
        self._leads = {}
        for lead_id, versions in by_id.items():
            row = max(versions, key=lambda version: version[0])[1]
            lead = dict(zip(names, row, strict=True))
            lead["created_at"] = timestamp(lead["created_at"])
            lead["is_deleted"] = lower(lead["is_deleted"]) in YES
            self._leads[lead_id] = lead
        self._clock_days = {lead["created_at"].date() for lead in self._leads.values()}
        self._merge_identities()
        accepted = len(set(self._survivor.values()))
        self._record_fate("leads", len(rows), accepted, reasons)

    def _merge_identities(self):
        same_person = defaultdict(list)
        for lead_id, lead in self._leads.items():
            key = self._email_key(lead["email"])
            # Without a usable address a lead is a person of its own.
            same_person[("email", key) if key else ("lead", lead_id)].append(lead_id)
        self._survivor, self._wishes_of = {}, {}
        for lead_ids in same_person.values():
            deleted = [lead_id for lead_id in lead_ids if self._leads[lead_id]["is_deleted"]]
            living = set(lead_ids).difference(deleted)
            first = min(
                living or deleted, key=lambda lead_id: (self._leads[lead_id]["created_at"], lead_id)
            )
            self._wishes_of.update(dict.fromkeys(lead_ids, first))
            self._survivor.update(dict.fromkeys(living, first))
            # A deleted lead is nobody's duplicate.
            self._survivor.update({lead_id: lead_id for lead_id in deleted})

    def _email_key(self, email):
        match = EMAIL.fullmatch(lower(email) or "")
        if not match:
            return None
        mailbox, domain = match.groups()
        mailbox = mailbox.partition("+")[0]
        if domain in self._dotless_domains:
            mailbox = mailbox.replace(".", "")
        # `+news@x.com` names nobody: merging on it would join strangers.
        return f"{mailbox}@{domain}" if mailbox else None

    def _record_fate(self, table, raw, accepted, reasons):
        quarantined = sum(reasons.values())
        self.fates[table] = {
            "raw": raw,
            "accepted": accepted,
            "merged": raw - accepted - quarantined,
            "quarantined": quarantined,
            "reasons": reasons,
        }

    # ---------------------------------------------------------------------------- attributes

    def _read_companies(self, raw_dir):
        rows = read_raw(raw_dir, "companies")
        reasons = Counter()
        best = {}
        for row in rows:
            if row[0] is None:
                reasons["company_id is missing"] += 1
                continue
            rank = [missing_lowest(cell) for cell in row[1:]]
            if row[0] not in best or rank > best[row[0]][0]:
                best[row[0]] = (rank, row)
        self._companies = {
            company_id: dict(zip(RAW_COLUMNS["companies"], row, strict=True))
            for company_id, (_, row) in best.items()
        }
        self._record_fate("companies", len(rows), len(best), reasons)

    def _read_lead_changes(self, raw_dir):
        rows = read_raw(raw_dir, "lead_changes")
        reasons = Counter()
        best = {}
        for lead_id, attribute, new_value, raw_time in rows:
            changed_at = timestamp(raw_time)
            if lower(attribute) == "owner_id":
                new_value = whole_id(new_value)
            if lead_id is None:
                reasons["lead_id is missing"] += 1
            elif attribute is None:
                reasons["attribute is missing"] += 1
            elif raw_time is None:
                reasons["changed_at is missing"] += 1
            elif changed_at is None:
                reasons["changed_at is not a timestamp"] += 1
            elif changed_at.date() > self.today:
                reasons["changed_at is in the future"] += 1
            elif lead_id not in self._leads:
                reasons["lead_id is unknown"] += 1
            else:
                key = (lead_id, lower(attribute), changed_at)
                best[key] = max(best.get(key), new_value, key=missing_lowest)
        self._changes = defaultdict(list)
        for (lead_id, attribute, changed_at), new_value in best.items():
            self._changes[self._survivor[lead_id], attribute].append((changed_at, new_value))
        for changes in self._changes.values():
            changes.sort(key=lambda change: (change[0], missing_lowest(change[1])))
        self._record_fate("lead_changes", len(rows), len(best), reasons)

    def _raw_attribute(self, lead_id, name, day):
        changes = self._changes.get((lead_id, name))
        if changes:
            # A logged attribute is what its log says; today's value would leak into the past.
            return at_end_of_day(changes, day)
        lead = self._leads[lead_id]
        value = lead.get(name)
        if value is None and name in COMPANY_FILLS:
            value = self._companies.get(lead["company_id"], {}).get(name)
        return None if value is None else str(value)

    def _derive(self, name, base):
        if base is None:
            return None
        if (name, base) not in self._derived_values:
            derive = {
                "email_type": self._email_type,
                "email_domain": self._email_domain,
                "seniority": lambda title: self._of_title(title, "seniority"),
                "department": lambda title: self._of_title(title, "department"),
                "company_size": self._company_size,
                "country_code": lambda country: self._of_country(country, "country_code"),
                "market_region": lambda country: self._of_country(country, "market_region"),
            }[name]
            self._derived_values[name, base] = derive(base)
        return self._derived_values[name, base]

    def _email_domain(self, email):
        match = EMAIL.fullmatch(lower(email))
        return match and match.group(2)

    def _email_type(self, email):
        domain = self._email_domain(email)
        if domain is None:
            return "invalid"
        if domain in self._disposable_domains:
            return "disposable"
        if domain in self._free_domains:
            return "free"
        suffixes = [
            suffix
            for suffix in self._domain_suffixes
            if domain == suffix or domain.endswith("." + suffix)
        ]
        return self._domain_suffixes[max(suffixes, key=len)] if suffixes else "business"

    def _of_title(self, title, what):
        words = re.sub(" +", " ", lower(title).translate(TITLE_SEPARATORS))
        words = f" {words} "
        for _, _, pattern, row in self._title_patterns:
            text = f" {pattern[:-1]}" if pattern.endswith("*") else f" {pattern} "
            if row[what] and text in words:
                return row[what]
        return None

    def _company_size(self, employees):
        count = number(employees)
        if count is None:
            return None
        for name, low, high in self._size_bands:
            if (low is None or count >= low) and (high is None or count <= high):
                return name
        return None

    def _of_country(self, country, what):
        row = self._countries.get(lower(country))
        return row and row[what]

    # ---------------------------------------------------------------------------- activities

    def _read_activities(self, raw_dir):
        rows = read_raw(raw_dir, "activities")
        reasons = Counter()
        by_id = {}
        repeated = defaultdict(list)
        for row in rows:
            reason, activity = self._check_activity(row)
            if reason:
                reasons[reason] += 1
                continue
            self._clock_days.add(activity.occurred_at.date())
            if activity.activity_id in by_id:
                repeated[activity.activity_id].append(activity)
            else:
                by_id[activity.activity_id] = activity
        for activity_id, others in repeated.items():
            by_id[activity_id] = min([by_id[activity_id], *others], key=self._delivery_order)
        accepted = [activity for activity in by_id.values() if activity.lead_id in self._leads]
        if len(by_id) > len(accepted):
            reasons["lead_id is unknown"] += len(by_id) - len(accepted)
        self._record_fate("activities", len(rows), len(accepted), reasons)
        self.bot_activity_ids = self._find_bots(accepted)
        self._activities = defaultdict(list)
        for activity in accepted:
            if activity.activity_id not in self.bot_activity_ids:
                self._activities[self._survivor[activity.lead_id]].append(activity)

    def _check_activity(self, row):
        activity_id, lead_id, activity_type, raw_time = row[:4]
        if activity_id is None:
            return "activity_id is missing", None
        if lead_id is None:
            return "lead_id is missing", None
        if activity_type is None:
            return "activity_type is missing", None
        if raw_time is None:
            return "occurred_at is missing", None
        occurred_at = timestamp(raw_time)
        if occurred_at is None:
            return "occurred_at is not a timestamp", None
        topic, asset, campaign, channel, raw_load, properties = row[4:]
        loaded_at = timestamp(raw_load)
        known_until = self.today if loaded_at is None else min(loaded_at.date(), self.today)
        if occurred_at.date() > known_until:
            return "occurred_at is in the future", None
        return None, Activity(
            activity_id,
            lead_id,
            lower(activity_type),
            occurred_at,
            lower(topic),
            asset,
            campaign,
            lower(channel),
            loaded_at,
            properties,
        )

    @staticmethod
    def _delivery_order(activity):
        """Of rows with one activity_id the smallest is kept."""
        return (
            activity.loaded_at or activity.occurred_at,
            activity.occurred_at,
            activity.lead_id,
            activity.activity_type,
            missing_lowest(activity.topic),
            missing_lowest(activity.asset),
            missing_lowest(activity.campaign),
            missing_lowest(activity.channel),
            missing_lowest(activity.properties),
        )

    def _find_bots(self, accepted):
        suspects = [a for a in accepted if a.activity_type in self._bot_suspects]
        return (
            self._opened_on_delivery(accepted, suspects)
            | self._clicked_everything(suspects)
            | self._came_through_a_proxy(suspects)
        )

    def _opened_on_delivery(self, accepted, suspects):
        filters = self._bot_filters
        if not filters["max_seconds_after_delivery"]:
            return set()
        soon = timedelta(seconds=float(filters["max_seconds_after_delivery"][0]))
        deliveries = defaultdict(list)
        for activity in accepted:
            if activity.campaign and activity.activity_type in filters["delivery_activity_type"]:
                deliveries[activity.lead_id, activity.campaign].append(activity.occurred_at)
        return {
            suspect.activity_id
            for suspect in suspects
            for delivered_at in deliveries.get((suspect.lead_id, suspect.campaign), ())
            if timedelta(0) <= suspect.occurred_at - delivered_at <= soon
        }

    def _clicked_everything(self, suspects):
        filters = self._bot_filters
        if not filters["burst_min_assets"] or not filters["burst_seconds"]:
            return set()
        enough = int(filters["burst_min_assets"][0])
        burst = timedelta(seconds=float(filters["burst_seconds"][0]))
        clicks = defaultdict(list)
        for suspect in suspects:
            # Clicks of no campaign are not links of one mail.
            if suspect.campaign and suspect.activity_type in filters["burst_activity_type"]:
                key = (suspect.lead_id, suspect.campaign, suspect.activity_type)
                clicks[key].append(suspect)
        bots = set()
        for group in clicks.values():
            if len(group) < enough:
                continue
            for first in group:
                window = [
                    click
                    for click in group
                    if timedelta(0) <= click.occurred_at - first.occurred_at <= burst
                ]
                if len({click.asset for click in window if click.asset}) >= enough:
                    bots.update(click.activity_id for click in window)
        return bots

    def _came_through_a_proxy(self, suspects):
        markers = self._bot_filters["proxy_marker"]
        return {
            suspect.activity_id
            for suspect in suspects
            if suspect.properties and any(marker in lower(suspect.properties) for marker in markers)
        }

    # ------------------------------------------------------------------------------ outcomes

    def _read_outcomes(self, raw_dir):
        rows = read_raw(raw_dir, "outcomes")
        reasons = Counter()
        accepted = set()
        for lead_id, outcome, raw_time, _, _ in rows:
            occurred_at, outcome = timestamp(raw_time), lower(outcome)
            if lead_id is None:
                reasons["lead_id is missing"] += 1
            elif outcome is None:
                reasons["outcome is missing"] += 1
            elif raw_time is None:
                reasons["occurred_at is missing"] += 1
            elif occurred_at is None:
                reasons["occurred_at is not a timestamp"] += 1
            elif outcome not in OUTCOMES:
                reasons["outcome is unknown"] += 1
            elif occurred_at.date() > self.today:
                reasons["occurred_at is in the future"] += 1
            elif lead_id not in self._leads:
                reasons["lead_id is unknown"] += 1
            else:
                # Rows that differ in amount or reason only are one; no score reads either.
                accepted.add((lead_id, outcome, occurred_at))
        self._record_fate("outcomes", len(rows), len(accepted), reasons)
        self._outcomes = defaultdict(list)
        for lead_id, outcome, occurred_at in accepted:
            self._outcomes[self._survivor[lead_id]].append((occurred_at, outcome))

    def _last_of(self, lead_id, day, first, second):
        """The later of two opposite outcomes; at the very same time the second one decides."""
        order = [first, second]
        events = [event for event in self._outcomes.get(lead_id, ()) if event[1] in order]
        events.sort(key=lambda event: (event[0], order.index(event[1])))
        return at_end_of_day(events, day)

    def _is_open(self, lead_id, day):
        converted = any(
            outcome == self.conversion_outcome and moment.date() <= day
            for moment, outcome in self._outcomes.get(lead_id, ())
        )
        return not converted and self._last_of(lead_id, day, "lost", "reopened") != "lost"

    def _is_customer(self, lead_id, day):
        return self._last_of(lead_id, day, "won", "churned") == "won"

    # ------------------------------------------------------------------------------- scoring

    def _cards(self, day):
        if day not in self._cards_by_day:
            cards = {}
            for lead_id, populations in self.eligible(day).items():
                attributes = self.attributes(lead_id, day)
                evidence = Evidence(self._activities.get(lead_id, ()), self._channel_of_type, day)
                for scorecard_id, scorecard in self._scorecards.items():
                    if scorecard["population"] not in populations:
                        continue
                    if self._in_segment(scorecard["segment_id"], attributes):
                        card = self._fill_card(lead_id, scorecard_id, attributes, evidence)
                        cards[lead_id, scorecard_id] = card
            self._cards_by_day[day] = cards
        return self._cards_by_day[day]

    def _in_segment(self, segment_id, attributes):
        return segment_id is None or all(
            holds(operator, value, attributes.get(attribute))
            for attribute, operator, value in self._segments[segment_id]
        )

    def _fill_card(self, lead_id, scorecard_id, attributes, evidence):
        def limit_row(entry, moved, dimension=None):
            return LedgerRow(
                lead_id, scorecard_id, entry, None, dimension, ZERO, ZERO, moved, moved, None, None
            )

        rows = []
        sums = dict.fromkeys(self._limits[scorecard_id], ZERO)
        for rule in self._rules[scorecard_id]:
            sums.setdefault(rule.dimension, ZERO)
            if self._in_segment(rule.segment_id, attributes):
                row = self._apply(rule, lead_id, attributes, evidence)
                if row:
                    rows.append(row)
                    sums[rule.dimension] += row.points
        for dimension, (low, high) in self._limits[scorecard_id].items():
            limited = cents(clamp(sums[dimension], low, high))
            if limited != sums[dimension]:
                rows.append(limit_row("dimension_limit", limited - sums[dimension], dimension))
                sums[dimension] = limited
        scorecard = self._scorecards[scorecard_id]
        base = cents(number(scorecard["base_points"]) or ZERO)
        rows.append(
            LedgerRow(lead_id, scorecard_id, "base", None, None, base, ZERO, ZERO, base, None, None)
        )
        score = base + sum(sums.values(), ZERO)
        floored = cents(clamp(score, number(scorecard["min_score"]), None))
        if floored != score:
            rows.append(limit_row("score_floor", floored - score))
        ceiled = cents(clamp(floored, None, number(scorecard["max_score"])))
        if ceiled != floored:
            rows.append(limit_row("score_ceiling", ceiled - floored))
        return Card(rows, sums, ceiled)

    def _apply(self, rule, lead_id, attributes, evidence):
        """The ledger row of a rule that fired, else None."""
        event_count = last_event_date = None
        raw, decayed_points = rule.points, rule.points
        if rule.measure == "value":
            if not holds(rule.operator, rule.value, attributes.get(rule.signal)):
                return None
        else:
            events = evidence.of(rule)
            event_count, last_event_date = events.count, events.last_date
            if rule.measure == "each":
                if not events.count:
                    return None
                raw = rule.points * events.count
                decayed_points = cents(
                    sum(
                        times * decayed(rule.points, rule.half_life_days, age)
                        for age, times in events.ages.items()
                    )
                )
            elif not holds(rule.operator, rule.value, events.measure(rule.measure)):
                return None
        cap = rule.max_points
        capped = decayed_points if cap is None else clamp(decayed_points, -cap, cap)
        return LedgerRow(
            lead_id,
            rule.scorecard_id,
            "rule",
            rule.rule_id,
            rule.dimension,
            raw,
            decayed_points - raw,
            capped - decayed_points,
            capped,
            event_count,
            last_event_date,
        )

    def _score(self, card, scorecard_id):
        scorecard = self._scorecards[scorecard_id]
        points = {**card.dimension_points, "total": card.score}
        bands = {
            dimension: self._band(band_rows, points.get(dimension, ZERO))
            for dimension, band_rows in self._bands[scorecard_id].items()
        }
        cell = self._grid.get((scorecard_id, bands.get("fit"), bands.get("engagement")), {})
        mql_score = number(scorecard["mql_score"])
        return {
            "score": card.score,
            "dimension_points": dict(card.dimension_points),
            "bands": bands,
            "priority": cell.get("priority"),
            "sla_hours": number(cell.get("sla_hours")),
            "next_step": cell.get("next_step"),
            "is_mql": mql_score is not None and card.score >= mql_score,
        }

    @staticmethod
    def _band(band_rows, points):
        """The highest band whose threshold is reached; the lowest one has none."""
        reached = [row for row in band_rows if row[0] is None or points >= row[0]]
        return max(reached, key=lambda row: (row[0] is not None, row[0] or 0), default=(0, None))[1]

    def _primary_scorecards(self, cards):
        """The scorecard that speaks for each lead: the champion of its segment, else the other."""
        champions = defaultdict(list)
        for lead_id, scorecard_id in cards:
            scorecard = self._scorecards[scorecard_id]
            if lower(scorecard["role"]) == "champion":
                order = (
                    scorecard["segment_id"] is None,
                    scorecard["population"] != "open_leads",
                    scorecard_id,
                )
                champions[lead_id].append(order)
        return {lead_id: min(orders)[-1] for lead_id, orders in champions.items()}


class Events(NamedTuple):
    """The events of a lead that one rule counts: age in days -> how many, and the last day."""

    ages: Counter
    count: int
    last_date: date | None

    def measure(self, name):
        """The number a rule compares, as text; missing when there is none."""
        if name == "events":
            return str(self.count)
        if name == "active_days":
            return str(len(self.ages))
        return str(min(self.ages)) if self.ages else None


class Evidence:
    """The past activities of one lead on one day, found by signal, topic and window."""

    def __init__(self, activities, channel_of_type, day):
        """File every activity under its type, its channel and `any_activity`."""
        self._day = day
        self._filed = defaultdict(list)
        self._found = {}
        today = day.toordinal()
        for activity in activities:
            age = today - activity.occurred_at.toordinal()
            if age < 0:
                continue
            kind = activity.activity_type
            channel = activity.channel or channel_of_type.get(kind)
            entry = (activity.topic, age)
            self._filed["any"].append(entry)
            self._filed["type", kind].append(entry)
            self._filed["channel", channel].append(entry)

    def of(self, rule):
        """The events the rule counts."""
        key = (rule.signal, rule.topic, rule.window_days)
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def _find(self, signal, topic, window_days):
        if signal == "any_activity":
            place = "any"
        elif signal.startswith("channel:"):
            place = ("channel", clean(signal.removeprefix("channel:")))
        else:
            place = ("type", signal)
        ages = Counter(
            age
            for event_topic, age in self._filed.get(place, ())
            if (topic is None or event_topic == topic)
            and (window_days is None or age < window_days)
        )
        last_date = self._day - timedelta(days=min(ages)) if ages else None
        return Events(ages, sum(ages.values()), last_date)
