"""`lead-scoring summary`: what the last build made, on one page of a terminal."""

import re
import shutil

import duckdb
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(demo):
    done = demo.command("summary")
    assert done.exit_code == 0, done.output
    return done.output


def test_leads_and_bands_are_those_of_the_tables(demo, page):
    ((leads, scorecards, day),) = demo.query(
        "select count(distinct lead_id), count(distinct scorecard_id), max(as_of_date)"
        " from lead_scores"
    )
    assert f"{leads:,} leads scored by {scorecards} scorecards as of {day}" in page
    bands = page.split("Bands", 1)[1].split("Best open leads", 1)[0]
    for band, count in demo.query(
        "select band, count(*) from lead_scores where scorecard_id = 'b2b_saas_v1' group by band"
    ):
        assert re.search(rf"{band} .* {count:,} ", bands), band


def test_best_leads_come_by_chance_whatever_scorecard_speaks(demo, page):
    best = demo.query(
        """
        select coalesce(nullif(concat_ws(' ', first_name, last_name), ''), lead_id)
        from lead_scores
        inner join stg_config__scorecards as scorecards using (scorecard_id)
        where is_primary and scorecards.population = 'open_leads'
        order by conversion_chance desc nulls last, score desc, lead_id
        limit 10
        """
    )
    table = page.split("Best open leads, by chance to convert", 1)[1]
    places = [table.find(f" {' '.join(name.split())[:30]}") for (name,) in best]
    assert min(places) >= 0
    assert places == sorted(places)


def test_names_and_paths_are_no_markup(demo, make_warehouse):
    copy = make_warehouse()
    copy.database = copy.root / "[bold]" / "scores.duckdb"
    copy.database.parent.mkdir()
    demo.query("checkpoint")
    shutil.copy(demo.database, copy.database)
    copy.query("update lead_scores set last_name = '[/red]', first_name = '[x]'")
    done = copy.command("summary")
    assert done.exit_code == 0, done.output
    assert "[x] [/red]" in done.output
    assert "/[bold]/scores.duckdb" in "".join(done.output.split("\n"))


def test_without_scores_the_way_to_them_is_told(make_warehouse):
    warehouse = make_warehouse()
    done = warehouse.command("summary")
    assert done.exit_code == 1
    assert f"there is no database {warehouse.database}; run `make build` first" in done.output
    duckdb.connect(str(warehouse.database)).close()
    done = warehouse.command("summary")
    assert done.exit_code == 1
    assert "lead_scores does not exist!); run `dbt build` first" in done.output
    warehouse.database.write_bytes(b"no database")
    done = warehouse.command("summary")
    assert done.exit_code == 1
    assert "cannot read" in done.output


def test_a_table_of_another_version_is_explained(demo, make_warehouse):
    copy = make_warehouse()
    demo.query("checkpoint")
    shutil.copy(demo.database, copy.database)
    copy.query("alter table lead_scores drop column score_change_7d")
    done = copy.command("summary")
    assert done.exit_code == 1
    assert "was built by another version of the project" in done.output
