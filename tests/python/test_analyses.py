"""The analyses answer their questions: they run, add up and agree with plain Python."""

import csv
import datetime
import io
import math
import random
import re
import shutil
from collections import Counter, defaultdict
from decimal import Decimal

import duckdb
import numpy as np
import pytest
import statsmodels.api as sm
import yaml
from conftest import DEMO_AS_OF, PROJECT, SEEDS, Warehouse
from sklearn.metrics import log_loss
from statsmodels.stats.proportion import proportion_confint

FOLDER = PROJECT / "analyses"
FILES = sorted(FOLDER.glob("*.sql"))
NAMES = [path.stem for path in FILES]
DOCUMENTED = {
    entry["name"]: entry
    for entry in yaml.safe_load((FOLDER / "_analyses.yml").read_text(encoding="utf-8"))["analyses"]
}
# Stand in the compiled SQL for what a test asks about.
ASKED = {
    "lead": "the asked lead",
    "scorecard": "the asked scorecard",
    "day": "2001-01-01",
    "from_day": "2002-02-02",
    "to_day": "2003-03-03",
    "signal": "the asked signal",
}
# More vars that the same compilation sets; each concerns one analysis.
SETTINGS = {
    "half_lives": [5, "none"],
    "cost_per_call": 40,
    "value_per_win": 5000,
    "conversion_horizon_days": 21,
}
MAIN_SCORECARD = "b2b_saas_v1"
# Points that are given to a rule for being something, and to one for doing something, with a cap.
EDITED = {("b2b_saas_v1", "title_leader"): 14, ("b2b_saas_v2", "visited_pricing"): 9}

# Compiling every analysis takes a while.
pytestmark = pytest.mark.slow


def compiled(warehouse: Warehouse, **variables) -> dict[str, str]:
    """The SQL of each analysis with certain vars."""
    result = warehouse.dbt("compile", "--select", *NAMES, **variables)
    assert result.success, result.log
    return {entry.node.name: entry.node.compiled_code for entry in result.result.results}


