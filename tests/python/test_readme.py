"""What the README says holds: its commands run as written, its example is what comes out."""

import json
import os
import re
import shutil
import subprocess
from decimal import Decimal

import duckdb
import pytest
from conftest import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def shell_blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def clean_copy(tmp_path_factory):
    """The project's files as git knows them, without anything a run left behind.

    The virtual environment is the one at hand: CI makes one anew in a clean clone anyway.
    """
    folder = tmp_path_factory.mktemp("clean") / "lead-scoring"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder


def run(command: str, folder) -> str:
    """Run a command of the README as a person would; fails the test with its output."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LEAD_SCORING_", "DBT_")) and name != "VIRTUAL_ENV"
    }
    done = subprocess.run(
        command, shell=True, cwd=folder, env=clean, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def built(clean_copy):
    """The output of `make build` in a clean copy."""
    assert shell_blocks()[0] == "make build\nmake test\n"
    return clean_copy, run("make build", clean_copy)


@pytest.mark.slow
def test_make_build_prints_what_it_made(built):
    _, output = built
    for line in (
        "3,035 leads scored by 4 scorecards as of 2026-06-30",
        "b2b_saas_v1",
        "Olivia Hernández",
        "lead_scoring.duckdb",
    ):
        assert line in output
    assert len(re.findall(r"│ p\d", output)) == 10, "the ten best leads"


@pytest.mark.thorough
@pytest.mark.slow
def test_second_make_build_prints_the_same(built):
    folder, output = built
    raw = sorted((path, path.stat().st_mtime_ns) for path in (folder / "data/raw").iterdir())
    again = run("make build", folder)
    assert again.splitlines()[-60:] == output.splitlines()[-60:]
    assert raw == sorted(
        (path, path.stat().st_mtime_ns) for path in (folder / "data/raw").iterdir()
    )


@pytest.mark.slow
def test_worked_example_is_the_ledger(built):
    folder, _ = built
    table = README.split("<!-- example:")[1].split("\n\n")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| ") and "---" not in line
    ][1:]
    *entries, (_, _, _, _, total, outcome) = rows
    with duckdb.connect(str(folder / "lead_scoring.duckdb"), read_only=True) as connection:
        ledger = connection.execute("""
            select entry_id, raw_points, decay_points, cap_points, points, reason
            from lead_score_reasons
            where lead_id = 'L00019544' and scorecard_id = 'b2b_saas_v1'
        """).fetchall()
        score, band, fit, engagement, priority = connection.execute("""
            select score, band, fit_band, engagement_band, priority
            from lead_scores
            where lead_id = 'L00019544' and scorecard_id = 'b2b_saas_v1'
        """).fetchone()
    told = {(e[0], *map(Decimal, e[1:5]), e[5]) for e in entries}
    assert told == set(ledger)
    assert total == f"**{score}**"
    assert sum(row[4] for row in ledger) == score
    assert outcome == f"band {band}, fit {fit}, engagement {engagement}, priority {priority}"


@pytest.mark.slow
def test_life_of_a_lead_is_what_the_command_prints(built):
    folder, _ = built
    (command,) = [block for block in shell_blocks() if "lead_life" in block]
    printed = run(command, folder)
    lines = json.loads(printed[printed.index("{") :])["show"]
    table = README.split("<!-- life:")[1].split("\n\n")[0]
    told = [line for line in table.splitlines() if line.startswith("| ")][2:]
    assert told == [
        f"| {line['happened_date']} | {line['step']} | {line['sentence']} | `{line['told_by']}` |"
        for line in lines
    ]
    steps = [line["step"] for line in lines]
    for step in ("first activity", "ready for sales", "in the queue", "accepted", "won"):
        assert step in steps


@pytest.mark.slow
@pytest.mark.thorough
def test_commands_without_make(built):
    """The steps beside make, on top of what make built."""
    folder, _ = built
    for command in shell_blocks()[1].splitlines()[3:]:
        run(command, folder)
    explained, _, changed = [block for block in shell_blocks() if "dbt show" in block]
    assert "downloaded_template" in run(explained, folder)
    assert "signed_up_newsletter" in run(changed, folder)


@pytest.mark.slow
def test_figures_of_the_back_test_are_those_of_the_tables(built):
    folder, _ = built
    told = {
        re.sub(r".*`(.*)`.*", r"\1", name).split(",")[0]: (auc, interval, loss)
        for name, auc, interval, loss in re.findall(
            r"^\| ([^|]+) \| (0\.\d{3}) \|\s*([^|]*?)\s*\| (0\.\d{3}) \|$",
            README,
            flags=re.MULTILINE,
        )
    }
    with duckdb.connect(str(folder / "lead_scoring.duckdb"), read_only=True) as connection:
        contenders = connection.execute("""
            select contender_id, contender_auc, contender_log_loss
            from scorecard_comparison
            where scorecard_id = 'b2b_saas_v1'
        """).fetchall()
        metrics = connection.execute("""
            select scorecard_id, auc, auc_low, auc_high, log_loss, scored_rows, leads, conversions
            from scorecard_metrics
            where
                dimension = 'total'
                and split = 'test'
                and scorecard_id in ('b2b_saas_v1', 'b2b_saas_v2')
        """).fetchall()
        ((difference, low, high),) = connection.execute("""
            select auc_difference, auc_difference_low, auc_difference_high
            from scorecard_comparison
            where scorecard_id = 'b2b_saas_v1' and contender_id = 'naive_bayes'
        """).fetchall()
    found = {
        {"naive_bayes": "naive Bayes", "recency": "recency alone"}.get(name, name): (
            f"{auc:.3f}",
            "",
            f"{loss:.3f}",
        )
        for name, auc, loss in contenders
    } | {
        name: (f"{auc:.3f}", f"{low:.3f} to {high:.3f}", f"{loss:.3f}")
        for name, auc, low, high, loss, *_ in metrics
    }
    assert told == found
    rows, leads, conversions = metrics[0][5:]
    assert f"{rows:,} rows of {leads:,} leads, {conversions} conversions" in README
    assert f"(difference {difference:.3f}, interval {low:.3f} to {high:.3f})" in README


@pytest.mark.slow
def test_distance_to_the_truth_is_what_the_benchmark_prints(built):
    folder, _ = built
    printed = run(".venv/bin/python benchmarks/score_quality.py", folder)
    truth, champion, distance = re.search(
        r"ranking by it gives AUC (\S+) on those rows, the champion (\S+) \(distance\s+(.+?);",
        README,
    ).groups()
    line = next(line for line in printed.splitlines() if line.count("b2b_saas_v1") == 2)
    assert f" {champion} " in line
    nearer, further = re.fullmatch(r"(\S+), (.+)", distance).groups()
    assert f"{nearer} ({further})" in line
    assert f" {truth} " in next(row for row in printed.splitlines() if "true chance" in row)


@pytest.mark.slow
def test_report_is_one_page(built):
    folder, _ = built
    run("make report", folder)
    page = (folder / "target" / "report.html").read_text(encoding="utf-8")
    assert "b2b_saas_v1" in page


@pytest.mark.slow
def test_docs_are_one_page(built):
    folder, _ = built
    run("make docs", folder)
    page = (folder / "target" / "static_index.html").read_text(encoding="utf-8")
    assert "lead_score_reasons" in page


def test_every_file_the_readme_names_is_there():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (PROJECT / target).exists(), target
    for name in re.findall(r"`((?:seeds|models|macros|tests|docs|examples)/[\w./-]+)`", README):
        assert (PROJECT / name).exists(), name
