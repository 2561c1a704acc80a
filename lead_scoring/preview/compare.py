"""Puts the scores before and after an edit side by side."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from lead_scoring.preview import measures
from lead_scoring.preview.measures import Difference
from lead_scoring.preview.seeds import SeedChange
from lead_scoring.warehouse import Warehouse

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
SAMPLE_SIZE = 10
REASONS = 3
TREND_DAYS = 30

Arrays = dict[str, np.ndarray]
Key = tuple[str, str]


@dataclass
class Side:
    """What was read of one side, before or after.

    Attributes:
        leads: Scores of now: a row per lead and scorecard.
        tests: Test rows of the back-test: a row per lead, day and scorecard.
        lines: Where the line lies at the capacity of the sales team: a row per champion.
        earlier: Leads that were at the sales-ready line 30 days before.
        settings: Statistical settings by name.
        as_of_date: The day that is scored.
    """

    leads: Arrays
    tests: Arrays
    lines: Arrays
    earlier: Arrays
    settings: dict[str, float]
    as_of_date: np.datetime64


@dataclass
class Movement:
    """How the leads of one scorecard, or of those that speak for the lead, move.

    Attributes:
        scorecard_id: The scorecard; None for the scores that speak for each lead.
        role_before: Role of the scorecard; None where it is not scored.
        role_after: Role after the edit.
        leads_before: Leads scored.
        leads_after: Leads scored after the edit.
        score_changed: Leads whose score differs.
        band_changed: Leads whose band differs.
        priority_changed: Leads whose priority differs.
        mql_before: Leads at the sales-ready line.
        mql_after: Leads at the line after the edit.
        swap_in: Leads that come to the line.
        swap_out: Leads that leave it.
        quantiles_before: Quantiles of the scores.
        quantiles_after: Quantiles after the edit.
    """

    scorecard_id: str | None
    role_before: str | None
    role_after: str | None
    leads_before: int
    leads_after: int
    score_changed: int
    band_changed: int
    priority_changed: int
    mql_before: int
    mql_after: int
    swap_in: int
    swap_out: int
    quantiles_before: dict[str, float]
    quantiles_after: dict[str, float]


@dataclass
class Move:
    """How many leads go from one band or priority to another; None where a lead is not scored."""

    before: str | None
    after: str | None
    leads: int


@dataclass
class ReasonMove:
    """What an entry of the ledger gave before and gives after, in points."""

    reason: str
    before: float
    after: float


@dataclass
class LeadMove:
    """A lead whose score moves, with the strongest reasons; None where it is not scored."""

    lead_id: str
    name: str
    scorecard_before: str | None
    scorecard_after: str | None
    score_before: float | None
    score_after: float | None
    band_before: str | None
    band_after: str | None
    priority_before: str | None
    priority_after: str | None
    reasons: list[ReasonMove]


@dataclass
class Capacity:
    """Wins above the line on the test days, if sales works as many leads as it can."""

    scorecard_id: str
    leads_per_day: float
    line_before: float | None
    line_after: float | None
    worked_before: int | None
    worked_after: int | None
    wins_before: int | None
    wins_after: int | None


@dataclass
class PairedTest:
    """Before against after on the same test rows.

    Attributes:
        scorecard_id: The scorecard; None for the scores that speak for the leads of a population.
        population: Whom the scorecard scores.
        role: Role of the scorecard, `primary` for the scores that speak for the lead.
        rows: Test rows that both sides score.
        changed_rows: Rows among them whose score differs.
        leads: Leads among them.
        conversions: Rows that converted.
        ranked_by: What AUC and lift rank the rows by: `points`, or `chance` where several
            scorecards speak, whose points have scales of their own.
        measures: auc, top_decile_lift, calibration_error and log_loss.
        verdict: better, worse, no difference seen, or too few conversions; by AUC.
    """

    scorecard_id: str | None
    population: str
    role: str
    rows: int
    changed_rows: int
    leads: int
    conversions: int
    ranked_by: str
    measures: dict[str, Difference]
    verdict: str

    @property
    def name(self) -> str:
        """What is compared, in words."""
        return self.scorecard_id or f"primary scores of {self.population.replace('_', ' ')}"


@dataclass
class Preview:
    """All that an edit would change; `as_dict` is the JSON.

    Attributes:
        before: What the edit is compared with, in words.
        as_of_date: The day that is scored, ISO.
        sentence: The result in a sentence.
        is_worse: Whether the gate stays shut.
        gate: Why it opens or not, in a sentence.
        seeds: Rows of seeds that differ.
        primary: How the scores that speak for the leads move; None when nothing differs.
        scorecards: How each scorecard moves.
        bands: Which bands leads leave and enter.
        priorities: Which priorities leads leave and enter.
        new_mqls_per_day: Leads that came to the line within 30 days and are still there, per day:
            before and after.
        sample: The leads that move most.
        capacity: Wins at the capacity of the sales team, per champion.
        tests: Before against after on the test days.
    """

    before: str
    as_of_date: str | None = None
    sentence: str = "The edit changes nothing."
    is_worse: bool = False
    gate: str = "The gate is open: nothing differs."
    seeds: list[SeedChange] = field(default_factory=list)
    primary: Movement | None = None
    scorecards: list[Movement] = field(default_factory=list)
    bands: list[Move] = field(default_factory=list)
    priorities: list[Move] = field(default_factory=list)
    new_mqls_per_day: tuple[float, float] | None = None
    sample: list[LeadMove] = field(default_factory=list)
    capacity: list[Capacity] = field(default_factory=list)
    tests: list[PairedTest] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as lists, texts and numbers; what is not known is None."""
        content = asdict(self)
        for test, plain in zip(self.tests, content["tests"], strict=True):
            plain["measures"] = {name: value._asdict() for name, value in test.measures.items()}
        return _plain(content)