def rows_of(connection, sql: str) -> list[dict]:
    """Rows of a query, by column name."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def asking(sql: str, **values) -> str:
    """The SQL that was compiled for `ASKED`, asking about something else."""
    for name, value in values.items():
        assert ASKED[name] in sql
        sql = sql.replace(ASKED[name], str(value))
    return sql


@pytest.fixture(scope="module")
def usual(demo):
    """The SQL of each analysis without any var."""
    return compiled(demo)


@pytest.fixture(scope="module")
def asked(demo):
    """The SQL of each analysis about what stands in `ASKED`, with `SETTINGS`."""
    return compiled(demo, **ASKED, **SETTINGS)


@pytest.fixture(scope="module")
def connection(demo, usual, asked):
    with duckdb.connect(str(demo.database)) as connected:
        yield connected


# Shape -------------------------------------------------------------------------------------------


def test_every_analysis_begins_with_a_question_and_says_how_to_run_it():
    assert FILES
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        first = text.splitlines()[0]
        assert first.startswith("-- "), f"{path.name}: {first}"
        assert first.endswith("?"), f"{path.name}: {first}"
        header = text[: text.index("\nwith\n")]
        assert f"-- dbt show --select {path.stem} " in header, path.name
        assert "-- Vars: " in header, path.name


def test_every_analysis_is_documented():
    assert sorted(DOCUMENTED) == NAMES
    for path in FILES:
        question = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- ")
        described = " ".join(DOCUMENTED[path.stem]["description"].split())
        assert described.startswith(question), f"{path.name}: {described}"


@pytest.mark.parametrize("name", NAMES)
def test_analysis_gives_rows_with_the_documented_columns(connection, usual, name):
    found = rows_of(connection, usual[name])
    assert found
    columns = DOCUMENTED[name]["columns"]
    assert list(found[0]) == [column["name"] for column in columns]
    assert all(column["description"] for column in columns)


@pytest.mark.parametrize("name", NAMES)
def test_analysis_comes_out_the_same_again(connection, usual, name):
    first, second = (rows_of(connection, usual[name]) for _ in range(2))
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        for column, value in one.items():
            # Sums of floats depend on their order in the last digits.
            is_float = isinstance(value, float)
            assert other[column] == (pytest.approx(value, abs=1e-9) if is_float else value)


def test_dbt_show_prints_the_waterfall_of_a_lead(demo):
    ((lead_id, score),) = demo.query(
        "select lead_id, score from lead_scores where is_primary order by score desc, lead_id "
        "limit 1 offset 3"
    )
    text = (FOLDER / "explain_lead.sql").read_text(encoding="utf-8")
    for what in (("--select", "explain_lead"), ("--inline", text)):
        result = demo.dbt("show", *what, "--limit", "60", lead=lead_id)
        assert result.success, result.log
        table = result.result.results[0].agate_table
        assert table.columns["entry"][0] == "base"
        assert table.columns["entry"][-1] == "score"
        assert table.columns["running_score"][-1] == score
        assert set(table.columns["lead_id"]) == {lead_id}
    shown = demo.dbt("show", "--select", "explain_lead", "--limit", "2", lead=lead_id)
    assert len(shown.result.results[0].agate_table.rows) == 2


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"day": "30.06.2026"}, "The var day is '30.06.2026': write a date such as 2026-03-01."),
        ({"from_day": "2026-02-30"}, "The var from_day is '2026-02-30': write a date such as"),
        ({"half_lives": [7, -1]}, "The var half_lives holds '-1': write days such as"),
        ({"held_out_share": 1.5}, "The var held_out_share is '1.5': write a number between"),
        ({"cost_per_call": "forty"}, "The var cost_per_call is 'forty': write a number such as"),
        ({"by_days": ["week"]}, "The var by_days holds 'week': write whole numbers such as"),
        ({"points": "many"}, "The var points is 'many': write a number such as"),
    ],
)
def test_vars_that_make_no_sense_are_explained(demo, variables, message):
    result = demo.dbt("compile", "--select", *NAMES, **variables)
    assert not result.success
    assert message in f"{result.log}\n{result.exception}"


# Where the points of a lead come from ------------------------------------------------------------


def test_explanation_ends_at_the_score_of_any_day(connection, asked):
    totals = rows_of(
        connection,
        "select lead_id, as_of_date, scorecard_id, score from score_totals order by all",
    )
    limited = rows_of(
        connection,
        "select lead_id, as_of_date, scorecard_id, score from score_totals "
        "where limit_points <> 0 order by all limit 3",
    )
    kinds = set()
    for subject in random.Random(1).sample(totals, 40) + limited:
        lines = rows_of(
            connection,
            asking(
                asked["explain_lead"],
                lead=subject["lead_id"],
                day=subject["as_of_date"],
                scorecard=subject["scorecard_id"],
            ),
        )
        *entries, score = lines
        kinds.update(line["entry"] for line in entries)
        assert entries[0]["entry"] == "base"
        assert score["entry"] == "score"
        assert score["running_score"] == entries[-1]["running_score"] == subject["score"]
        assert sum(line["points"] for line in entries) == subject["score"]
        assert all(line["sentence"] for line in lines)
        assert [line["line"] for line in lines] == list(range(1, len(lines) + 1))
    assert kinds & {"lowest score", "highest score"}


def test_explanation_of_today_reads_like_the_reasons(connection, asked):
    leads = connection.execute(
        "select lead_id, scorecard_id from lead_scores order by hash(lead_id || scorecard_id) "
        "limit 20"
    ).fetchall()
    for lead_id, scorecard_id in leads:
        lines = rows_of(
            connection,
            asking(asked["explain_lead"], lead=lead_id, day=DEMO_AS_OF, scorecard=scorecard_id),
        )
        reasons = connection.execute(
            "select reason, points from lead_score_reasons where lead_id = ? and scorecard_id = ?",
            [lead_id, scorecard_id],
        ).fetchall()
        found = sorted((line["sentence"], line["points"]) for line in lines[:-1])
        assert found == sorted(reasons)


def test_best_lead_is_explained_when_none_is_asked_for(connection, usual):
    lines = rows_of(connection, usual["explain_lead"])
    assert lines[-1]["as_of_date"] == DEMO_AS_OF
    best = connection.execute("select max(score) from lead_scores where is_primary").fetchone()
    assert (lines[-1]["running_score"],) == best


def test_merged_lead_is_explained_by_the_one_that_stayed(connection, asked):
    merged, survivor, scorecard = connection.execute(
        "select identity.lead_id, identity.surviving_lead_id, scorecard_id "
        "from int_leads__identity as identity "
        "inner join lead_scores on identity.surviving_lead_id = lead_scores.lead_id "
        "where identity.lead_id <> identity.surviving_lead_id order by all limit 1"
    ).fetchone()
    sql = asking(asked["explain_lead"], lead=merged, day=DEMO_AS_OF, scorecard=scorecard)
    assert {line["lead_id"] for line in rows_of(connection, sql)} == {survivor}


def test_score_that_does_not_exist_is_said_in_words(connection, asked):
    lead_id = connection.execute("select min(lead_id) from score_subjects").fetchone()[0]
    for name, entry in (("explain_lead", "entry"), ("why_score_changed", "cause")):
        ((unknown,), (unscored,)) = (
            rows_of(connection, asking(asked[name], lead=lead)) for lead in ("nobody", lead_id)
        )
        assert unknown[entry] == unscored[entry] == "not scored"
        assert unknown["sentence"].startswith("There is no such lead")
        assert "the scored days of this lead lie between 20" in unscored["sentence"]


# What happened to a lead --------------------------------------------------------------------------


@pytest.fixture
def with_left_tracks(connection):
    """The demo's tracks began today; everybody leaves them, until the test is over."""
    connection.execute("begin")
    connection.execute("""
        insert into nurture_events
        select * replace ('left' as event_type, 'max_days' as because) from nurture_events
    """)
    yield connection
    connection.execute("rollback")


