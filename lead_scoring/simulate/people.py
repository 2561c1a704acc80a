"""Companies and people: who they are, what is visible of them, and what only the truth knows."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from lead_scoring.simulate import tables, texts

PERSONAS = tuple(tables.PERSONAS)
INDUSTRIES = tuple(tables.INDUSTRIES)
COUNTRIES = tuple(tables.COUNTRIES)
SOURCES = tuple(tables.SOURCES)

# Multiplied with a company's number and taken modulo the number of names: neighbours get names
# that have nothing in common, and no two companies the same one.
_NAME_STRIDE = 39_989


@dataclass
class Companies:
    """Companies of one chunk; arrays of equal length, one element per company."""

    number: np.ndarray  # unique over all chunks
    industry: np.ndarray  # index into INDUSTRIES
    country: np.ndarray  # index into COUNTRIES
    employees: np.ndarray  # number of employees at the start
    employees_later: np.ndarray  # after growth; equal where nothing changed
    growth_day: np.ndarray  # day of the history on which the number changed, -1: never
    revenue: np.ndarray  # USD a year
    name: list[str]
    domain: list[str]


@dataclass
class People:
    """People of one chunk, ordered by creation; arrays of equal length, one element per person."""

    number: np.ndarray  # unique over all chunks
    created_day: np.ndarray  # day of the history, 0 is the first
    created_second: np.ndarray  # second of that day
    persona: np.ndarray  # index into PERSONAS
    source: np.ndarray  # index into SOURCES
    country: np.ndarray  # index into COUNTRIES
    company: np.ndarray  # index into the chunk's companies, -1 without
    fit: np.ndarray  # log hazard that a score could see
    effect: np.ndarray  # log hazard that no score can see
    session_rate: np.ndarray  # sessions a day at interest 1
    first_topic: np.ndarray  # index into TOPICS
    second_topic: np.ndarray
    subscribed: np.ndarray
    nurtured: np.ndarray
    bad_address: np.ndarray
    scanner: np.ndarray
    proxy: np.ndarray
    title_day: np.ndarray  # day of the history of a new title, -1: never
    first_name: list[str]
    last_name: list[str]
    title: list[str]
    email: list[str]


def choose(rng: np.random.Generator, weights, size: int) -> np.ndarray:
    """Draw indices in proportion to `weights`; returns `size` integers."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(cumulative / cumulative[-1], rng.random(size), side="right").clip(
        max=len(cumulative) - 1
    )


def make_companies(rng: np.random.Generator, first_number: int, count: int) -> Companies:
    """Make `count` companies with numbers from `first_number` on."""
    industry = choose(rng, [share for share, _ in tables.INDUSTRIES.values()], count)
    country = choose(rng, [c.share for c in tables.COUNTRIES.values()], count)
    size = np.exp(rng.normal(np.log(tables.COMPANY_SIZE_MEDIAN), tables.COMPANY_SIZE_SPREAD, count))
    employees = size.clip(1, 50_000).astype(np.int64)
    grows = rng.random(count) < tables.COMPANY_GROWTH_SHARE
    growth = np.exp(rng.normal(0.25, 0.4, count))
    later = np.where(grows, (employees * growth).round().clip(1, 50_000), employees).astype(int)
    day = np.where(later != employees, rng.integers(30, tables.HISTORY_DAYS - 5, count), -1)
    revenue = (employees * np.exp(rng.normal(np.log(160_000), 0.6, count)) / 1000).round() * 1000
    numbers = np.arange(first_number, first_number + count)
    names, domains = [], []
    parts = (texts.COMPANY_FIRST, texts.COMPANY_SECOND, texts.COMPANY_THIRD)
    n_names = len(parts[0]) * len(parts[1]) * len(parts[2])
    forms = rng.random(count)
    for number, c, form in zip(numbers.tolist(), country.tolist(), forms.tolist(), strict=True):
        lap, at = divmod(number, n_names)
        at = at * _NAME_STRIDE % n_names
        first, at = divmod(at, len(parts[1]) * len(parts[2]))
        second, third = divmod(at, len(parts[2]))
        word = parts[0][first] + parts[1][second]
        legal = texts.COMPANY_FORMS[tables.COUNTRIES[COUNTRIES[c]].language]
        suffix = f" {lap + 1}" if lap else ""
        name = f"{word} {parts[2][third]}{suffix} {legal[int(form * len(legal))]}".strip()
        names.append(name)
        domains.append(f"{word}-{parts[2][third]}{lap + 1 if lap else ''}.example".lower())
    return Companies(numbers, industry, country, employees, later, day, revenue, names, domains)