def read_side(warehouse: Warehouse) -> Side:
    """Read what is compared.

    Args:
        warehouse: The warehouse, live or as a preview has it.

    Raises:
        WarehouseError: The warehouse refused a query.
    """
    place = warehouse.relation
    leads = warehouse.arrays(
        f"""
        select
            lead_id, scorecard_id, scorecard_role, is_primary, as_of_date, first_name, last_name,
            company_name, score, band, priority, is_mql
        from {place("lead_scores")}
        order by lead_id, scorecard_id
        """
    )
    tests = warehouse.arrays(
        f"""
        select
            backtest.lead_id, backtest.as_of_date, backtest.scorecard_id, backtest.scorecard_role,
            scorecards.population, backtest.is_primary, backtest.is_converted, backtest.score,
            chances.chance
        from {place("backtest")} as backtest
        inner join {place("stg_config__scorecards")} as scorecards
            on backtest.scorecard_id = scorecards.scorecard_id
        left join {place("score_chances")} as chances
            on
                backtest.scorecard_id = chances.scorecard_id
                and chances.dimension = 'total'
                and backtest.split = chances.split
                and backtest.lead_age_days = chances.lead_age_days
                and backtest.score = cast(chances.score as decimal(12, 2))
        where backtest.split = 'test'
        order by backtest.lead_id, backtest.as_of_date, backtest.scorecard_id
        """
    )
    lines = warehouse.arrays(
        f"""
        select scorecard_id, leads_per_day, line_score, worked_leads, wins
        from {place("capacity_line")}
        where capacity_share = 1
        order by scorecard_id
        """
    )
    settings = warehouse.arrays(f"select * from {place('stg_config__evaluation_settings')}")
    as_of_date = max(leads["as_of_date"], default=np.datetime64("NaT"))
    earlier: Arrays = {"lead_id": np.empty(0, dtype=object)}
    if not np.isnat(as_of_date):
        earlier = warehouse.arrays(
            f"""
            select subjects.lead_id
            from {place("score_subjects")} as subjects
            inner join {place("score_totals")} as totals
                on
                    subjects.lead_id = totals.lead_id
                    and subjects.as_of_date = totals.as_of_date
                    and subjects.scorecard_id = totals.scorecard_id
            where
                subjects.as_of_date = cast('{as_of_date - TREND_DAYS}' as date)
                and subjects.is_primary
                and totals.is_mql
            """
        )
    return Side(
        leads,
        tests,
        lines,
        earlier,
        {name: float(value[0]) for name, value in settings.items()},
        as_of_date,
    )