def test_life_of_a_lead_tells_each_of_its_steps(with_left_tracks, asked):
    """Every row of the tables about the lead is a line, in order."""
    connection = with_left_tracks
    counts = {
        ("mql_events", "ready for sales"): "select count(*) from mql_events",
        ("mql_events", "no longer ready"): "select count(left_date) from mql_events",
        ("sales_sla", "in the queue"): "select count(*) from sales_sla",
        ("sales_sla", "first touch"): "select count(first_touch_at) from sales_sla",
        ("band_transitions", "band or priority"): (
            "select count(case when is_primary then 1 end) from band_transitions"
        ),
        ("nurture_events", "entered nurture"): (
            "select count(case when event_type = 'entered' then 1 end) from nurture_events"
        ),
        ("nurture_events", "left nurture"): (
            "select count(case when event_type = 'left' then 1 end) from nurture_events"
        ),
        ("int_outcomes__accepted", "accepted"): (
            "select count(case when outcome = 'sales_accepted' then 1 end) "
            "from int_outcomes__accepted"
        ),
        ("int_outcomes__accepted", "won"): (
            "select count(case when outcome = 'won' then 1 end) from int_outcomes__accepted"
        ),
        ("sales_queue", "today"): "select count(*) from sales_queue",
    }
    leads = [lead for (lead,) in connection.execute("""
        (select lead_id from mql_events where left_because = 'converted' order by 1 limit 15)
        union
        (select lead_id from nurture_events order by hash(lead_id) limit 15)
        union
        (select lead_id from sales_queue order by queue_position limit 5)
    """).fetchall()]  # fmt: skip
    seen = set()
    for lead in leads:
        lines = rows_of(connection, asking(asked["lead_life"], lead=lead))
        assert {line["lead_id"] for line in lines} == {lead}
        assert all(line["sentence"] for line in lines)
        moments = [line["happened_at"] for line in lines]
        assert moments == sorted(moments)
        assert [line["line"] for line in lines] == list(range(1, len(lines) + 1))
        for (table, step), count in counts.items():
            told = [line for line in lines if (line["told_by"], line["step"]) == (table, step)]
            assert (len(told),) == connection.execute(
                f"{count} where lead_id = ?", [lead]
            ).fetchone(), (lead, table, step)
            if told:
                seen.add((table, step))
    assert seen == set(counts)


def test_life_that_is_told_without_being_asked_for_ends_in_a_sale(connection, usual):
    steps = {line["step"] for line in rows_of(connection, usual["lead_life"])}
    assert {"first activity", "became a lead", "first score", "ready for sales", "won"} <= steps


def test_life_of_nobody_is_said_in_words(connection, asked):
    (line,) = rows_of(connection, asked["lead_life"])
    assert line["sentence"] == "There is no such lead"


# Why a score changed -----------------------------------------------------------------------------


def changes(connection, asked, lead_id, scorecard_id, from_date, to_date) -> list[dict]:
    """Lines of why_score_changed, after a look at whether they add up."""
    lines = rows_of(
        connection,
        asking(
            asked["why_score_changed"],
            lead=lead_id,
            scorecard=scorecard_id,
            from_day=from_date,
            to_day=to_date,
        ),
    )
    first, *between, last = lines
    assert (first["cause"], last["cause"]) == ("score before", "score after")
    assert (
        first["running_score"] + sum(line["change_points"] for line in between)
        == (last["running_score"])
    )
    assert last["change_points"] == last["running_score"] - first["running_score"]
    assert lines[-2]["running_score"] == last["running_score"]
    assert last["sentence"].endswith("add up to the difference exactly")
    assert all(line["change_points"] != 0 for line in between)
    assert all(line["sentence"] for line in lines)
    return lines


def pairs_of_days(connection, count: int) -> list[tuple]:
    """Random lead, scorecard and two of the scored days."""
    days = defaultdict(list)
    for lead_id, scorecard_id, day in connection.execute(
        "select lead_id, scorecard_id, as_of_date from score_totals order by all"
    ).fetchall():
        days[lead_id, scorecard_id].append(day)
    chance = random.Random(2)
    subjects = chance.sample([key for key, value in days.items() if len(value) > 1], count)
    return [(*key, *sorted(chance.sample(days[key], 2))) for key in subjects]


def test_changes_add_up_to_the_difference_of_two_scores(connection, asked):
    causes = set()
    for lead_id, scorecard_id, from_date, to_date in pairs_of_days(connection, 100):
        lines = changes(connection, asked, lead_id, scorecard_id, from_date, to_date)
        causes.update(line["cause"] for line in lines)
        scores = dict(
            connection.execute(
                "select as_of_date, score from score_totals where lead_id = ? and scorecard_id = ?",
                [lead_id, scorecard_id],
            ).fetchall()
        )
        assert lines[0]["running_score"] == scores[from_date]
        assert lines[-1]["running_score"] == scores[to_date]
    assert causes >= {
        "new events", "expired events", "decay", "caps", "attributes", "activity conditions",
        "limits",
    }  # fmt: skip


