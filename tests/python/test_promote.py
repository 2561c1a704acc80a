"""`lead-scoring promote` changes two cells of scorecards.csv, or says why it does not."""

import pytest
from click.testing import CliRunner
from conftest import PROJECT

from lead_scoring.check import check_seeds
from lead_scoring.cli import main
from lead_scoring.promote import PromoteError, promote
from lead_scoring.seed_files import SeedFile, find_seed


@pytest.fixture
def scorecards(edited_seeds):
    return find_seed(edited_seeds, "scorecards")


def write(path, *rows: str) -> None:
    header = "scorecard_id,role,population,segment_id,method,base_points,min_score,max_score"
    lines = [f"{header},mql_score,description", *(f"{row},manual,10,0,100,50,x" for row in rows)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def roles(path) -> dict[str, str]:
    return {row["scorecard_id"]: row["role"] for row in SeedFile.read(path).records()}


def test_challenger_and_champion_change_places_and_nothing_else(edited_seeds, scorecards):
    before = scorecards.read_bytes()
    said = promote("b2b_saas_v2", edited_seeds)
    after = scorecards.read_bytes()
    assert after == before.replace(b"b2b_saas_v1,champion", b"b2b_saas_v1,challenger").replace(
        b"b2b_saas_v2,challenger", b"b2b_saas_v2,champion"
    )
    assert said.startswith(
        "b2b_saas_v2 is now the champion of open_leads, b2b_saas_v1 a challenger"
    )
    assert "next `dbt build`" in said
    mistakes = check_seeds(PROJECT, str(edited_seeds))
    assert not [mistake for mistake in mistakes if mistake.severity == "error"]


def test_promoting_back_gives_the_file_back(edited_seeds, scorecards):
    before = scorecards.read_bytes()
    promote("b2b_saas_v2", edited_seeds)
    promote("b2b_saas_v1", edited_seeds)
    assert scorecards.read_bytes() == before


def test_only_the_champion_of_the_same_leads_steps_down(edited_seeds, scorecards):
    write(
        scorecards,
        "all_v1,champion,open_leads,",
        "dach_v1, Champion ,open_leads,dach",
        "upsell_v1,champion,customers,dach",
        "dach_v2,challenger,open_leads,dach",
    )
    said = promote("dach_v2", edited_seeds)
    assert roles(scorecards) == {
        "all_v1": "champion",
        "dach_v1": "challenger",
        "upsell_v1": "champion",
        "dach_v2": "champion",
    }
    assert "champion of open_leads in segment dach, dach_v1 a challenger" in said


def test_a_segment_without_a_champion_gets_one(edited_seeds, scorecards):
    write(scorecards, "all_v1,champion,open_leads,", "dach_v1,challenger,open_leads,dach")
    assert "there was none before" in promote("dach_v1", edited_seeds)
    assert roles(scorecards) == {"all_v1": "champion", "dach_v1": "champion"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("b2b_saas_v1", "is the champion already; there is nothing to do"),
        ("old_v0", "is retired: .*Write challenger into its role, build"),
        ("b2b_saas_v3", r"no scorecard b2b_saas_v3 .*Did you mean b2b_saas_v2\?"),
        ("zzz", "no scorecard zzz .*Challengers are b2b_saas_v2"),
        ("twice", "has 2 rows for twice: remove all but one"),
        ("odd", "has the role 'chalenger'"),
    ],
)
def test_what_cannot_be_promoted_is_named_and_left_alone(edited_seeds, scorecards, name, message):
    file = SeedFile.read(scorecards)
    for scorecard_id, role in (
        ("old_v0", "retired"),
        ("twice", "retired"),
        ("twice", "retired"),
        ("odd", "chalenger"),
    ):
        file.append([{"scorecard_id": scorecard_id, "role": role, "population": "open_leads"}])
    file.write()
    before = scorecards.read_bytes()
    with pytest.raises(PromoteError, match=message):
        promote(name, edited_seeds)
    assert scorecards.read_bytes() == before


def test_without_any_challenger_the_way_to_one_is_told(edited_seeds, scorecards):
    write(scorecards, "all_v1,champion,open_leads,")
    with pytest.raises(PromoteError, match="add one as a row with the role challenger"):
        promote("all_v2", edited_seeds)


def test_the_command_says_what_it_did_and_fails_with_a_sentence(edited_seeds, scorecards):
    command = ["promote", "b2b_saas_v2", "--seeds", str(edited_seeds)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0
    assert "b2b_saas_v2 is now the champion" in done.output
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 1
    assert "Error: b2b_saas_v2 is the champion already" in again.output
    scorecards.unlink()
    gone = CliRunner().invoke(main, command)
    assert gone.exit_code == 1
    assert "There is no scorecards.csv" in gone.output


def test_nothing_else_promotes():
    calls = [
        path.name
        for path in (PROJECT / "lead_scoring").rglob("*.py")
        if "lead_scoring.promote" in path.read_text(encoding="utf-8")
    ]
    assert calls == ["cli.py"]