def compare(before: Warehouse, after: Warehouse, seeds: list[SeedChange], words: str) -> Preview:
    """Compare two sides.

    Args:
        before: The warehouse with the scores before the edit.
        after: The same with those after it.
        seeds: Rows of seeds that differ.
        words: What the edit is compared with, in words.

    Raises:
        WarehouseError: The warehouse refused a query.
    """
    old, new = read_side(before), read_side(after)
    result = Preview(words, seeds=seeds)
    if not np.isnat(new.as_of_date):
        result.as_of_date = str(new.as_of_date)
    result.primary = _movement(None, _primary(old.leads), _primary(new.leads))
    for scorecard_id in _scorecards(old.leads, new.leads):
        result.scorecards.append(
            _movement(
                scorecard_id,
                _of_scorecard(old.leads, scorecard_id),
                _of_scorecard(new.leads, scorecard_id),
            )
        )
    result.bands = _moves(_primary(old.leads), _primary(new.leads), "band")
    result.priorities = _moves(_primary(old.leads), _primary(new.leads), "priority")
    result.new_mqls_per_day = (_new_mqls_per_day(old), _new_mqls_per_day(new))
    result.sample = _sample(before, after, old.leads, new.leads)
    result.capacity = _capacity(old.lines, new.lines)
    result.tests = _tests(old, new)
    result.is_worse, result.gate = _gate(result.tests, old.tests)
    result.sentence = _sentence(result)
    return result


# Leads of now.


def _primary(rows: Arrays) -> dict[Any, dict[str, Any]]:
    """Rows that speak for the lead, by lead."""
    return _rows(rows, rows["is_primary"], "lead_id")


def _of_scorecard(rows: Arrays, scorecard_id: str) -> dict[Any, dict[str, Any]]:
    """Rows of a scorecard, by lead."""
    return _rows(rows, rows["scorecard_id"] == scorecard_id, "lead_id")


def _rows(rows: Arrays, chosen: np.ndarray, key: str) -> dict[Any, dict[str, Any]]:
    columns = {name: values[chosen.astype(bool)].tolist() for name, values in rows.items()}
    return {
        name: dict(zip(columns, row, strict=True))
        for name, row in zip(columns[key], zip(*columns.values(), strict=True), strict=True)
    }


def _scorecards(*sides: Arrays) -> list[str]:
    return sorted({name for rows in sides for name in rows["scorecard_id"].tolist()})


def _movement(scorecard_id: str | None, old: Mapping, new: Mapping) -> Movement:
    both = [(old[lead], new[lead]) for lead in old if lead in new]
    mql_before = {lead for lead, row in old.items() if row["is_mql"]}
    mql_after = {lead for lead, row in new.items() if row["is_mql"]}
    roles = [
        next(iter(side.values()))["scorecard_role"] if side and scorecard_id else None
        for side in (old, new)
    ]
    return Movement(
        scorecard_id,
        *roles,
        len(old),
        len(new),
        *(
            sum(was[column] != now[column] for was, now in both)
            for column in ("score", "band", "priority")
        ),
        len(mql_before),
        len(mql_after),
        len(mql_after - mql_before),
        len(mql_before - mql_after),
        _quantiles(old),
        _quantiles(new),
    )


