"""What the README says holds: its commands run as written, its example is what comes out."""

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
    """The project's files as git knows them, without anything a run left behind."""
    folder = tmp_path_factory.mktemp("clean") / "lead-scoring"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        if (PROJECT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
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
def test_commands_without_make(built):
    """The steps beside make, on top of what make built: only the virtual environment is reused."""
    folder, _ = built
    for command in shell_blocks()[1].splitlines()[3:]:
        run(command, folder)
    (question,) = [block for block in shell_blocks() if "dbt show" in block]
    assert "downloaded_template" in run(question, folder)


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
