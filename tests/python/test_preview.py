"""A preview shows what an edit would do, exactly, and leaves the live tables as they are."""

import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT, SEEDS, Warehouse, environment

from lead_scoring.preview import run
from lead_scoring.preview.build import models_to_build, models_to_read
from lead_scoring.seed_files import SeedFile, find_seed

pytestmark = pytest.mark.slow

COMPARED = {
    "lead_scores": "",
    "lead_score_reasons": "",
    "backtest": "",
    "capacity_line": "",
    "score_chances": "where dimension in ('total', 'fit', 'engagement', 'product')",
}


@dataclass
class Done:
    """What a command said: exit code, standard output and standard error."""

    code: int
    text: str
    errors: str

    @property
    def data(self) -> dict:
        return json.loads(self.text)


def preview(warehouse: Warehouse, seeds: Path, *options: str) -> Done:
    done = warehouse.command("preview", *options, seeds=seeds)
    return Done(done.exit_code, done.stdout, done.stderr)


def edited(folder: Path, *edits: Callable[[Path], None]) -> Path:
    """A copy of the seeds with these edits."""
    shutil.copytree(SEEDS, folder)
    for edit in edits:
        edit(folder)
    return folder


def change(name: str, column: str, value: str, **row: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        seed = SeedFile.read(find_seed(folder, name))
        (number,) = seed.find(**row)
        seed.change(number, column, value)
        seed.write()

    return edit


def remove(name: str, **row: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        seed = SeedFile.read(find_seed(folder, name))
        assert seed.remove(**row)
        seed.write()

    return edit


COMMAND = (sys.executable, "-c", "from lead_scoring.cli import main; main()")
RULE = {"scorecard_id": "b2b_saas_v1", "rule_id": "visited_pricing"}
MORE_POINTS = (
    change("score_rules", "points", "8", **RULE),
    change("score_rules", "max_points", "24", **RULE),
)


def fingerprint(warehouse: Warehouse) -> dict:
    """Rows of every table and text of every view, in all schemas."""
    tables = warehouse.query(
        "select schema_name, table_name from duckdb_tables() where not internal order by all"
    )
    prints = {
        place: warehouse.query(
            f'select count(*), bit_xor(hash(t)), sum(hash(t)) from "{place[0]}"."{place[1]}" as t'
        )
        for place in tables
    }
    views = warehouse.query(
        "select schema_name, view_name, sql from duckdb_views() where not internal order by all"
    )
    schemas = warehouse.query("select schema_name from duckdb_schemas() order by all")
    return prints | {"views": views, "schemas": schemas}


def schemas(warehouse: Warehouse) -> list[str]:
    found = warehouse.query("select schema_name from duckdb_schemas() where not internal")
    return sorted(name for (name,) in found)


@pytest.fixture(scope="module")
def more_points(demo, tmp_path_factory):
    """A preview of more points for one rule, and the live tables before and after it."""
    seeds = edited(tmp_path_factory.mktemp("points") / "seeds", *MORE_POINTS)
    before = fingerprint(demo)
    done = preview(demo, seeds, "--format", "json", "--gate")
    return done, before, fingerprint(demo)


def test_the_live_tables_stay_as_they_are_and_the_schema_goes(more_points):
    done, before, after = more_points
    assert done.code == 0, done.errors
    assert before == after
    assert len(before) > 40


def test_the_edit_is_named_cell_by_cell(more_points):
    (seed,) = more_points[0].data["seeds"]
    assert seed == {
        "seed": "score_rules",
        "rows": [
            {
                "change": "changed",
                "key": RULE,
                "cells": {"points": ["5", "8"], "max_points": ["15", "24"]},
            }
        ],
    }


def test_more_points_only_raise_scores_of_that_scorecard(more_points):
    data = more_points[0].data
    moved = {row["scorecard_id"]: row for row in data["scorecards"]}
    assert moved["b2b_saas_v1"]["score_changed"] > 0
    assert moved["b2b_saas_v1"]["swap_out"] == 0
    assert moved["b2b_saas_v2"]["score_changed"] == moved["pql_v1"]["score_changed"] == 0
    for lead in data["sample"]:
        assert lead["score_after"] >= lead["score_before"]
        assert lead["reasons"][0]["reason"].startswith("Visited the pricing page")
    tests = {row["scorecard_id"]: row for row in data["tests"]}
    assert tests["b2b_saas_v1"]["changed_rows"] > 0
    assert tests["b2b_saas_v2"]["changed_rows"] == 0
    assert tests["b2b_saas_v2"]["measures"]["auc"]["difference"] == 0


def test_the_headline_and_the_gate_are_sentences(more_points):
    data = more_points[0].data
    assert re.fullmatch(
        r"(No difference seen|Better|Worse|Too few conversions to tell) in [\d,]+ test rows:"
        r" AUC 0\.\d{3} -> 0\.\d{3}, difference [+-]0\.\d{3} \([+-]0\.\d{3} to [+-]0\.\d{3}\);"
        r" \d+ leads? enters? the MQL list, \d+ leaves? it\.",
        data["sentence"],
    )
    assert data["is_worse"] is False
    assert data["gate"] in more_points[0].errors


@pytest.fixture(scope="module")
def many_edits(tmp_path_factory) -> Path:
    """Points, a removed rule, a band, and a list that attributes are made of."""
    return edited(
        tmp_path_factory.mktemp("many") / "seeds",
        *MORE_POINTS,
        remove("score_rules", scorecard_id="b2b_saas_v1", rule_id="email_business"),
        change("score_bands", "min_points", "48", **band("hot")),
        change("job_title_patterns", "seniority", "vp", pattern="manager"),
    )


def band(name: str) -> dict[str, str]:
    return {"scorecard_id": "b2b_saas_v1", "dimension": "total", "band": name}


@pytest.fixture(scope="module")
def rebuilt(many_edits, demo_raw, tmp_path_factory) -> Warehouse:
    """A full build of the same edits, in a file of its own."""
    warehouse = Warehouse(tmp_path_factory.mktemp("rebuilt"), raw=demo_raw, seeds=many_edits)
    warehouse.build()
    return warehouse


@pytest.fixture(scope="module")
def kept(demo, many_edits):
    """A preview of these edits, and the schema it was told to keep."""
    before = schemas(demo)
    done = preview(demo, many_edits, "--format", "json", "--keep")
    assert done.code == 0, done.errors
    (schema,) = set(schemas(demo)) - set(before)
    assert f"schema {schema}" in done.errors
    yield done.data, schema
    demo.query(f'drop schema "{schema}" cascade')


@pytest.mark.parametrize("table", COMPARED)
def test_the_previewed_tables_are_those_of_a_full_build(demo, rebuilt, kept, table):
    # The last digits of a float are those of the order in which rows were added up.
    columns = ", ".join(
        f'round("{name}", 9)' if kind == "DOUBLE" else f'"{name}"'
        for name, kind in rebuilt.query(
            "select column_name, data_type from information_schema.columns"
            f" where table_name = '{table}'"
        )
    )
    query = "select {} from {} {} order by all"
    previewed = demo.query(query.format(columns, f'"{kept[1]}".{table}', COMPARED[table]))
    assert previewed
    assert previewed == rebuilt.query(query.format(columns, table, COMPARED[table]))


def test_every_edited_seed_is_shown(kept):
    found = {seed["seed"]: seed["rows"] for seed in kept[0]["seeds"]}
    assert found.keys() == {"score_rules", "score_bands", "job_title_patterns"}
    removed = [row for row in found["score_rules"] if row["change"] == "removed"]
    assert [row["key"]["rule_id"] for row in removed] == ["email_business"]
    assert removed[0]["cells"]["points"] == ["4", None]
    assert found["score_bands"][0]["cells"] == {"min_points": ["60", "48"]}
    assert found["job_title_patterns"][0]["cells"] == {"seniority": ["manager", "vp"]}


def test_the_measures_are_those_of_the_evaluation(demo, rebuilt, kept):
    metrics = """
        select auc, top_decile_lift, ece_equal_mass, log_loss from scorecard_metrics
        where scorecard_id = '{}' and dimension = 'total' and split = 'test'
    """
    names = ["auc", "top_decile_lift", "calibration_error", "log_loss"]
    tests = {row["scorecard_id"]: row["measures"] for row in kept[0]["tests"]}
    for scorecard_id in ("b2b_saas_v1", "b2b_saas_v2"):
        for warehouse, side in ((demo, "before"), (rebuilt, "after")):
            (expected,) = warehouse.query(metrics.format(scorecard_id))
            found = [tests[scorecard_id][name][side] for name in names]
            assert found == pytest.approx([float(value) for value in expected], abs=2e-6)


def test_leads_that_move_are_counted_right(demo, rebuilt, kept):
    def primary(warehouse):
        rows = warehouse.query(
            "select lead_id, band, priority, is_mql, score from lead_scores where is_primary"
        )
        return {lead: row for lead, *row in rows}

    old, new = primary(demo), primary(rebuilt)
    data = kept[0]
    moved = data["primary"]
    assert moved["leads_before"] == moved["leads_after"] == len(old)
    for number, column in ((0, "band_changed"), (1, "priority_changed"), (3, "score_changed")):
        assert moved[column] == sum(old[lead][number] != new[lead][number] for lead in old) > 0
    assert moved["swap_in"] == sum(new[lead][2] and not old[lead][2] for lead in old)
    assert moved["swap_out"] == sum(old[lead][2] and not new[lead][2] for lead in old)
    assert sum(row["leads"] for row in data["bands"]) == moved["band_changed"]
    assert sum(row["leads"] for row in data["priorities"]) == moved["priority_changed"]
    distances = [abs(row["score_after"] - row["score_before"]) for row in data["sample"]]
    assert len(distances) == 10
    assert distances == sorted(distances, reverse=True)
    furthest = max(abs(new[lead][3] - old[lead][3]) for lead in old)
    assert distances[0] == pytest.approx(float(furthest))


def test_wins_at_capacity_are_those_of_the_capacity_line(demo, rebuilt, kept):
    query = "select scorecard_id, wins from capacity_line where capacity_share = 1"
    was, now = dict(demo.query(query)), dict(rebuilt.query(query))
    found = {
        row["scorecard_id"]: (row["wins_before"], row["wins_after"]) for row in kept[0]["capacity"]
    }
    assert found == {name: (was[name], now[name]) for name in was}


@pytest.mark.thorough
def test_a_band_moves_leads_but_no_score(demo, tmp_path):
    seeds = edited(tmp_path / "seeds", change("score_bands", "min_points", "48", **band("hot")))
    done = preview(demo, seeds, "--format", "json", "--gate")
    assert done.code == 0
    data = done.data
    ((expected,),) = demo.query(
        "select count(*) from lead_scores where is_primary and scorecard_id = 'b2b_saas_v1'"
        " and score >= 48 and score < 60"
    )
    assert expected > 0
    assert data["bands"] == [{"before": "warm", "after": "hot", "leads": expected}]
    assert data["primary"]["score_changed"] == data["primary"]["swap_in"] == 0
    assert data["sample"]


def turn_all_signs(folder: Path) -> None:
    seed = SeedFile.read(find_seed(folder, "score_rules"))
    for number in seed.find(scorecard_id="b2b_saas_v1"):
        points = seed.value(number, "points")
        seed.change(number, "points", points[1:] if points.startswith("-") else f"-{points}")
    seed.write()


def test_the_gate_is_shut_for_a_harmful_edit(demo, tmp_path):
    # The demo of the tests is small.
    few = change("evaluation_settings", "value", "5", setting="calibration_min_conversions")
    seeds = edited(tmp_path / "seeds", turn_all_signs, few)
    out = tmp_path / "comment" / "preview.md"
    done = preview(demo, seeds, "--gate", "--format", "markdown", "--out", str(out))
    assert done.code == 1
    assert re.match(r"Worse in \d+ test rows( of b2b_saas_v1)?: AUC 0\.\d+ -> 0\.\d+,", done.text)
    assert re.search(
        r"The gate is shut: on the test days leads are ranked worse than before by .*b2b_saas_v1\.",
        done.errors,
    )
    text = out.read_text(encoding="utf-8")
    assert text.startswith("### Preview of the weights\n\n**Worse in ")
    check_markdown(text)


def check_markdown(text: str) -> None:
    """Every table has a blank line before it, and all of its rows the same number of cells."""
    blocks = [block.splitlines() for block in text.split("\n\n")]
    tables = [block for block in blocks if block[0].startswith("|")]
    assert len(tables) >= 5
    for table in tables:
        assert re.fullmatch(r"\|( (---|---:) \|)+", table[1])
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in table}
        assert len(cells) == 1, table
    assert not any("|" in line for block in blocks if block not in tables for line in block)


@pytest.mark.thorough
def test_promotion_is_previewed_as_leads_that_change_hands(demo, tmp_path):
    seeds = edited(
        tmp_path / "seeds",
        change("scorecards", "role", "challenger", scorecard_id="b2b_saas_v1"),
        change("scorecards", "role", "champion", scorecard_id="b2b_saas_v2"),
    )
    data = preview(demo, seeds, "--format", "json").data
    roles = {
        row["scorecard_id"]: (row["role_before"], row["role_after"]) for row in data["scorecards"]
    }
    assert roles["b2b_saas_v2"] == ("challenger", "champion")
    moved = {row["scorecard_id"]: row["score_changed"] for row in data["scorecards"]}
    assert moved["b2b_saas_v2"] == 0
    assert data["primary"]["score_changed"] > 0
    changed = [row for row in data["sample"] if row["scorecard_before"] == "b2b_saas_v1"]
    assert changed
    assert {row["scorecard_after"] for row in changed} == {"b2b_saas_v2"}
    for row in changed:
        assert len({reason["reason"] for reason in row["reasons"]}) == len(row["reasons"])


@pytest.mark.thorough
def test_an_unchanged_edit_says_so_without_building(demo, monkeypatch, tmp_path):
    monkeypatch.setattr(run, "built_beside", lambda *_: pytest.fail("something was built"))
    # Another order of rows, blank lines and quotation marks are no edit.
    seeds = edited(tmp_path / "seeds")
    path = find_seed(seeds, "score_dimensions")
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, "", *reversed(rows), ""]), encoding="utf-8")
    done = preview(demo, seeds, "--gate")
    assert done.code == 0
    assert done.text.startswith("The edit changes nothing.\n")
    assert preview(demo, seeds, "--format", "json").data["seeds"] == []


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@company.example")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.thorough
def test_before_can_be_a_commit(demo, more_points, monkeypatch, tmp_path):
    seeds = edited(tmp_path / "team" / "weights", *MORE_POINTS)
    git(seeds.parent, "init", "--quiet")
    git(seeds.parent, "add", ".")
    git(seeds.parent, "commit", "--quiet", "-m", "More points")
    git(seeds.parent, "branch", "more")
    shutil.rmtree(seeds)
    shutil.copytree(SEEDS, seeds)
    before = fingerprint(demo)
    done = preview(demo, seeds, "--against", "more", "--format", "json")
    assert done.code == 0, done.errors
    assert fingerprint(demo) == before
    data, mirrored = done.data, more_points[0].data
    assert re.fullmatch(r"the seeds of more \(commit [0-9a-f]+\)", data["before"])
    assert data["seeds"][0]["rows"][0]["cells"]["points"] == ["8", "5"]
    assert data["primary"]["mql_before"] == mirrored["primary"]["mql_after"]
    assert data["primary"]["swap_out"] == mirrored["primary"]["swap_in"]
    assert data["primary"]["quantiles_before"] == mirrored["primary"]["quantiles_after"]
    for test, mirror in zip(data["tests"], mirrored["tests"], strict=True):
        assert test["measures"]["auc"]["before"] == mirror["measures"]["auc"]["after"]
        assert test["measures"]["auc"]["low"] == pytest.approx(-mirror["measures"]["auc"]["high"])
    git(seeds.parent, "commit", "--all", "--quiet", "-m", "Fewer points")
    monkeypatch.setattr(run, "built_beside", lambda *_: pytest.fail("something was built"))
    assert preview(demo, seeds, "--against", "HEAD").text.startswith("The edit changes nothing.")