def _quantiles(rows: Mapping) -> dict[str, float]:
    scores = np.array([row["score"] for row in rows.values()])
    if not len(scores):
        return {}
    values = np.quantile(scores, list(QUANTILES.values()))
    return dict(zip(QUANTILES, np.round(values, 2).tolist(), strict=True))


def _moves(old: Mapping, new: Mapping, column: str) -> list[Move]:
    counts = Counter(
        tuple(side[lead][column] if lead in side else None for side in (old, new))
        for lead in old.keys() | new.keys()
    )
    return [
        Move(*pair, leads)
        for pair, leads in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
        if pair[0] != pair[1]
    ]


def _new_mqls_per_day(side: Side) -> float:
    earlier = set(side.earlier["lead_id"].tolist())
    leads = side.leads["lead_id"][(side.leads["is_primary"] & side.leads["is_mql"]).astype(bool)]
    return len(set(leads.tolist()) - earlier) / TREND_DAYS


def _sample(before: Warehouse, after: Warehouse, old: Arrays, new: Arrays) -> list[LeadMove]:
    """The leads whose score moves most; of a challenger, when no speaking score moves.

    All scores of a scorecard that comes or goes are new or gone: none of them moved.
    """
    moved = _most_moved(_primary(old), _primary(new))
    for scorecard_id in _scorecards(old, new):
        if moved:
            break
        if not all((side["scorecard_id"] == scorecard_id).any() for side in (old, new)):
            continue
        moved = _most_moved(_of_scorecard(old, scorecard_id), _of_scorecard(new, scorecard_id))
    entries = [
        _entries(side, [row for pair in moved if (row := pair[number])])
        for number, side in enumerate((before, after))
    ]
    sample = []
    for was, now in moved:
        row = now or was
        pair = [
            side.get((row["lead_id"], part["scorecard_id"]), {}) if part else {}
            for side, part in zip(entries, (was, now), strict=True)
        ]
        if was and now and was["scorecard_id"] != now["scorecard_id"]:
            pair = [_by_words(part) for part in pair]
        values = {
            f"{column}_{name}": part and part[source]
            for column, source in (
                ("scorecard", "scorecard_id"),
                ("score", "score"),
                ("band", "band"),
                ("priority", "priority"),
            )
            for name, part in (("before", was), ("after", now))
        }
        sample.append(
            LeadMove(lead_id=row["lead_id"], name=_name(row), reasons=_reasons(*pair), **values)
        )
    return sample


def _most_moved(old: Mapping, new: Mapping) -> list[tuple[dict | None, dict | None]]:
    pairs = [(old.get(lead), new.get(lead)) for lead in old.keys() | new.keys()]
    moved = [
        (was, now)
        for was, now in pairs
        if not was or not now or any(was[name] != now[name] for name in ("score", "band"))
    ]

    def distance(pair) -> float:
        was, now = pair
        return abs(now["score"] - was["score"]) if was and now else -1.0

    moved.sort(key=lambda pair: (-distance(pair), (pair[1] or pair[0])["lead_id"]))
    return moved[:SAMPLE_SIZE]


def _name(row: Mapping[str, Any]) -> str:
    person = " ".join(filter(None, (row["first_name"], row["last_name"])))
    return ", ".join(filter(None, (person, row["company_name"])))


def _entries(side: Warehouse, rows: Iterable[Mapping[str, Any]]) -> dict[Key, dict]:
    """Ledger entries of these leads: reason and points by entry, by lead and scorecard."""
    leads = sorted({row["lead_id"] for row in rows})
    if not leads:
        return {}
    quoted = ", ".join("'" + lead.replace("'", "''") + "'" for lead in leads)
    found = side.arrays(
        f"""
        select lead_id, scorecard_id, entry_id, reason, points
        from {side.relation("lead_score_reasons")}
        where lead_id in ({quoted})
        """
    )
    entries: dict[Key, dict] = {}
    for lead, scorecard, entry, reason, points in zip(
        *(values.tolist() for values in found.values()), strict=True
    ):
        entries.setdefault((lead, scorecard), {})[entry] = (reason or entry, points)
    return entries


