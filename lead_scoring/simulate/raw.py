"""Raw tables as a loader would deliver them: the simulated truth, made as dirty as real data."""

import datetime
from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.simulate import tables, texts
from lead_scoring.simulate.behaviour import (
    ACCEPTED,
    CHURNED,
    CUSTOMER,
    NEW,
    OPPORTUNITY,
    OUTCOMES,
    REASONS,
    STATUS_NAMES,
    Events,
    Stages,
    State,
    World,
)
from lead_scoring.simulate.calendar import DAY, KIND, KINDS, Calendar
from lead_scoring.simulate.people import (
    COUNTRIES,
    INDUSTRIES,
    PERSONAS,
    SOURCES,
    Companies,
    People,
)
from lead_scoring.simulate.truth import win_chance

TIMESTAMP = pa.timestamp("us")
TABLES = ("leads", "lead_changes", "companies", "activities", "outcomes")
LEADS = pa.schema(
    [
        ("lead_id", pa.string()),
        ("created_at", pa.string()),
        ("updated_at", TIMESTAMP),
        ("email", pa.string()),
        ("first_name", pa.string()),
        ("last_name", pa.string()),
        ("phone", pa.string()),
        ("job_title", pa.string()),
        ("company_id", pa.string()),
        ("company_name", pa.string()),
        ("industry", pa.string()),
        ("employee_count", pa.string()),
        ("annual_revenue", pa.string()),
        ("country", pa.string()),
        ("region", pa.string()),
        ("lead_source", pa.string()),
        ("campaign", pa.string()),
        ("lifecycle_stage", pa.string()),
        ("owner_id", pa.string()),
        ("is_deleted", pa.bool_()),
    ]
)
LEAD_CHANGES = pa.schema(
    [
        ("lead_id", pa.string()),
        ("attribute", pa.string()),
        ("new_value", pa.string()),
        ("changed_at", pa.string()),
    ]
)
COMPANIES = pa.schema(
    [
        ("company_id", pa.string()),
        ("domain", pa.string()),
        ("company_name", pa.string()),
        ("industry", pa.string()),
        ("employee_count", pa.int64()),
        ("annual_revenue", pa.float64()),
        ("country", pa.string()),
        ("lifecycle_stage", pa.string()),
    ]
)
OUTCOME_ROWS = pa.schema(
    [
        ("lead_id", pa.string()),
        ("outcome", pa.string()),
        ("occurred_at", TIMESTAMP),
        ("amount", pa.string()),
        ("reason", pa.string()),
    ]
)
TRUTH = pa.schema(
    [
        ("lead_id", pa.string()),
        ("moment", pa.string()),
        ("at_date", pa.date32()),
        ("status", pa.string()),
        ("true_chance", pa.float64()),
        ("true_upsell_chance", pa.float64()),
        ("persona", pa.string()),
        ("fit", pa.float64()),
        ("lead_effect", pa.float64()),
        ("interest", pa.float64()),
        ("intent", pa.float64()),
        ("is_deleted", pa.bool_()),
    ]
)

# Shares of leads whose field is not filled in.
UNSET = {
    "email": 0.03,
    "first_name": 0.05,
    "last_name": 0.07,
    "phone": 0.55,
    "job_title": 0.12,
    "company_id": 0.35,
    "company_name": 0.15,
    "industry": 0.30,
    "employee_count": 0.30,
    "annual_revenue": 0.55,
    "country": 0.08,
    "region": 0.75,
    "campaign": 0.1,
    "is_deleted": 0.02,
}
OWNERS = 12  # sales reps
DUPLICATE_ACTIVITY_SHARE = 0.5  # of a person's later activities recorded on the duplicate
DUPLICATE_OUTCOME_SHARE = 0.3
ZONE_OFFSETS = (-8 * 60, -5 * 60, -3 * 60, 60, 120, 330, 600)  # minutes, as written in the text
LOAD_MEDIAN_SECONDS, LOAD_SPREAD, LOAD_MAX_SECONDS = 1200, 1.0, 6 * 3600
FUTURE = datetime.datetime(2199, 1, 1)
CHANNELS = sorted({activity.channel for activity in tables.ACTIVITIES.values()})
CHANNEL_OF_KIND = np.array([CHANNELS.index(a.channel) for a in tables.ACTIVITIES.values()])
_BASE32 = np.frombuffer(b"0123456789abcdefghijklmnopqrstuv", dtype=np.uint8)
_ID_BITS = 22  # activities of a chunk are numbered from 0; the chunk's number stands before