def test_new_expired_and_older_events_are_told_apart(connection, asked):
    rules = {
        (rule["scorecard_id"], rule["rule_id"]): rule
        for rule in rows_of(connection, "select * from stg_config__rules")
    }
    seen = 0
    for lead_id, scorecard_id, from_date, to_date in pairs_of_days(connection, 40):
        events = defaultdict(list)
        for rule_id, day in connection.execute(
            """
            select kinds.rule_id, activities.occurred_date
            from int_activities__accepted as activities
            inner join score_rule_activity_types as kinds
                on activities.activity_type = kinds.activity_type
                and activities.channel is not distinct from kinds.channel
            inner join stg_config__rules as rules
                on kinds.scorecard_id = rules.scorecard_id and kinds.rule_id = rules.rule_id
            where lead_id = ? and kinds.scorecard_id = ? and not is_bot
                and (rules.topic is null or rules.topic = activities.topic)
            """,
            [lead_id, scorecard_id],
        ).fetchall():
            events[rule_id].append(day)
        expected = {}
        for (rule_scorecard, rule_id), rule in rules.items():
            if (rule_scorecard, rule["measure"], rule["segment_id"]) != (
                scorecard_id, "each", None
            ):  # fmt: skip
                continue

            def worth(day, as_of, rule=rule):
                age = (as_of - day).days
                if age < 0 or (rule["window_days"] is not None and age >= rule["window_days"]):
                    return None
                half_life = rule["half_life_days"]
                return float(rule["points"]) * (0.5 ** (age / half_life) if half_life else 1)

            parts = dict.fromkeys(("new events", "expired events", "decay"), 0.0)
            for day in events[rule_id]:
                before, after = worth(day, from_date), worth(day, to_date)
                if before is None and after is not None:
                    parts["new events"] += after
                elif before is not None and after is None:
                    parts["expired events"] -= before
                elif before is not None:
                    parts["decay"] += after - before
            expected.update({(cause, rule_id): value for cause, value in parts.items()})
        found = {
            (line["cause"], line["entry"]): float(line["change_points"])
            for line in changes(connection, asked, lead_id, scorecard_id, from_date, to_date)
        }
        for key, value in expected.items():
            # Points are rounded to cents, once for each of the two days.
            assert found.get(key, 0) == pytest.approx(value, abs=0.0151), key
            seen += value != 0
    assert seen > 100


def test_lead_that_moved_most_is_explained_when_none_is_asked_for(connection, usual):
    lines = rows_of(connection, usual["why_score_changed"])
    moved = connection.execute(
        "select max(abs(score_change_30d)) from lead_scores where is_primary"
    ).fetchone()[0]
    assert lines[-1]["to_date"] == DEMO_AS_OF
    assert lines[-1]["from_date"] == DEMO_AS_OF - datetime.timedelta(days=30)
    assert abs(lines[-1]["change_points"]) == moved


def copy_of(demo: Warehouse, root, **settings) -> Warehouse:
    """A warehouse of its own that starts from what the demo has built."""
    root.mkdir(parents=True)
    demo.query("checkpoint")
    shutil.copy(demo.database, root / demo.database.name)
    return Warehouse(root, raw=demo.raw, **settings)


def test_published_score_that_data_changed_later_is_a_line(demo, asked, tmp_path):
    later = DEMO_AS_OF - datetime.timedelta(days=3)
    earlier = DEMO_AS_OF - datetime.timedelta(days=20)
    warehouse = copy_of(demo, tmp_path / "late")
    with duckdb.connect(str(warehouse.database)) as connected:
        lead_id = connected.execute(
            "select lead_id from score_totals where scorecard_id = ? and as_of_date = ? "
            "order by score desc limit 1",
            [MAIN_SCORECARD, earlier],
        ).fetchone()[0]
        for day, points in ((earlier, 7), (later, 2), (DEMO_AS_OF, 50)):
            connected.execute(
                "update lead_score_log set score = score - ? "
                "where lead_id = ? and scorecard_id = ? and as_of_date = ?",
                [points, lead_id, MAIN_SCORECARD, day],
            )
        lines = changes(connected, asked, lead_id, MAIN_SCORECARD, earlier, later)
        assert [
            line["change_points"] for line in lines if line["cause"] == "later data"
        ] == [7, -2]  # fmt: skip
        # Today's score is the one that everybody sees now.
        lines = changes(connected, asked, lead_id, MAIN_SCORECARD, earlier, DEMO_AS_OF)
        assert [line["change_points"] for line in lines if line["cause"] == "later data"] == [7]