def _reasons(old: Mapping, new: Mapping) -> list[ReasonMove]:
    moves = []
    for entry in old.keys() | new.keys():
        was, now = (side[entry][1] if entry in side else 0.0 for side in (old, new))
        if was != now:
            moves.append((entry, ReasonMove((new.get(entry) or old[entry])[0], was, now)))
    moves.sort(key=lambda move: (-abs(move[1].after - move[1].before), move[0]))
    return [move for _, move in moves[:REASONS]]


def _by_words(entries: Mapping) -> dict[str, tuple[str, float]]:
    """Entries by their reason: rules of two scorecards have that in common, if anything."""
    points: Counter = Counter()
    for reason, given in entries.values():
        points[reason] += given
    return {reason: (reason, given) for reason, given in points.items()}


# The back-test.


def _capacity(old: Arrays, new: Arrays) -> list[Capacity]:
    everything = np.ones(1, dtype=bool)
    was, now = (
        _rows(side, np.resize(everything, len(side["scorecard_id"])), "scorecard_id")
        for side in (old, new)
    )
    result = []
    for scorecard_id in sorted(was.keys() | now.keys()):
        pair = was.get(scorecard_id), now.get(scorecard_id)
        values = [
            row and row[column] for column in ("line_score", "worked_leads", "wins") for row in pair
        ]
        result.append(Capacity(scorecard_id, (pair[1] or pair[0])["leads_per_day"], *values))
    return result


def _tests(old: Side, new: Side) -> list[PairedTest]:
    """Compare what speaks for the leads of each population, and each scorecard of both sides."""
    series: list[tuple[str | None, str, str, Callable[[Arrays], np.ndarray]]] = []
    for population in sorted(set(new.tests["population"]), reverse=True):
        series.append(
            (
                *(None, population, "primary"),
                lambda rows, population=population: (
                    rows["is_primary"].astype(bool) & (rows["population"] == population)
                ),
            )
        )
    columns = ("scorecard_id", "population", "scorecard_role")
    names = sorted(set(zip(*(new.tests[column].tolist() for column in columns), strict=True)))
    for scorecard_id, population, role in names:
        series.append(
            (
                *(scorecard_id, population, role),
                lambda rows, scorecard_id=scorecard_id: rows["scorecard_id"] == scorecard_id,
            )
        )
    tests = [_test(old, new, *named, choose) for *named, choose in series]
    return [test for test in tests if test.rows]


def _test(
    old: Side,
    new: Side,
    scorecard_id: str | None,
    population: str,
    role: str,
    choose: Callable[[Arrays], np.ndarray],
) -> PairedTest:
    """Compare the chosen rows of two sides where both have the lead and day."""
    places = []
    for side in (old, new):
        chosen = np.flatnonzero(choose(side.tests))
        keys = zip(
            *(side.tests[column][chosen].tolist() for column in ("lead_id", "as_of_date")),
            strict=True,
        )
        places.append(dict(zip(keys, chosen, strict=True)))
    both = [key for key in places[0] if key in places[1]]
    numbers = [np.array([place[key] for key in both], dtype=int) for place in places]

    def pair(column: str) -> list[np.ndarray]:
        return [
            side.tests[column][rows].astype(float)
            for side, rows in zip((old, new), numbers, strict=True)
        ]

    scores, chances = pair("score"), pair("chance")
    ranked_by, ranking = "points", scores
    is_mixed = any(
        len(set(side.tests["scorecard_id"][rows].tolist())) > 1
        for side, rows in zip((old, new), numbers, strict=True)
    )
    # Points of two scorecards cannot be compared, what they promise can. Where one promises
    # nothing, too few of its leads having converted, points are all there is.
    if is_mixed and not np.isnan(chances).any():
        ranked_by = "chance"
        ranking = [_places(*values) for values in zip(chances, scores, strict=True)]
    leads = old.tests["lead_id"][numbers[0]]
    converted = old.tests["is_converted"][numbers[0]].astype(float)
    settings = new.settings
    found = {
        name: measures.paired_difference(
            measure,
            *values,
            converted,
            leads,
            int(settings["bootstrap_replicates"]),
            settings["interval_tail_share"],
        )
        for name, measure, values in (
            ("auc", measures.auc, ranking),
            ("top_decile_lift", measures.top_decile_lift, ranking),
            (
                "calibration_error",
                measures.calibration_error(int(settings["chance_bins"])),
                chances,
            ),
            ("log_loss", measures.log_loss, chances),
        )
    }
    converted_leads = len(set(leads[converted > 0].tolist()))
    auc = found["auc"]
    if converted_leads < settings["calibration_min_conversions"] or np.isnan(auc.low):
        verdict = "too few conversions"
    elif auc.low > 0:
        verdict = "better"
    elif auc.high < 0:
        verdict = "worse"
    else:
        verdict = "no difference seen"
    return PairedTest(
        scorecard_id,
        population,
        role,
        len(both),
        int((scores[0] != scores[1]).sum()),
        len(set(leads.tolist())),
        int(converted.sum()),
        ranked_by,
        found,
        verdict,
    )