def test_what_git_does_not_have_is_named(demo, tmp_path):
    seeds = edited(tmp_path / "seeds")
    done = preview(demo, seeds, "--against", "main")
    assert done.code == 2
    assert "is in no git clone" in done.errors
    git(seeds, "init", "--quiet")
    done = preview(demo, seeds, "--against", "main")
    assert done.code == 2
    assert "git knows no commit or branch main; in CI, fetch the whole history" in done.errors


def test_mistakes_are_told_as_by_the_check_before_anything_is_built(demo, tmp_path):
    seeds = edited(tmp_path / "seeds", change("score_rules", "points", "many", **RULE))
    done = preview(demo, seeds, "--gate")
    assert done.code == 1
    assert "column points: 'many' is not a number" in done.text
    assert "1 error" in done.text


def test_without_live_tables_the_way_to_them_is_told(make_warehouse, tmp_path):
    seeds = edited(tmp_path / "seeds")
    warehouse = make_warehouse()
    done = preview(warehouse, seeds)
    assert done.code == 2
    assert f"There is no database {warehouse.database}. Build it with" in done.errors
    assert not warehouse.database.exists()
    duckdb.connect(str(warehouse.database)).close()
    done = preview(warehouse, seeds)
    assert done.code == 2
    assert "There are no live scores in schema main. Build them with `dbt build` first" in (
        done.errors
    )