@pytest.fixture(scope="module")
def edited(demo, tmp_path_factory):
    """The demo after the points of two rules were edited: built again by the edited rules."""
    root = tmp_path_factory.mktemp("edited")
    seeds = shutil.copytree(SEEDS, root / "seeds")
    path = seeds / "scorecards" / "score_rules.csv"
    text = path.read_text(encoding="utf-8")
    for (scorecard_id, rule_id), points in EDITED.items():
        before = ",".join((scorecard_id, rule_id))
        (line,) = [line for line in text.splitlines() if line.startswith(f"{before},")]
        (row,) = csv.reader([line])
        row[9] = str(points)
        new_line = io.StringIO()
        csv.writer(new_line, lineterminator="").writerow(row)
        text = text.replace(line, new_line.getvalue())
    path.write_text(text, encoding="utf-8")
    warehouse = copy_of(demo, root / "warehouse", seeds=seeds)
    warehouse.build("--select", "resource_type:seed", "staging.config", "scoring")
    return warehouse


def test_edited_rules_are_a_line_of_their_own(demo, asked, edited):
    published = {
        row[:3]: row[3]
        for row in demo.query("select lead_id, scorecard_id, as_of_date, score from lead_score_log")
    }
    with duckdb.connect(str(edited.database)) as connected:
        rebuilt = {
            row[:3]: row[3]
            for row in connected.execute(
                "select lead_id, scorecard_id, as_of_date, score from score_totals"
            ).fetchall()
        }
        edits = 0
        for lead_id, scorecard_id, from_date, to_date in pairs_of_days(connected, 100):
            lines = changes(connected, asked, lead_id, scorecard_id, from_date, to_date)
            before, after = (
                (lead_id, scorecard_id, from_date), (lead_id, scorecard_id, to_date)
            )  # fmt: skip
            assert lines[0]["running_score"] == published.get(before, rebuilt[before])
            if to_date == DEMO_AS_OF:
                assert lines[-1]["running_score"] == rebuilt[after]
            else:
                assert lines[-1]["running_score"] == published.get(after, rebuilt[after])
            expected = [rebuilt[before] - published.get(before, rebuilt[before])]
            if to_date != DEMO_AS_OF:
                expected.append(published.get(after, rebuilt[after]) - rebuilt[after])
            found = [line["change_points"] for line in lines if line["cause"] == "rules edited"]
            assert found == [points for points in expected if points]
            edits += bool(found)
        assert edits > 5


@pytest.mark.parametrize(("scorecard_id", "rule_id"), EDITED)
def test_what_if_foretells_what_a_build_makes_of_edited_points(demo, edited, scorecard_id, rule_id):
    scores = (
        "select lead_id, score, band, is_mql from score_totals "
        f"where as_of_date = '{DEMO_AS_OF}' and scorecard_id = '{scorecard_id}'"
    )
    now, then = (
        {row[0]: row[1:] for row in warehouse.query(scores)} for warehouse in (demo, edited)
    )
    assert set(now) == set(then)
    expected = defaultdict(lambda: np.zeros(4))
    for lead_id, (score, band, is_mql) in now.items():
        new_score, new_band, is_mql_then = then[lead_id]
        expected[band, new_band] += (
            1, new_score != score, is_mql_then and not is_mql, is_mql and not is_mql_then
        )  # fmt: skip
    sql = compiled(
        demo, scorecard=scorecard_id, rule=rule_id, points=EDITED[scorecard_id, rule_id]
    )["what_if"]
    with duckdb.connect(str(demo.database)) as connected:
        lines = rows_of(connected, sql)
    found = {
        (line["band"], line["band_then"]): [
            line["leads"], line["leads_with_new_score"], line["mql_gained"], line["mql_lost"]
        ]
        for line in lines
    }  # fmt: skip
    assert found == {key: list(value) for key, value in expected.items()}
    assert sum(line["leads_with_new_score"] for line in lines) > 0


def test_what_if_tries_by_itself_only_what_evidence_asks_to_change(connection, asked):
    """The first of rule_review, but no leak and nothing that cannot be judged."""
    tried = {}
    for row in rows_of(connection, "select distinct scorecard_id from rule_performance"):
        name = row["scorecard_id"]
        review = rows_of(connection, asking(asked["rule_review"], scorecard=name))
        wanted = [
            line["rule_id"]
            for line in review
            if line["verdict"] in ("wrong sign", "raise", "lower")
        ]
        lines = rows_of(connection, asking(asked["what_if"], scorecard=name))
        assert {line["scorecard_id"] for line in lines} == {name}
        tried[name] = {line["rule_id"] for line in lines}
        assert tried[name] == set(wanted[:1] or [None])
        if not wanted:
            (line,) = lines
            assert line["sentence"].startswith("No rule to change")
            assert line["leads"] is None
        elif review[0]["rule_id"] not in tried[name]:
            assert review[0]["verdict"] == "suspiciously strong"
    assert {None} in tried.values()
    assert len(tried) > 3