def _share(rng: np.random.Generator, among: np.ndarray, kind: str, of: int) -> np.ndarray:
    """Pick the rows a kind of dirt affects: its share of `of` rows, drawn from `among`."""
    count = min(round(tables.DIRT[kind].share * of), len(among))
    return np.sort(rng.choice(among, count, replace=False))


def _pick(rng: np.random.Generator, values, count: int) -> list:
    return [values[i] for i in rng.integers(0, len(values), count).tolist()]


def _lead_id(number: int, copy: int = 0) -> str:
    """Id of a raw lead; `copy` 0 is the first record of a person, others are further ones."""
    return f"L{number * 4 + copy:08d}"


class RawChunk:
    """The raw tables of one chunk of people."""

    def __init__(
        self,
        rng: np.random.Generator,
        chunk: int,
        people: People,
        companies: Companies,
        world: World,
        calendar: Calendar,
    ) -> None:
        """Prepare the raw rows of leads: the first record of each person, then the duplicates."""
        self.rng, self.chunk, self.people, self.companies = rng, chunk, people, companies
        self.world, self.calendar = world, calendar
        self.midnight = datetime.datetime.combine(calendar.first, datetime.time())
        self.end = self.midnight + datetime.timedelta(days=tables.HISTORY_DAYS, seconds=-1)
        n = len(people.number)
        later = np.flatnonzero(people.created_day < tables.HISTORY_DAYS - 3)
        self.twins = _share(rng, later, "duplicate_person", n)  # people with a duplicate
        created = people.created_day * DAY + people.created_second
        room = calendar.end - DAY - created[self.twins]
        twin_created = created[self.twins] + DAY + (rng.random(len(self.twins)) * room).astype(int)
        self.created = np.concatenate([created, np.minimum(twin_created, calendar.end - 1)])
        self.person = np.concatenate([np.arange(n), self.twins])  # of each raw row
        self.lead_ids = [_lead_id(k) for k in people.number.tolist()]
        self.lead_ids += [_lead_id(k, 1) for k in people.number[self.twins].tolist()]
        self.deleted = np.zeros(n, dtype=bool)
        # Not those with a duplicate: it would take over a person whose outcomes are deleted.
        single = np.setdiff1d(np.arange(n), self.twins)
        self.deleted[_share(rng, single, "deleted_lead", n)] = True
        # An id that was never in leads: records of a system that is gone.
        self.unknown_ids = [f"OLD-{chunk:04d}-{k:03d}" for k in range(200)]

    def _moment(self, seconds: int) -> datetime.datetime:
        return self.midnight + datetime.timedelta(seconds=int(seconds))

    def _text_time(self, seconds: int, draw: float) -> str:
        """Write a time as text, mostly plain, sometimes with a zone or fractions of a second."""
        moment = self._moment(seconds)
        if draw < 0.90:
            return moment.isoformat(" ")
        if draw < 0.95:
            return moment.isoformat() + "Z"
        if draw < 0.98:
            return (moment + datetime.timedelta(hours=2)).isoformat() + "+02:00"
        return moment.isoformat(" ") + ".250"

    # ------------------------------------------------------------------------------------ leads

    def _titles(self, count: int) -> list[str]:
        """Titles of the first records today, some written carelessly."""
        people, rng = self.people, self.rng
        titles = list(people.title)
        for at in np.flatnonzero(people.title_day >= 0).tolist():
            titles[at] = texts.PROMOTIONS[PERSONAS[people.persona[at]]]
        manner = rng.integers(0, 6, count)
        for at in _share(rng, np.arange(count), "messy_title", count).tolist():
            titles[at] = _careless(titles[at], int(manner[at]))
        return titles

    def leads(self) -> pa.Table:
        """Build the leads: records, duplicates, repeats, newer versions and junk rows."""
        rng, people, companies, world = self.rng, self.people, self.companies, self.world
        n = len(people.number)
        company = people.company
        known = company >= 0
        self.titles = self._titles(n)
        self.employees = np.where(known, companies.employees_later[company], -1)
        columns: dict[str, list] = {name: [None] * n for name in LEADS.names}
        columns["email"] = list(people.email)
        columns["first_name"] = list(people.first_name)
        columns["last_name"] = list(people.last_name)
        columns["job_title"] = list(self.titles)
        columns["lead_source"] = [SOURCES[s] for s in people.source.tolist()]
        phone = rng.integers(1_000_000, 9_999_999, n).tolist()
        style = rng.integers(0, 4, n).tolist()
        spelling, region, lifecycle = rng.random(n).tolist(), rng.random(n).tolist(), []
        rep = rng.integers(1, OWNERS + 1, n).tolist()
        owned = (world.accepted_day >= 0) | (rng.random(n) < 0.25)
        kinds = [s.campaign for s in tables.SOURCES.values()]
        for at in range(n):
            country = tables.COUNTRIES[COUNTRIES[people.country[at]]]
            # The first spelling is the usual one.
            choice = max(0.0, spelling[at] * 2 - 1)
            columns["country"][at] = country.spellings[int(choice * len(country.spellings))]
            if country.regions:
                columns["region"][at] = country.regions[int(region[at] * len(country.regions))]
            columns["phone"][at] = (
                f"+{phone[at]}00",
                f"({phone[at] % 1000}) 555-{phone[at] % 10000:04d}",
                f"00{phone[at]}1",
                f"{phone[at]}",
            )[style[at]]
            if owned[at]:
                columns["owner_id"][at] = f"rep-{rep[at]:02d}"
            kind = kinds[people.source[at]]
            if kind:
                code = self.calendar.program(kind, people.created_day[at])
                columns["campaign"][at] = self.calendar.campaigns[int(code)]
            c = int(company[at])
            if c >= 0:
                columns["company_id"][at] = f"C{int(companies.number[c]):07d}"
                columns["company_name"][at] = companies.name[c]
                columns["industry"][at] = INDUSTRIES[companies.industry[c]]
                columns["employee_count"][at] = str(int(self.employees[at]))
                columns["annual_revenue"][at] = str(int(companies.revenue[c]))
            elif PERSONAS[people.persona[at]] == "competitor":
                name = people.email[at].split("@")[1]
                if name in texts.COMPETITOR_DOMAINS:
                    name = texts.COMPETITOR_NAMES[texts.COMPETITOR_DOMAINS.index(name)]
                    columns["company_name"][at] = name
                columns["industry"][at] = "Software"
            elif PERSONAS[people.persona[at]] == "student":
                columns["industry"][at] = "Education"
            lifecycle.append(
                {
                    NEW: "lead",
                    ACCEPTED: "sql",
                    OPPORTUNITY: "opportunity",
                    CUSTOMER: "customer",
                    CHURNED: "customer",
                }.get(int(world.status[at]), "lead")
            )
        few = (world.status == NEW) & (world.intent < 0.05)
        many = (world.status == NEW) & (world.intent > tables.REVIEW_INTENT)
        columns["lifecycle_stage"] = [
            "subscriber" if few[at] else "mql" if many[at] else lifecycle[at] for at in range(n)
        ]
        columns["is_deleted"] = self.deleted.tolist()
        for name, share in UNSET.items():
            for at in np.flatnonzero((rng.random(n) < share) & ~self.deleted).tolist():
                columns[name][at] = None
        self._spoil_fields(columns, n)
        self.shown_employees = np.array([v is not None for v in columns["employee_count"]])
        self.shown_titles = np.array([v is not None for v in columns["job_title"]])
        broken = _share(rng, np.flatnonzero(self.shown_employees), "broken_number", n)
        for at, text in zip(
            broken.tolist(), _pick(rng, tables.BROKEN_NUMBERS, len(broken)), strict=True
        ):
            which = "annual_revenue" if columns["annual_revenue"][at] else "employee_count"
            columns[which][at] = text
            self.shown_employees[at] &= which != "employee_count"
        self._add_duplicates(columns)
        total = len(self.person)
        columns["lead_id"] = list(self.lead_ids)
        draws = rng.random(total).tolist()
        columns["created_at"] = [
            self._text_time(s, d) for s, d in zip(self.created.tolist(), draws, strict=True)
        ]
        span = self.calendar.end - 1 - self.created
        updated = self.created + (rng.random(total) * span * (rng.random(total) < 0.6)).astype(int)
        columns["updated_at"] = [self._moment(s) for s in updated.tolist()]
        self._add_rows(columns, total)
        order = rng.permutation(len(columns["lead_id"])).tolist()
        return pa.table({k: [v[i] for i in order] for k, v in columns.items()}, schema=LEADS)

    def _spoil_fields(self, columns: dict[str, list], n: int) -> None:
        """Placeholders, broken addresses, strange names, careless industries."""
        rng = self.rng
        rows = _share(rng, np.arange(n), "placeholder_text", n)
        where = ("first_name", "phone", "job_title", "company_name", "industry", "region")
        for at, name, text in zip(
            rows.tolist(),
            _pick(rng, where, len(rows)),
            _pick(rng, tables.PLACEHOLDERS, len(rows)),
            strict=True,
        ):
            columns[name][at] = text
        rows = _share(rng, np.arange(n), "broken_email", n)
        for at, text in zip(
            rows.tolist(), _pick(rng, tables.BROKEN_EMAILS, len(rows)), strict=True
        ):
            columns["email"][at] = text
        rows = _share(rng, np.arange(n), "strange_name", n)
        for at, text in zip(
            rows.tolist(), _pick(rng, tables.STRANGE_NAMES, len(rows)), strict=True
        ):
            columns["first_name" if at % 2 else "last_name"][at] = text
        rows = _share(rng, np.arange(n), "messy_industry", n)
        for at, manner in zip(rows.tolist(), rng.integers(0, 4, len(rows)).tolist(), strict=True):
            value = columns["industry"][at]
            if value:
                columns["industry"][at] = (value.upper(), value.lower(), f" {value}", f"{value}  ")[
                    manner
                ]

    def _add_duplicates(self, columns: dict[str, list]) -> None:
        """Add the second records of some people, under another spelling of their address."""
        manner = self.rng.integers(0, 4, len(self.twins)).tolist()
        forgotten = self.rng.random((len(self.twins), 3)) < 0.4
        for at, how, lost in zip(self.twins.tolist(), manner, forgotten.tolist(), strict=True):
            for values in columns.values():
                values.append(values[at])
            if columns["email"][at] is None or columns["email"][at] in tables.BROKEN_EMAILS:
                columns["email"][at] = self.people.email[at]
            columns["email"][-1] = _respell(columns["email"][at], how)
            columns["is_deleted"][-1] = False
            for name, is_lost in zip(("phone", "industry", "annual_revenue"), lost, strict=True):
                if is_lost:
                    columns[name][-1] = None

    def _add_rows(self, columns: dict[str, list], total: int) -> None:
        """Add repeated rows, newer versions and junk rows of list imports."""
        rng = self.rng
        names = list(columns)

        def add(at: int, **changed) -> None:
            for name in names:
                columns[name].append(changed.get(name, columns[name][at]))

        rows = np.arange(total)
        for at in _share(rng, rows, "repeated_lead_row", total).tolist():
            add(at)
        for at in _share(rng, rows, "updated_lead_row", total).tolist():
            newer = columns["updated_at"][at] + datetime.timedelta(hours=1)
            if newer < self.end:
                add(at, updated_at=newer, phone=f"+49 30 {at:06d}")
            else:  # the record is the newer one; an older version comes with it
                add(at, updated_at=columns["updated_at"][at] - datetime.timedelta(hours=1))
        junk = np.flatnonzero(self.person[:total] == rows)  # first records only: one id each
        for kind in ("lead_broken_created_at", "lead_future_created_at", "lead_without_id"):
            taken = _share(rng, junk, kind, total)
            junk = np.setdiff1d(junk, taken)
            broken = _pick(rng, tables.BROKEN_TIMES, len(taken))
            for at, text in zip(taken.tolist(), broken, strict=True):
                number = int(self.people.number[at])
                changed = {
                    "lead_id": _lead_id(number, 2),
                    "email": f"import{number}@lists.example",
                    "is_deleted": False,
                }
                if kind == "lead_broken_created_at":
                    changed["created_at"] = text
                elif kind == "lead_future_created_at":
                    changed["created_at"] = FUTURE.isoformat(" ")
                else:
                    changed["lead_id"] = None
                add(at, **changed)

    # ------------------------------------------------------------------- changes and companies

    def lead_changes(self) -> pa.Table:
        """Build the history of titles and numbers of employees; call after `leads`."""
        rng, people, companies = self.rng, self.people, self.companies
        rows: list[tuple[str | None, str, str | None, str]] = []

        def change(at: int, attribute: str, old: str, new: str, day: int, draws) -> None:
            if draws[0] < tables.INITIAL_VALUE_SHARE:
                created = int(self.created[at])
                rows.append((self.lead_ids[at], attribute, old, self._text_time(created, 0)))
            when = day * DAY + int(draws[1] * DAY)
            rows.append((self.lead_ids[at], attribute, new, self._text_time(when, draws[2])))

        titled = np.flatnonzero((people.title_day >= 0) & self.shown_titles)
        for at, draws in zip(titled.tolist(), rng.random((len(titled), 3)).tolist(), strict=True):
            change(
                at, "job_title", people.title[at], self.titles[at], int(people.title_day[at]), draws
            )
        growth = np.where(people.company >= 0, companies.growth_day[people.company], -1)
        grown = np.flatnonzero((growth > people.created_day) & self.shown_employees)
        for at, draws in zip(grown.tolist(), rng.random((len(grown), 3)).tolist(), strict=True):
            c = people.company[at]
            change(
                at,
                "employee_count",
                str(int(companies.employees[c])),
                str(int(companies.employees_later[c])),
                int(growth[at]),
                draws,
            )
        total = len(rows)
        for at in _share(rng, np.arange(total), "change_repeated", total).tolist():
            rows.append(rows[at])
        bad = _share(rng, np.arange(total), "change_unknown_lead", total)
        for at, unknown in zip(bad.tolist(), _pick(rng, self.unknown_ids, len(bad)), strict=True):
            rows.append((unknown, *rows[at][1:]))
        bad = _share(rng, np.arange(total), "change_broken_date", total)
        for at, text in zip(bad.tolist(), _pick(rng, tables.BROKEN_TIMES, len(bad)), strict=True):
            rows.append((*rows[at][:3], text))
        columns = list(zip(*rows, strict=True)) or [[], [], [], []]
        return pa.table(
            {k: list(c) for k, c in zip(LEAD_CHANGES.names, columns, strict=True)},
            schema=LEAD_CHANGES,
        )

    def companies_table(self) -> pa.Table:
        """Build the companies as they are today."""
        rng, companies, people = self.rng, self.companies, self.people
        n = len(companies.number)
        bought = np.zeros(n, dtype=bool)
        bought[people.company[(self.world.status == CUSTOMER) & (people.company >= 0)]] = True
        unset = rng.random((n, 3)) < 0.1
        ids: list[str | None] = [f"C{k:07d}" for k in companies.number.tolist()]
        columns = {
            "company_id": ids,
            "domain": companies.domain,
            "company_name": companies.name,
            "industry": [
                None if u else INDUSTRIES[i]
                for i, u in zip(companies.industry, unset[:, 0], strict=True)
            ],
            "employee_count": [
                None if u else int(e)
                for e, u in zip(companies.employees_later, unset[:, 1], strict=True)
            ],
            "annual_revenue": [
                None if u else float(r) for r, u in zip(companies.revenue, unset[:, 2], strict=True)
            ],
            "country": [tables.COUNTRIES[COUNTRIES[c]].spellings[0] for c in companies.country],
            "lifecycle_stage": ["customer" if b else "prospect" for b in bought],
        }
        repeated = _share(rng, np.arange(n), "company_repeated", n).tolist()
        nameless = _share(rng, np.arange(n), "company_without_id", n).tolist()
        order = [*range(n), *repeated, *nameless]
        table = {k: [v[i] for i in order] for k, v in columns.items()}
        for at in range(len(nameless)):
            table["company_id"][n + len(repeated) + at] = None
        return pa.table(table, schema=COMPANIES)

    # ------------------------------------------------------------------------------- activities

    def activities(self, events: Events) -> pa.Table:
        """Build the activities, ordered by load time."""
        rng, calendar = self.rng, self.calendar
        n = len(events.lead)
        edge = rng.random(n) < tables.DIRT["day_edge"].share
        second = rng.integers(-5, 5, n) % DAY
        time = np.where(edge, events.time // DAY * DAY + second, events.time)
        order = np.lexsort((events.kind, events.lead, time))
        events = Events(*(getattr(events, f.name)[order] for f in fields(Events)))
        time = time[order]
        row = self._on_duplicates(events.lead, time, DUPLICATE_ACTIVITY_SHARE)
        lag = np.exp(rng.normal(np.log(LOAD_MEDIAN_SECONDS), LOAD_SPREAD, n))
        loaded = time + 1 + np.minimum(lag, LOAD_MAX_SECONDS).astype(np.int64)
        late = rng.random(n) < tables.DIRT["late_load"].share
        loaded = np.where(late, loaded + rng.integers(DAY, 12 * DAY, n), loaded)
        loaded = np.minimum(loaded, calendar.end - 1)
        asset = np.where(
            events.asset >= 0, events.asset, calendar.default_asset[events.kind, events.topic + 1]
        )
        campaign = self._campaigns(events, time)
        unset = rng.random(n) < tables.DIRT["unset_channel"].share
        channel = np.where(unset, -1, CHANNEL_OF_KIND[events.kind])
        kind = events.kind.astype(np.int16)
        number = np.arange(n, dtype=np.int64) + (self.chunk << _ID_BITS)

        # One draw per row decides whether it is spoiled, and how.
        spoil = rng.random(n)
        bounds = np.cumsum(
            [
                tables.DIRT[name].share
                for name in (
                    "activity_unknown_lead",
                    "activity_without_id",
                    "activity_without_type",
                    "activity_without_lead",
                    "activity_future",
                    "activity_broken_time",
                )
            ]
        )
        how = np.searchsorted(bounds, spoil, side="right")
        unknown = np.flatnonzero(how == 0)
        row = row.astype(np.int32)
        row[unknown] = len(self.lead_ids) + rng.integers(0, len(self.unknown_ids), len(unknown))
        number[how == 1] = -1
        kind[how == 2] = -1
        row[how == 3] = -1
        time = np.where(how == 4, loaded + rng.integers(2 * DAY, 400 * DAY, n), time)
        broken = how == 5
        # Written in another zone: minutes of the offset, 0 for none.
        zone = np.zeros(n, dtype=np.int16)
        zoned = np.flatnonzero((rng.random(n) < tables.DIRT["zone_offset"].share) & ~broken)
        zone[zoned] = np.array(ZONE_OFFSETS)[rng.integers(0, len(ZONE_OFFSETS), len(zoned))]
        broken_text = np.where(broken, rng.integers(0, len(tables.BROKEN_TIMES), n), -1)

        again = self._redeliver(loaded, number)
        every = np.concatenate([np.arange(n), *(rows for rows, _, _ in again)])
        loaded = np.concatenate([loaded, *(times for _, times, _ in again)])
        asset = np.concatenate([asset, *(np.where(c, 0, asset[r]) for r, _, c in again)])
        order = np.argsort(loaded, kind="stable")
        every, loaded, asset = every[order], loaded[order], asset[order]

        # Values must be distinct: with repeats the bytes of the file would vary from run to run.
        def words(codes: np.ndarray, values: list[str]) -> pa.DictionaryArray:
            codes = codes.astype(np.int32)
            return pa.DictionaryArray.from_arrays(
                pa.array(codes, mask=codes < 0), pa.array(values, pa.string())
            )

        agents = [*texts.PROXY_AGENTS, *texts.AGENTS]
        return pa.table(
            {
                "activity_id": _activity_ids(number[every]),
                "lead_id": words(row[every], self.lead_ids + self.unknown_ids),
                "activity_type": words(kind[every], list(KINDS)),
                "occurred_at": self._texts(time[every], zone[every], broken_text[every]),
                "topic": words(events.topic[every], list(tables.TOPICS)),
                "asset": words(asset, calendar.assets),
                "campaign": words(campaign[every], calendar.campaigns),
                "channel": words(channel[every], CHANNELS),
                "loaded_at": pa.array(
                    (loaded + calendar.epoch_seconds).astype("datetime64[s]")
                ).cast(TIMESTAMP),
                "properties": words(events.agent[every] - 1, agents),
            }
        )

    def _on_duplicates(self, person: np.ndarray, time: np.ndarray, share: float) -> np.ndarray:
        """Raw lead row of each event: its person's first record, or later the duplicate."""
        n = len(self.people.number)
        twin = np.full(n, -1)
        twin[self.twins] = n + np.arange(len(self.twins))
        since = np.full(n, np.iinfo(np.int64).max)
        since[self.twins] = self.created[n:]
        moved = (time > since[person]) & (self.rng.random(len(person)) < share)
        return np.where(moved, twin[person], person)

    def _campaigns(self, events: Events, time: np.ndarray) -> np.ndarray:
        """Campaign codes: the mail's, or the quarter's program for webinars, events and ads."""
        campaign = events.campaign.astype(np.int32)
        day = time // DAY
        source = self.people.source[events.lead]
        social = source == SOURCES.index("paid_social")
        programs = (
            (
                "webinar-series",
                np.isin(events.kind, [KIND["webinar_register"], KIND["webinar_attend"]]),
            ),
            ("field-events", np.isin(events.kind, [KIND["booth_visit"], KIND["event_attend"]])),
            ("paid-social", (events.kind == KIND["ad_click"]) & social),
            ("paid-search", (events.kind == KIND["ad_click"]) & ~social),
        )
        for kind, here in programs:
            campaign[here] = self.calendar.program(kind, day[here])
        return campaign

    def _redeliver(
        self, loaded: np.ndarray, number: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray, bool]]:
        """Rows that come again: their indices, load times, and whether a field differs."""
        rng, last = self.rng, self.calendar.end - 1
        n = len(loaded)
        draw = rng.random(n)
        same, later, changed = (
            tables.DIRT[k].share
            for k in ("redelivered_same", "redelivered_later", "redelivered_changed")
        )
        room = (number >= 0) & (loaded < last - 3600)
        first = np.flatnonzero(draw < same)
        second = np.flatnonzero((draw >= same) & (draw < same + later) & room)
        third = np.flatnonzero((draw >= same + later) & (draw < same + later + changed) & room)

        def after(rows: np.ndarray) -> np.ndarray:
            return np.minimum(loaded[rows] + rng.integers(600, 3 * DAY, len(rows)), last)

        return [
            (first, loaded[first], False),
            (second, after(second), False),
            (third, after(third), True),
        ]

    def _texts(self, time: np.ndarray, zone: np.ndarray, broken: np.ndarray) -> pa.Array:
        """Write times as text: plain UTC, with the offset of a zone, or unreadable."""
        absolute = time + self.calendar.epoch_seconds
        plain = pa.array((absolute + zone * 60).astype("datetime64[s]")).cast(pa.string())
        zoned = zone != 0
        if zoned.any():
            minutes = zone[zoned].tolist()
            suffix = [
                f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in minutes
            ]
            local = pc.replace_substring(plain.filter(pa.array(zoned)), " ", "T")
            written = pc.binary_join_element_wise(local, pa.array(suffix), "")
            plain = pc.replace_with_mask(plain, pa.array(zoned), written)
        unreadable = broken >= 0
        if unreadable.any():
            bad = pa.array([tables.BROKEN_TIMES[b] for b in broken[unreadable].tolist()])
            plain = pc.replace_with_mask(plain, pa.array(unreadable), bad)
        return plain

    # --------------------------------------------------------------------------------- outcomes

    def outcomes(self, stages: Stages) -> pa.Table:
        """Build the outcomes, ordered by time."""
        rng = self.rng
        lead = stages.lead.astype(np.int64)
        row = self._on_duplicates(lead, stages.time, DUPLICATE_OUTCOME_SHARE)
        # One person can reach several stages in one day: the order they were reached in counts.
        order = np.argsort(stages.time, kind="stable")
        rows: list[list] = []
        for at in order.tolist():
            amount, reason = float(stages.amount[at]), int(stages.reason[at])
            rows.append(
                [
                    self.lead_ids[row[at]],
                    OUTCOMES[int(stages.outcome[at])],
                    self._moment(stages.time[at]),
                    None if np.isnan(amount) else f"{amount:.2f}",
                    None if reason < 0 else REASONS[reason],
                ]
            )
        total = len(rows)
        paid = np.array([at for at, r in enumerate(rows) if r[3] is not None], dtype=int)
        bad = _share(rng, paid, "outcome_broken_amount", len(paid))
        for at, text in zip(bad.tolist(), _pick(rng, tables.BROKEN_NUMBERS, len(bad)), strict=True):
            rows[at][3] = text
        everyone = np.arange(total)
        for at in _share(rng, everyone, "outcome_repeated", total).tolist():
            rows.append(list(rows[at]))
        taken = _share(rng, everyone, "outcome_unknown_name", total).tolist()
        for at, name in zip(taken, _pick(rng, tables.UNKNOWN_OUTCOMES, len(taken)), strict=True):
            rows.append([rows[at][0], name, *rows[at][2:]])
        taken = _share(rng, everyone, "outcome_unknown_lead", total).tolist()
        for at, unknown in zip(taken, _pick(rng, self.unknown_ids, len(taken)), strict=True):
            rows.append([unknown, *rows[at][1:]])
        for at in _share(rng, everyone, "outcome_future", total).tolist():
            rows.append([*rows[at][:2], FUTURE, *rows[at][3:]])
        columns = list(zip(*rows, strict=True)) or [[] for _ in OUTCOME_ROWS.names]
        return pa.table(
            {k: list(c) for k, c in zip(OUTCOME_ROWS.names, columns, strict=True)},
            schema=OUTCOME_ROWS,
        )

    # ------------------------------------------------------------------------------------ truth

    def truth(self) -> pa.Table:
        """Build the true chances: per person at the as-of date and at some ages."""
        parts = [
            (f"age_{age}", s)
            for age, s in zip(tables.TRUTH_AGES_DAYS, self.world.snapshots, strict=True)
        ]
        parts.append(("as_of", self.world.final_state()))
        return pa.concat_tables([self._truth_at(name, state) for name, state in parts])

    def _truth_at(self, name: str, state: State) -> pa.Table:
        people, n = self.people, len(self.people.number)
        chance = win_chance(self.world, state)
        status = np.maximum(state.status, 0).astype(int)
        chance = np.where(self.deleted, np.nan, chance)
        customer = status == CUSTOMER
        date = np.datetime64(self.calendar.first) + state.day.astype(int)

        def where(mask: np.ndarray) -> pa.Array:
            return pa.array(np.where(mask, chance, np.nan), from_pandas=True)

        table = pa.table(
            {
                "lead_id": self.lead_ids[:n],
                "moment": [name] * n,
                "at_date": pa.array(date, pa.date32()),
                "status": [STATUS_NAMES[s] for s in status.tolist()],
                "true_chance": where(~customer),
                "true_upsell_chance": where(customer),
                "persona": [PERSONAS[p] for p in people.persona.tolist()],
                "fit": people.fit,
                "lead_effect": people.effect,
                "interest": state.interest,
                "intent": state.intent,
                "is_deleted": self.deleted,
            },
            schema=TRUTH,
        )
        return table.filter(pa.array(state.day >= 0))