def _places(chances: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Place of each row by chance, ascending; by score where a bin gives several the same."""
    _, place = np.unique(np.column_stack([chances, scores]), axis=0, return_inverse=True)
    return place.astype(float)


def _seen_by_sales(tests: list[PairedTest]) -> list[PairedTest]:
    return [test for test in tests if test.role in ("primary", "champion")]


def _gate(tests: list[PairedTest], old: Arrays) -> tuple[bool, str]:
    """Whether the edit makes scores that sales sees worse, and why the gate opens or not."""
    seen = _seen_by_sales(tests)
    worse = [test.name for test in seen if test.verdict == "worse"]
    if worse:
        return True, (
            "The gate is shut: on the test days leads are ranked worse than before by"
            f" {' and '.join(worse)}."
        )
    if old["is_primary"].any() and not any(test.role == "primary" for test in tests):
        return True, (
            "The gate is shut: no test row that had a score that speaks for the lead has one now."
        )
    if not seen:
        return False, "The gate is open: there are no test days yet to judge by."
    return False, "The gate is open: no score that sales sees ranks leads significantly worse."


def _sentence(result: Preview) -> str:
    """The result in a sentence: what got worse, else the population that the edit touches most."""
    primary = result.primary
    moves = (
        f"{primary.swap_in:,} {'lead enters' if primary.swap_in == 1 else 'leads enter'} the MQL"
        f" list, {primary.swap_out:,} {'leaves' if primary.swap_out == 1 else 'leave'} it."
    )
    test = max(
        _seen_by_sales(result.tests),
        key=lambda test: (
            *(test.verdict == "worse", test.role == "primary"),
            *(test.changed_rows, test.rows),
        ),
        default=None,
    )
    if test is None:
        return f"No test rows to compare; {moves}"
    words = {
        "better": "Better",
        "worse": "Worse",
        "no difference seen": "No difference seen",
        "too few conversions": "Too few conversions to tell",
    }
    whose = f" of {test.scorecard_id}" if test.scorecard_id else ""
    start = f"{words[test.verdict]} in {test.rows:,} test rows{whose}"
    auc = test.measures["auc"]
    if np.isnan(auc.difference):
        return f"{start}; {moves}"
    interval = "" if np.isnan(auc.low) else f" ({auc.low:+.3f} to {auc.high:+.3f})"
    return (
        f"{start}: AUC {auc.before:.3f} -> {auc.after:.3f}, difference"
        f" {auc.difference:+.3f}{interval}; {moves}"
    )


def _plain(value: Any) -> Any:
    """A value as JSON has it: NaN is None, tuples are lists."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return value