def test_rule_that_is_not_there_is_not_tried(demo):
    sql = compiled(demo, rule="no such rule")["what_if"]
    with duckdb.connect(str(demo.database)) as connected:
        (line,) = rows_of(connected, sql)
    assert (line["sentence"], line["rule_id"]) == ("No such rule in the scorecard", None)


# Bands, thresholds, speed ------------------------------------------------------------------------


def backtest_of(connection, scorecard_id=MAIN_SCORECARD) -> list[dict]:
    return rows_of(
        connection, f"select * from backtest where scorecard_id = '{scorecard_id}' order by all"
    )


def test_bands_are_read_from_best_to_worst(connection, usual):
    lines = rows_of(connection, usual["bands_against_conversion"])
    by_band = {(line["scorecard_id"], line["band"]): line for line in lines}
    assert len(by_band) == len(lines) == 12
    counted = [line["band"] for line in lines if line["scorecard_id"] == MAIN_SCORECARD]
    assert counted == ["hot", "warm", "cold"]
    rows = backtest_of(connection)
    for band in counted:
        converted = [row["is_converted"] for row in rows if row["band"] == band]
        line = by_band[MAIN_SCORECARD, band]
        assert (line["scored_rows"], line["conversions"]) == (len(converted), sum(converted))
        assert line["conversion_rate"] == pytest.approx(sum(converted) / len(converted))
        for split in ("train", "test"):
            part = [r["is_converted"] for r in rows if (r["band"], r["split"]) == (band, split)]
            assert line[f"{split}_conversion_rate"] == pytest.approx(sum(part) / len(part))
    hot, warm = (by_band[MAIN_SCORECARD, band] for band in ("hot", "warm"))
    is_clear = hot["conversion_rate_low"] > warm["conversion_rate_high"]
    assert hot["sentence"].startswith("Converts clearly better") is is_clear
    assert by_band[MAIN_SCORECARD, "cold"]["sentence"] == "Nothing below to compare with"


def test_grid_counts_what_converted_in_each_cell(connection, usual):
    lines = rows_of(connection, usual["fit_against_engagement"])
    rows = backtest_of(connection)
    base = sum(row["is_converted"] for row in rows) / len(rows)
    assert [(line["fit_band"], line["engagement_band"]) for line in lines] == [
        (fit, engagement) for fit in "ABCD" for engagement in "1234"
    ]
    assert sum(line["scored_rows"] for line in lines) == len(rows)
    for line in lines:
        cell = [
            row for row in rows
            if (row["fit_band"], row["engagement_band"])
            == (line["fit_band"], line["engagement_band"])
        ]  # fmt: skip
        wins = sum(row["is_converted"] for row in cell)
        assert (line["scored_rows"], line["conversions"]) == (len(cell), wins)
        assert {row["priority"] for row in cell} <= {line["priority"]}
        if cell:
            assert line["conversion_rate"] == pytest.approx(wins / len(cell))
            assert line["lift"] == pytest.approx(wins / len(cell) / base)
            of_leads = Counter(row["lead_id"] for row in cell if row["is_converted"]).values()
            # Rows of one lead are one piece of evidence.
            repeats = (
                sum(count**2 for count in of_leads) / wins if wins
                else len(cell) / len({row["lead_id"] for row in cell})
            )  # fmt: skip
            low, high = proportion_confint(wins / repeats, len(cell) / repeats, method="wilson")
            assert line["conversion_rate_low"] == pytest.approx(low, abs=1e-9)
            assert line["conversion_rate_high"] == pytest.approx(high, abs=1e-9)


def first_calls(rows: list[dict], line: Decimal) -> list[dict]:
    """The day on which each lead is called: its first one on or above the line."""
    called = {}
    for row in sorted(rows, key=lambda row: row["as_of_date"]):
        if row["score"] >= line:
            called.setdefault(row["lead_id"], row)
    return list(called.values())


def with_cost(sql: str, cost: float) -> str:
    """The SQL of an analysis that was compiled without the var cost_per_call, with it."""
    told, times = re.subn(
        r"cast\(null as (\w+)\)(\s+as cost_per_call)", rf"cast({cost} as \1)\2", sql
    )
    assert times == 1
    return told