def _activity_ids(number: np.ndarray) -> pa.Array:
    """Write numbers as 'a' and eight characters of base 32; -1 becomes null."""
    n = len(number)
    letters = np.empty((n, 9), dtype=np.uint8)
    letters[:, 0] = ord("a")
    for place in range(8):
        letters[:, 8 - place] = _BASE32[(number >> (5 * place)) & 31]
    offsets = np.arange(0, 9 * (n + 1), 9, dtype=np.int32)
    ids = pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(letters))
    return pc.if_else(pa.array(number >= 0), ids, None)


def _careless(title: str, manner: int) -> str:
    """Write a title in one of six careless manners."""
    return (
        title.upper(),
        title.lower(),
        f" {title} ",
        title.replace(" ", "  "),
        title.replace(" of ", " - ").replace(", ", " / ").replace(" & ", " + "),
        f"{title} (m/w/d)" if not title.isascii() else f"{title}.",
    )[manner]


def _respell(email: str, manner: int) -> str:
    """Write the same address in another way: case, tag, dots (Gmail only) or blanks."""
    local, domain = email.split("@")
    if manner == 0:
        return email.upper() if len(local) % 2 else f"{local.title()}@{domain}"
    if manner == 1:
        return f"{local}+news@{domain}"
    if manner == 2 and domain == "gmail.com":
        return f"{local.replace('.', '')[:3]}.{local.replace('.', '')[3:]}@{domain}"
    return f"  {email} "