def test_database_that_cannot_be_opened_is_a_sentence(make_warehouse, tmp_path):
    """Also when the file is locked: what closes the warehouse fails then like what reads it."""
    warehouse = make_warehouse()
    warehouse.database.write_bytes(b"no database")
    done = preview(warehouse, edited(tmp_path / "seeds"))
    assert done.code == 2
    assert "The warehouse cannot be opened" in done.errors
    assert "Traceback" not in done.errors


@pytest.fixture
def copy(demo, tmp_path) -> Warehouse:
    """A copy of the demo that a test may break."""
    demo.query("checkpoint")
    root = tmp_path / "copy"
    root.mkdir()
    shutil.copy(demo.database, root / demo.database.name)
    return Warehouse(root, raw=demo.raw)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["cancelled", "ctrl-c"])
def test_a_preview_that_is_broken_off_leaves_nothing_behind(copy, tmp_path, number):
    before = schemas(copy)
    seeds = edited(tmp_path / "seeds", *MORE_POINTS)
    folder = copy.root / "command"
    with environment(**copy.environment(), DBT_TARGET_PATH=folder, DBT_LOG_PATH=folder):
        running = subprocess.Popen(
            [*COMMAND, "preview", "--seeds", str(seeds)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Where tests run in the background, their programs would not hear of Ctrl-C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        # The seeds are checked, the project is parsed, and something has been built by then.
        log = copy.database.with_name(f"{copy.database.name}.wal")
        for _ in range(1200):
            time.sleep(0.05)
            if log.exists() and log.stat().st_size > 100_000:
                break
        running.send_signal(number)
        output, errors = running.communicate(timeout=120)
    assert running.returncode == 1, output + errors
    assert errors.strip() == "Aborted!"
    assert schemas(copy) == before


@pytest.mark.thorough
def test_live_tables_of_another_version_are_told(copy, tmp_path):
    seeds = edited(tmp_path / "seeds", *MORE_POINTS)
    copy.query("drop table capacity_line")
    done = preview(copy, seeds)
    assert done.code == 2
    assert "The live tables lack capacity_line" in done.errors
    copy.query("create table capacity_line as select 1 as nothing")
    copy.query("alter table segments drop column operator")
    done = preview(copy, seeds)
    assert done.code == 2
    assert "The seeds that were loaded last have other columns" in done.errors


@pytest.mark.thorough
def test_seeds_that_were_loaded_but_not_built_are_told(copy, tmp_path):
    seeds = edited(tmp_path / "seeds", *MORE_POINTS)
    copy.seeds = seeds
    assert copy.dbt("seed", "--select", "score_rules").success
    done = preview(copy, seeds)
    assert done.code == 2
    assert "The live scores were not made with the seeds that were loaded last" in done.errors


def test_a_build_that_fails_leaves_no_schema(demo, tmp_path):
    seeds = edited(tmp_path / "seeds", *MORE_POINTS)
    before = schemas(demo)
    done = preview(demo, seeds, "--vars", "{sales_capacity_leads_per_day: 0}")
    assert done.code == 2
    assert "The var sales_capacity_leads_per_day is '0': write a number above 0" in done.errors
    assert schemas(demo) == before


@pytest.mark.thorough
def test_a_comparison_that_fails_leaves_no_schema(demo, tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "compare", fail)
    before = schemas(demo)
    with pytest.raises(KeyboardInterrupt), contextlib.chdir(PROJECT):
        preview_in_process(demo, edited(tmp_path / "seeds", *MORE_POINTS))
    assert schemas(demo) == before


def preview_in_process(warehouse: Warehouse, seeds: Path):
    with environment(
        LEAD_SCORING_RAW=warehouse.raw,
        LEAD_SCORING_DUCKDB=warehouse.database,
        DBT_PROFILES_DIR=PROJECT,
        DBT_TARGET_PATH=warehouse.root / "preview",
    ):
        return run.preview(PROJECT, str(seeds))


@pytest.fixture(scope="module")
def manifest(demo):
    return demo.dbt("parse").result


def names(manifest, ids) -> set[str]:
    return {manifest.nodes[name].name for name in ids}


def test_records_are_never_written(manifest):
    every_seed = [node.name for node in manifest.nodes.values() if node.resource_type == "seed"]
    built = names(manifest, models_to_build(manifest, every_seed))
    records = {
        node.name
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.config.full_refresh is False
    }
    assert records == {"lead_score_log", "int_leads__captures", "crm_sync_log"}
    assert not built & records
    assert not built & {"config_errors", "baseline_naive_bayes", "scorecard_metrics"}


def test_the_graph_decides_what_is_built(manifest):
    rules = names(manifest, models_to_build(manifest, ["score_rules"]))
    titles = names(manifest, models_to_build(manifest, ["job_title_patterns"]))
    assert {"score_rules", "stg_config__rules", "score_totals", "lead_scores"} <= rules
    assert {"int_leads__job_titles", "int_leads__attribute_history", "lead_scores"} <= titles
    bands = names(manifest, models_to_build(manifest, ["score_bands"]))
    assert "score_totals" in bands
    assert not bands & {"int_leads__job_titles", "stg_config__rules", "score_rules"}
    assert not rules & {"int_activities__received", "stg_raw__leads", "score_bands"}
    assert models_to_build(manifest, []) == []
    assert {"lead_scores", "score_rules", "stg_raw__leads", "int_leads__captures"} <= set(
        models_to_read(manifest)
    )