def test_thresholds_agree_with_a_plain_count_of_leads(connection, asked, usual):
    rows = backtest_of(connection)
    train = [row for row in rows if row["split"] == "train"]
    test = [row for row in rows if row["split"] == "test"]
    cost, value = SETTINGS["cost_per_call"], SETTINGS["value_per_win"]
    leads = len({row["lead_id"] for row in train})
    converted = len({row["lead_id"] for row in train if row["is_converted"]})
    test_converted = len({row["lead_id"] for row in test if row["is_converted"]})
    lines = rows_of(connection, asking(asked["best_thresholds"], scorecard=MAIN_SCORECARD))
    assert len(lines) == len({line["line"] for line in lines})
    assert {line["line"] for line in lines} == {
        *(Decimal(math.floor(row["score"])) for row in train), Decimal(50)
    }  # fmt: skip
    for line in lines:
        called = first_calls(train, line["line"])
        calls, wins = len(called), sum(row["is_converted"] for row in called)
        assert (line["leads_above"], line["wins"]) == (calls, wins)
        assert line["precision_share"] == pytest.approx(wins / calls)
        assert line["recall_share"] == pytest.approx(wins / converted)
        assert line["f1"] == pytest.approx(2 * wins / (calls + converted))
        assert line["lift"] == pytest.approx(wins / calls / (converted / leads))
        false_alarms = (calls - wins) / (leads - converted)
        assert line["youden_j"] == pytest.approx(wins / converted - false_alarms)
        assert line["net_value"] == pytest.approx(wins * value - calls * cost)
        if wins:
            assert line["calls_per_win"] == pytest.approx(calls / wins)
        called = first_calls(test, line["line"])
        if called:
            wins = sum(row["is_converted"] for row in called)
            assert line["test_precision_share"] == pytest.approx(wins / len(called))
            assert line["test_recall_share"] == pytest.approx(wins / test_converted)
    for flag, column in (
        ("is_best_f1", "f1"), ("is_best_youden", "youden_j"), ("is_best_value", "net_value")
    ):  # fmt: skip
        (best,) = [line for line in lines if line[flag]]
        assert best[column] == max(line[column] for line in lines)
    assert [line["line"] for line in lines if line["is_mql_score"]] == [50]
    assert all(line["mark"] for line in lines[:2])
    assert not lines[-1]["mark"]
    # A purchase is paid once, however many days of the lead it follows.
    bought = {
        (row["lead_id"], row["converted_date"]): row["conversion_amount"]
        for row in train
        if row["conversion_amount"] is not None
    }
    average = float(sum(bought.values())) / len(bought)
    for line in rows_of(connection, with_cost(usual["best_thresholds"], cost)):
        value = line["wins"] * average - line["leads_above"] * cost
        assert line["net_value"] == pytest.approx(value)
    free = rows_of(connection, usual["best_thresholds"])
    assert not any(line["is_best_value"] for line in free)
    assert all(line["net_value"] is None for line in free)


def test_days_to_conversion_agree_with_a_plain_count(connection, usual):
    lines = rows_of(connection, usual["time_to_convert"])
    rows = backtest_of(connection)
    assert [line["band"] for line in lines] == ["hot", "warm", "cold", "all bands"]
    for line in lines:
        band = [row for row in rows if line["band"] in (row["band"], "all bands")]
        days = sorted(
            (row["converted_date"] - row["as_of_date"]).days for row in band if row["is_converted"]
        )
        assert (line["scored_rows"], line["conversions"]) == (len(band), len(days))
        for name, share in (
            ("quarter_days", 0.25), ("median_days", 0.5), ("three_quarters_days", 0.75),
            ("nine_tenths_days", 0.9),
        ):  # fmt: skip
            if days:
                inverted = np.percentile(days, 100 * share, method="inverted_cdf")
                assert line[name] == inverted, (line["band"], name)
        for day in (7, 14, 30, 60, 90):
            converted = sum(number <= day for number in days)
            assert line[f"by_day_{day}_share"] == pytest.approx(converted / len(band))
        assert line["conversion_rate"] == line["by_day_90_share"]


def test_days_beyond_the_horizon_are_left_out(connection, asked):
    lines = rows_of(connection, asking(asked["time_to_convert"], scorecard=MAIN_SCORECARD))
    shown = [name for name in lines[0] if name.startswith("by_day_")]
    assert shown == ["by_day_7_share", "by_day_14_share"]


def test_rules_to_change_come_first(connection, usual):
    lines = rows_of(connection, usual["rule_review"])
    (rules,) = connection.execute(
        f"select count(*) from rule_performance where scorecard_id = '{MAIN_SCORECARD}'"
    ).fetchone()
    assert len(lines) == rules
    order = ["suspiciously strong", "wrong sign", "raise", "keep", "too little evidence"]
    urgency = [
        order.index(
            {"lower": "raise", "never fires": order[-1]}.get(line["verdict"], line["verdict"])
        )
        for line in lines
    ]
    assert urgency == sorted(urgency)
    for group in set(urgency):
        moved = [
            line["moved_points"] or 0
            for line, own in zip(lines, urgency, strict=True)
            if own == group
        ]
        assert moved == sorted(moved, reverse=True)
    assert all(line["sentence"] for line in lines)


# Half-lives --------------------------------------------------------------------------------------