def _creation_days(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw sorted days of creation: slow growth over the history, fewer at weekends."""
    days = np.arange(tables.HISTORY_DAYS)
    weights = 0.8 + 0.4 * days / tables.HISTORY_DAYS
    return np.sort(choose(rng, weights, count))


def _title(persona: str, language: str, native: bool, draw: float) -> str:
    """Pick a title in the language of the country, or in English for those who prefer it."""
    pools = texts.TITLES[persona]
    pool = pools[language if native and language in pools else "en"]
    return pool[int(draw * len(pool))]


def _plain(name: str) -> str:
    """Turn a name into the letters of an address."""
    kept = name.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    kept = unicodedata.normalize("NFKD", kept)  # an accent becomes a character of its own
    return "".join(ch for ch in kept if ch.isascii() and ch.isalnum()) or "info"


def make_people(
    rng: np.random.Generator, first_number: int, count: int, companies: Companies, weekday0: int
) -> People:
    """Make `count` people with numbers from `first_number` on.

    `weekday0` is the weekday (0 is Monday) of the first day of the history.
    """
    days = _creation_days(rng, count)
    quiet = np.array(tables.WEEKDAY_FACTORS)[(weekday0 + days) % 7] < 0.5
    moved = quiet & (rng.random(count) < 0.6)  # fewer are created at weekends
    days = np.sort(np.where(moved, (days + 3).clip(max=tables.HISTORY_DAYS - 1), days))
    persona = choose(rng, [p.share for p in tables.PERSONAS.values()], count)
    progress = days / tables.HISTORY_DAYS
    early = np.array([s.share for s in tables.SOURCES.values()])
    late = np.array([s.late_share for s in tables.SOURCES.values()])
    source = np.where(
        rng.random(count) < progress**2, choose(rng, late, count), choose(rng, early, count)
    )
    has_company = np.array([p.has_company for p in tables.PERSONAS.values()])[persona]
    # A power of a uniform number: a few companies with many people, many with one or two.
    member = (len(companies.number) * rng.random(count) ** 1.7).astype(int)
    company = np.where(has_company & (rng.random(count) < 0.95), member, -1)
    competitor = persona == PERSONAS.index("competitor")
    company[competitor] = -1
    country = np.where(
        company >= 0,
        companies.country[company],
        choose(rng, [c.share for c in tables.COUNTRIES.values()], count),
    )
    size = np.where(company >= 0, companies.employees[company], 5)
    bounds = np.array([low for low, _ in tables.SIZE_EFFECTS])
    size_effect = np.array([e for _, e in tables.SIZE_EFFECTS])[
        np.searchsorted(bounds, size, side="right") - 1
    ]
    industry_effect = np.where(
        company >= 0,
        np.array([e for _, e in tables.INDUSTRIES.values()])[companies.industry[company]],
        0.0,
    )
    fit = (
        np.array([p.fit for p in tables.PERSONAS.values()])[persona]
        + size_effect
        + industry_effect
        + np.array([c.effect for c in tables.COUNTRIES.values()])[country]
        + np.array([s.effect for s in tables.SOURCES.values()])[source]
    )
    activity = np.array([p.activity for p in tables.PERSONAS.values()])[persona]
    topics = np.array([p.topics for p in tables.PERSONAS.values()], dtype=float)
    cumulative = np.cumsum(topics / topics.sum(axis=1, keepdims=True), axis=1)
    first_topic, second_topic = (
        (rng.random(count)[:, None] > cumulative[persona]).sum(axis=1).clip(max=topics.shape[1] - 1)
        for _ in range(2)
    )
    listed = source == SOURCES.index("purchased_list")
    subscribed = rng.random(count) < tables.SUBSCRIBED_SHARE
    large = np.where(company >= 0, companies.employees[company] >= 250, False)
    scanner_share = tables.DIRT["scanner"].share
    # Scanners stand in front of the mailboxes of larger companies.
    scanner = rng.random(count) < np.where(large, 2.2 * scanner_share, 0.6 * scanner_share)
    effect = rng.normal(0, tables.LEAD_EFFECT_SPREAD, count)
    title_day = np.where(
        rng.random(count) < tables.TITLE_CHANGE_SHARE,
        days + 1 + (rng.random(count) * (tables.HISTORY_DAYS - days)).astype(int),
        -1,
    )
    title_day[title_day >= tables.HISTORY_DAYS - 1] = -1
    people = People(
        number=np.arange(first_number, first_number + count),
        created_day=days,
        created_second=np.zeros(count, dtype=np.int64),
        persona=persona,
        source=source,
        country=country,
        company=company,
        fit=fit,
        effect=effect,
        session_rate=activity
        * tables.SESSIONS_PER_INTEREST
        * np.exp(rng.normal(0, tables.ACTIVITY_SPREAD, count) + 0.25 * effect),
        first_topic=first_topic.astype(np.int8),
        second_topic=second_topic.astype(np.int8),
        subscribed=subscribed,
        nurtured=subscribed & ~listed & (rng.random(count) < tables.NURTURE_SHARE),
        bad_address=rng.random(count) < np.where(listed, 0.2, tables.BAD_ADDRESS_SHARE),
        scanner=scanner,
        proxy=~scanner & (rng.random(count) < tables.DIRT["privacy_proxy"].share),
        title_day=title_day,
        first_name=[],
        last_name=[],
        title=[],
        email=[],
    )
    _name(rng, people, companies)
    return people


def _name(rng: np.random.Generator, people: People, companies: Companies) -> None:
    """Fill in names, titles and addresses; no two people share an address."""
    count = len(people.number)
    draws = rng.random((count, 8)).tolist()
    seen: set[str] = set()
    rows = zip(
        people.number.tolist(),
        people.persona.tolist(),
        people.country.tolist(),
        people.company.tolist(),
        draws,
        strict=True,
    )
    for number, persona_at, country_at, company, draw in rows:
        persona = PERSONAS[persona_at]
        language = tables.COUNTRIES[COUNTRIES[country_at]].language
        firsts, lasts = texts.FIRST_NAMES[language], texts.LAST_NAMES[language]
        first = firsts[int(draw[0] * len(firsts))]
        last = lasts[int(draw[1] * len(lasts))]
        people.first_name.append(first)
        people.last_name.append(last)
        people.title.append(_title(persona, language, draw[2] < 0.7, draw[3]))
        local = f"{_plain(first)}.{_plain(last)}"
        free = draw[4] < tables.PERSONAS[persona].free_email
        pool: tuple[str, ...]
        if free and draw[5] < 0.06:
            pool = texts.DISPOSABLE_DOMAINS
        elif persona == "competitor" and not free:
            pool = texts.COMPETITOR_DOMAINS
        elif persona == "student" and not free:
            pool = texts.UNIVERSITY_DOMAINS
        elif free or company < 0:
            pool = texts.FREE_DOMAINS[language]
        else:
            pool = (companies.domain[company],)
        domain = pool[int(draw[6] * len(pool))]
        # Only a company's own domain is free of people of other chunks.
        address = f"{local}@{domain}"
        if company < 0 or domain != companies.domain[company] or address in seen:
            address = f"{local}{number}@{domain}"
        seen.add(address)
        people.email.append(address)
