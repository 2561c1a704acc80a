"""The yardsticks and peers of the speed benchmark do the work that they are compared for."""

import csv
import datetime
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import DEMO_AS_OF, PROJECT, SEEDS

from benchmarks import processes
from benchmarks.scale import peers, yardsticks

CHAMPION = yardsticks.champion()
OF_THE_SCORE = (
    "lead_id, score, fit_points, engagement_points, fit_band, engagement_band, band, priority"
)


def rows(sql: str) -> list[tuple]:
    """Rows of a query on files."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def direct_scores(folder, raw, seeds=SEEDS, as_of=DEMO_AS_OF) -> list[tuple]:
    """What the direct program says of each lead, by lead."""
    out = folder / "direct.parquet"
    yardsticks.run("direct", raw, as_of, out, CHAMPION, seeds=seeds)
    return rows(f"select {OF_THE_SCORE} from '{out}' order by lead_id")


def project_scores(demo) -> list[tuple]:
    """What the project says of each lead that the champion scores, by lead."""
    return demo.query(
        f"select {OF_THE_SCORE} from lead_scores where scorecard_id = '{CHAMPION}' order by lead_id"
    )


def edit(seeds, name: str, changes: dict, **key) -> None:
    """Change cells of the rows of a seed that have the values of the key."""
    file = seeds / "scorecards" / f"{name}.csv"
    with file.open(newline="", encoding="utf-8") as source:
        lines = list(csv.DictReader(source))
    found = [line for line in lines if key.items() <= line.items()]
    assert found
    for line in found:
        line.update(changes)
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, lines[0])
        writer.writeheader()
        writer.writerows(lines)


def test_the_direct_program_scores_every_lead_as_the_project_does(demo, demo_raw, tmp_path):
    scores = direct_scores(tmp_path, demo_raw)
    assert len(scores) > 200
    assert scores == project_scores(demo)


@pytest.mark.parametrize("as_of", [datetime.date(2025, 12, 31), datetime.date(2026, 5, 31)])
def test_the_direct_program_scores_past_days_as_the_project_does(demo, demo_raw, tmp_path, as_of):
    expected = demo.query(f"""
        select {OF_THE_SCORE} from score_totals
        where scorecard_id = '{CHAMPION}' and as_of_date = '{as_of}'
        order by lead_id
    """)
    assert len(expected) > 100
    assert direct_scores(tmp_path, demo_raw, as_of=as_of) == expected


def test_a_weight_that_only_one_of_the_two_has_is_noticed(demo, demo_raw, edited_seeds, tmp_path):
    edit(edited_seeds, "score_rules", {"points": "6"}, scorecard_id=CHAMPION, rule_id="email_free")
    differing = {
        ours[0]
        for ours, theirs in zip(
            direct_scores(tmp_path, demo_raw, edited_seeds), project_scores(demo), strict=True
        )
        if ours != theirs
    }
    having_the_rule = demo.query(f"""
        select lead_id from lead_score_reasons
        where scorecard_id = '{CHAMPION}' and rule_id = 'email_free'
    """)
    assert differing
    assert differing <= {lead_id for (lead_id,) in having_the_rule}


@pytest.mark.parametrize(
    ("name", "changes", "key"),
    [
        ("score_dimensions", {"max_points": "12"}, {"dimension": "engagement"}),
        ("score_bands", {"min_points": "30"}, {"dimension": "total", "band": "warm"}),
        ("priority_grid", {"priority": "p9"}, {"fit_band": "B", "engagement_band": "3"}),
        ("scorecards", {"base_points": "11"}, {}),
        ("segments", {"value": "Retail"}, {"segment_id": "regulated_industries"}),
        ("activity_types", {"channel": "email"}, {"activity_type": "blog_view"}),
    ],
)
def test_limits_bands_grid_segments_and_channels_come_from_the_seeds(
    demo, demo_raw, edited_seeds, tmp_path, name, changes, key
):
    of_scorecard = {} if name in ("segments", "activity_types") else {"scorecard_id": CHAMPION}
    edit(edited_seeds, name, changes, **key, **of_scorecard)
    assert direct_scores(tmp_path, demo_raw, edited_seeds) != project_scores(demo)


def test_dirt_that_changes_nothing_for_the_project_changes_no_direct_score(
    demo, demo_raw, tmp_path
):
    dirty = tmp_path / "dirty"
    dirty.mkdir()
    written = {
        "leads": """
            select * replace (
                ' ' || lead_id as lead_id,
                case
                    when email like '%@gmail.com' and hash(lead_id) % 2 = 0
                        then '.' || email
                    else email || chr(9)
                end as email
            )
            from leads
            union all
            select * replace ('?' as created_at) from leads
        """,
        "activities": """
            select * replace (
                activity_id || ' ' as activity_id,
                chr(10) || lead_id as lead_id,
                upper(activity_type) || ' ' as activity_type,
                ' ' || topic as topic,
                upper(channel) as channel,
                replace(occurred_at, ' ', 'T') as occurred_at
            )
            from activities
            union all
            select * replace (loaded_at + interval 1 second as loaded_at) from activities
            union all
            select * replace (null as activity_id) from activities
            union all
            select * replace ('unknown lead' as lead_id, activity_id || '!' as activity_id)
            from activities
        """,
        "outcomes": "select * replace (' ' || upper(outcome) as outcome) from outcomes",
        "lead_changes": "select * replace (upper(attribute) as attribute) from lead_changes",
        "companies": "select * replace (company_id || ' ' as company_id) from companies",
    }
    with duckdb.connect() as connection:
        for table, sql in written.items():
            connection.execute(f"create view {table} as from '{demo_raw}/{table}.parquet'")
            connection.execute(f"copy ({sql}) to '{dirty}/{table}.parquet'")
    assert direct_scores(tmp_path, dirty) == project_scores(demo)


def test_the_floor_counts_every_activity(demo_raw, tmp_path):
    out = tmp_path / "floor.parquet"
    leads = yardsticks.run("floor", demo_raw, DEMO_AS_OF, out, CHAMPION)
    activities = f"'{demo_raw}/activities.parquet'"
    counted = rows(f"from '{out}' order by all")
    assert counted == rows(f"select lead_id, count(*) from {activities} group by all order by all")
    assert len(counted) == leads


def run_module(module: str, *arguments) -> subprocess.CompletedProcess:
    """Run a module of the benchmark as its driver does."""
    return subprocess.run(
        [sys.executable, "-m", f"benchmarks.scale.{module}", *map(str, arguments)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )


def test_a_yardstick_that_cannot_be_run_says_what_is_wrong(demo_raw, tmp_path):
    out = tmp_path / "out.parquet"
    wanted = ("--as-of", DEMO_AS_OF, "--out", out, "--scorecard", "pql_v1")
    nothing = run_module("yardsticks", "direct", "--raw", tmp_path, *wanted)
    assert nothing.returncode == 1
    assert "there is no activities*.parquet" in nothing.stderr
    segment = run_module("yardsticks", "direct", "--raw", demo_raw, *wanted)
    assert segment.returncode == 1
    assert "has no segment" in segment.stderr
    assert not out.exists()


def test_yardsticks_take_a_limit_of_memory(demo_raw, tmp_path):
    out = tmp_path / "out.parquet"
    wanted = ("--as-of", DEMO_AS_OF, "--out", out, "--raw", demo_raw, "--scorecard", CHAMPION)
    done = run_module("yardsticks", "direct", *wanted, "--memory-limit", "500MB", "--threads", 1)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == [out]
    too_little = run_module("yardsticks", "direct", *wanted, "--memory-limit", "1MB")
    assert too_little.returncode == 1
    assert "memory" in too_little.stderr.lower()


@pytest.fixture(scope="module")
def demo_file(demo, tmp_path_factory) -> Path:
    """The demo's database in a file that dbt does not hold open in this process."""
    demo.query("checkpoint")
    return Path(shutil.copy(demo.database, tmp_path_factory.mktemp("bench")))