def decayed_counts(connection, rule: dict, rows: list[dict], half_life) -> np.ndarray:
    """Decayed number of the events that a rule counts, one for each row, worked out in Python."""
    days = defaultdict(list)
    for lead_id, day in connection.execute(
        """
        select activities.lead_id, activities.occurred_date
        from int_activities__accepted as activities
        inner join score_rule_activity_types as kinds
            on activities.activity_type = kinds.activity_type
            and activities.channel is not distinct from kinds.channel
        where kinds.scorecard_id = ? and kinds.rule_id = ? and not is_bot
            and (?::varchar is null or activities.topic = ?)
        """,
        [rule["scorecard_id"], rule["rule_id"], rule["topic"], rule["topic"]],
    ).fetchall():
        days[lead_id].append(day)
    window = rule["window_days"] or math.inf
    counts = []
    for row in rows:
        ages = [(row["as_of_date"] - day).days for day in days[row["lead_id"]]]
        counts.append(
            sum(0.5 ** (age / half_life) if half_life else 1.0 for age in ages if 0 <= age < window)
        )
    return np.array(counts)


def test_half_lives_agree_with_statsmodels_and_scikit_learn(connection, usual):
    lines = rows_of(connection, usual["half_life_lab"])
    rules = {
        rule["rule_id"]: rule
        for rule in rows_of(
            connection,
            "select * from stg_config__rules "
            f"where scorecard_id = '{MAIN_SCORECARD}' and measure = 'each'",
        )
    }
    assert {line["rule_id"] for line in lines} == set(rules)
    starts_on, ends_on = connection.execute(
        "select starts_on, ends_on from backtest_splits where split = 'train'"
    ).fetchone()
    held_out = math.ceil(((ends_on - starts_on).days + 1) * 0.3)
    held_out_from = ends_on - datetime.timedelta(days=held_out - 1)
    train = [row for row in backtest_of(connection) if row["split"] == "train"]
    fit = [
        row for row in train if row["as_of_date"] + datetime.timedelta(days=90) < held_out_from
    ]  # fmt: skip
    judge = [row for row in train if row["as_of_date"] >= held_out_from]
    fit_labels = np.array([row["is_converted"] for row in fit], dtype=float)
    judge_labels = np.array([row["is_converted"] for row in judge], dtype=float)
    leads = np.array([row["lead_id"] for row in judge])

    def losses(rule, half_life):
        """Fitted curve, and the log loss of each held-out row."""
        counts = decayed_counts(connection, rule, fit, half_life)
        curve = sm.Logit(fit_labels, sm.add_constant(counts)).fit(
            method="newton", maxiter=100, tol=1e-12, disp=False
        )
        chances = curve.predict(
            sm.add_constant(decayed_counts(connection, rule, judge, half_life), has_constant="add")
        )
        each = -np.log(np.where(judge_labels == 1, chances, 1 - chances))
        return curve, chances, each

    fitted = [line for line in lines if line["held_out_log_loss"] is not None]
    frequent = sorted(
        {line["rule_id"]: line["fitted_rows_with_event"] for line in fitted}.items(),
        key=lambda item: -item[1],
    )[:6]
    assert len(frequent) == 6
    for rule_id, _ in frequent:
        rule = rules[rule_id]
        _, _, present = losses(rule, rule["half_life_days"])
        own = [line for line in fitted if line["rule_id"] == rule_id]
        assert sum(line["is_present"] for line in own) == 1
        (best,) = [line for line in own if line["is_best"]]
        assert best["held_out_log_loss"] == min(line["held_out_log_loss"] for line in own)
        for line in own:
            if line["half_life_days"] not in (3, 30, None) and not line["is_present"]:
                continue
            curve, chances, each = losses(rule, line["half_life_days"])
            assert (line["fitted_rows"], line["held_out_rows"]) == (len(fit), len(judge))
            assert line["fitted_conversions"] == fit_labels.sum()
            assert line["intercept"] == pytest.approx(curve.params[0], abs=1e-6)
            assert line["slope"] == pytest.approx(curve.params[1], abs=1e-6)
            assert line["held_out_log_loss"] == pytest.approx(
                log_loss(judge_labels, chances), abs=1e-6
            )
            gains = present - each
            assert line["gain_per_1000_rows"] == pytest.approx(1000 * gains.mean(), abs=1e-3)
            by_lead = defaultdict(float)
            for lead_id, gain in zip(leads, gains - gains.mean(), strict=True):
                by_lead[lead_id] += gain
            error = math.sqrt(sum(value**2 for value in by_lead.values())) / len(judge)
            assert line["gain_error_per_1000_rows"] == pytest.approx(1000 * error, abs=1e-3)


def test_signal_that_no_rule_names_can_be_tried(connection, asked):
    for signal, rule_id in (("email_delivered", "no rule"), ("email_click", "clicked_email")):
        lines = rows_of(
            connection, asking(asked["half_life_lab"], signal=signal, scorecard=MAIN_SCORECARD)
        )
        assert {line["rule_id"] for line in lines} == {rule_id}
        assert {line["signal"] for line in lines} == {signal}
        assert {line["half_life_days"] for line in lines} >= {5, None}