def peer_scores(database, folder, name: str) -> dict[str, float]:
    """Score by lead of a peer."""
    out = folder / f"{name}.parquet"
    result = peers.run(name, database, out, CHAMPION, threads=1)
    scores = dict(rows(f"select lead_id, score from '{out}'"))
    assert result["name"] == name
    assert result["leads"] == len(scores)
    assert set(result["seconds"]) == {"read", "features", "train", "score"}
    assert result["seconds"]["score"] > 0
    return scores


def test_the_rules_in_pandas_give_the_scores_of_the_project(demo, demo_file, tmp_path):
    expected = demo.query(
        f"select lead_id, cast(score as double) from lead_scores where scorecard_id = '{CHAMPION}'"
    )
    assert peer_scores(demo_file, tmp_path, "pandas_rules") == dict(expected)


def test_naive_bayes_is_the_same_in_sql_and_in_pandas(demo_file, tmp_path):
    in_sql = peer_scores(demo_file, tmp_path, "naive_bayes_sql")
    assert peer_scores(demo_file, tmp_path, "naive_bayes_pandas") == pytest.approx(in_sql, abs=1e-9)
    assert len(set(in_sql.values())) > 100


def test_naive_bayes_multiplies_what_won_and_lost_leads_had(tmp_path):
    database = tmp_path / "small.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("""
            create table lead_scores as
            select lead_id, 'rivals' as scorecard_id, date '2026-06-30' as as_of_date
            from (values ('red'), ('blue'), ('green')) as leads (lead_id);
            create table int_outcomes__by_lead as
            select
                lead_id,
                case when is_won then date '2026-03-01' end as first_converted_date,
                case when not is_won then date '2026-03-01' end as last_lost_date
            from (
                values ('a', true), ('b', true), ('c', false), ('d', false), ('e', false)
            ) as outcomes (lead_id, is_won);
            create table int_leads__identity as
            select lead_id, lead_id = 'e' as is_deleted from int_outcomes__by_lead;
            create table int_leads__attribute_history as
            select
                lead_id,
                attribute,
                value,
                date '2026-01-01' as valid_from,
                date '9999-12-31' as valid_to
            from (
                values
                ('a', 'colour', 'Red'), ('b', 'colour', 'red'), ('c', 'colour', 'red'),
                ('d', 'colour', 'blue'), ('e', 'colour', 'blue'),
                ('a', 'owner_id', 'x'), ('c', 'owner_id', 'y'), ('red', 'owner_id', 'y'),
                ('red', 'colour', 'red'), ('blue', 'colour', 'blue'), ('green', 'colour', 'green')
            ) as known (lead_id, attribute, value);
            create table stg_config__learning_exclusions as select 'owner_id' as signal;
            create table stg_config__evaluation_settings as
            select
                cast(0.1 as double) as naive_bayes_start_count,
                cast(50 as double) as naive_bayes_max_levels,
                cast(0.0001 as double) as naive_bayes_min_chance;
        """)
    for name in ("naive_bayes_sql", "naive_bayes_pandas"):
        out = tmp_path / f"{name}.parquet"
        peers.run(name, database, out, "rivals")
        # Red: 2 won and 1 lost; blue: 0 won and 1 lost; green was never seen; 0.1 is added to each.
        red, blue = (2.1 / 2.2) / (1.1 / 2.2), (0.1 / 2.2) / (1.1 / 2.2)
        assert dict(rows(f"select lead_id, score from '{out}'")) == pytest.approx(
            {"red": red / (1 + red), "blue": blue / (1 + blue), "green": 0.5}
        )


def test_lightgbm_scores_in_pieces_as_at_once(demo_file, tmp_path, monkeypatch):
    at_once = peer_scores(demo_file, tmp_path, "lightgbm")
    monkeypatch.setattr(peers, "CHUNK_LEADS", 50)
    in_pieces = peer_scores(demo_file, tmp_path, "lightgbm")
    assert in_pieces == pytest.approx(at_once)
    assert len(set(at_once.values())) > 100


def test_a_peer_prints_a_line_of_json_or_what_is_wrong(demo_file, tmp_path):
    given = ("--database", demo_file, "--out", tmp_path / "out.parquet")
    done = run_module("peers", "naive_bayes_sql", *given, "--scorecard", CHAMPION)
    assert json.loads(done.stdout)["name"] == "naive_bayes_sql"
    unknown = run_module("peers", "pandas_rules", *given, "--scorecard", "nobody")
    assert unknown.returncode == 1
    assert "no lead with a score of nobody" in unknown.stderr


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_peak_is_that_of_the_program_alone(tmp_path):
    """Linux hands the peak of the process that starts a program on to the program."""
    held = bytearray(500_000_000)
    held[::4096] = bytes([1]) * len(held[::4096])
    took = processes.run([sys.executable, "-S", "-c", "pass"], {}, tmp_path)
    assert 1_000_000 < took.peak_bytes < 100_000_000
    larger = processes.run(
        [sys.executable, "-S", "-c", "bytearray(200_000_000)[::4096] = b'1' * 48829"], {}, tmp_path
    )
    assert larger.peak_bytes > 200_000_000
    del held


def test_program_that_fails_is_named(tmp_path):
    command = [sys.executable, "-c", "import sys; sys.exit(7)"]
    with pytest.raises(subprocess.CalledProcessError) as failed:
        processes.run(command, {}, tmp_path)
    assert (failed.value.returncode, failed.value.cmd) == (7, command)


def test_spilled_files_that_come_and_go_are_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LOOK_SECONDS", 0.001)
    program = """
import pathlib, shutil, sys, time
folder = pathlib.Path(sys.argv[1])
for _ in range(100):
    folder.mkdir()
    (folder / "spilled").write_bytes(bytes(1000))
    time.sleep(0.005)
    shutil.rmtree(folder)
"""
    spills = tmp_path / "spills"
    command = [sys.executable, "-c", program, str(spills)]
    took = processes.run(command, {}, tmp_path, spills)
    assert took.spilled_bytes == 1000
