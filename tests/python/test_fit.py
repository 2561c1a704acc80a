"""`lead-scoring fit` on a built warehouse: what it writes, that SQL scores it, what it refuses."""

import shutil

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner
from conftest import DEMO_AS_OF, PROJECT, SEEDS, Warehouse, environment

from lead_scoring.check import check_seeds
from lead_scoring.cli import main
from lead_scoring.fit import Request, run_fit
from lead_scoring.seed_files import SeedFile, find_seed
from lead_scoring.simulate import simulate

pytestmark = pytest.mark.slow

VARIABLES = {"lead_attributes": ["contract_signed"]}
# Sources of the demo differ so much that a fit takes them for a leak.
OPTIONS = ("--min-leads", "300", "--min-conversions", "30", "--allow", "lead_source")
BUILT = (
    "resource_type:seed",
    "+path:models/evaluation/fitting",
    "+calibration_scores",
    "+stg_config__fit_candidates",
    "+stg_config__fit_bands",
)
MODELS = ("--resource-type", "seed", "--resource-type", "model")
WRITTEN = {"scorecards", "score_dimensions", "score_rules_fitted", "score_bands", "priority_grid",
           "fitted_scorecards"}  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    """Seeds with fewer measures to try, so that a fit takes seconds."""
    folder = shutil.copytree(SEEDS, tmp_path_factory.mktemp("fit") / "seeds")
    candidates = find_seed(folder, "fit_candidates")
    candidates.write_text(
        "candidate,days,description\nwindow_days,30,x\nwindow_days,,x\nhalf_life_days,10,x\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory, seeds):
    """A demo company in whose CRM sales notes the contract on the lead once it is signed."""
    root = tmp_path_factory.mktemp("fit_warehouse")
    warehouse = Warehouse(root, seeds=seeds, **VARIABLES)
    simulate(4000, 11, DEMO_AS_OF, warehouse.raw)
    leads, outcomes = (warehouse.raw / f"{name}.parquet" for name in ("leads", "outcomes"))
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create table leads as
            select leads.*, case when won.lead_id is not null then 'yes' end as contract_signed
            from read_parquet('{leads}') as leads
            left join (
                select distinct lead_id from read_parquet('{outcomes}') where outcome = 'won'
            ) as won on leads.lead_id = won.lead_id
            """
        )
        connection.execute(f"copy leads to '{leads}' (format parquet)")
    result = warehouse.dbt("build", *MODELS, "--select", *BUILT)
    assert result.success, result.log
    # What is to be copied has to be in the file.
    warehouse.query("checkpoint")
    return warehouse


@pytest.fixture
def own(built, seeds, tmp_path):
    """Copies of warehouse and seeds for a test of its own."""
    root = tmp_path / "own"
    root.mkdir()
    shutil.copy(built.database, root / "scores.duckdb")
    copied = shutil.copytree(seeds, tmp_path / "seeds")
    return Warehouse(root, raw=built.raw, seeds=copied, **VARIABLES)


def fit(warehouse, *options, leak=("--exclude", "contract_signed")):
    """Run the command; returns its result with what it wrote to both streams as `output`."""
    variables = ("--vars", "{lead_attributes: [contract_signed]}")
    return warehouse.command("fit", *OPTIONS, *leak, *variables, *options)


def contents(folder):
    return {path.stem: path.read_bytes() for path in folder.rglob("*.csv")}


def rules_of(folder, scorecard_id):
    return [
        row
        for name in ("score_rules", "score_rules_fitted")
        for row in SeedFile.read(find_seed(folder, name)).records()
        if row["scorecard_id"] == scorecard_id
    ]


def test_fit_end_to_end(own):
    before = contents(own.seeds)
    done = fit(own, "--scorecard", "learned")
    assert done.exit_code == 0, done.output
    after = contents(own.seeds)
    assert {name for name in after if after[name] != before[name]} == WRITTEN
    for name in WRITTEN:
        assert after[name].startswith(before[name])
        assert b"learned," in after[name][len(before[name]) :]
    mistakes = check_seeds(PROJECT, str(own.seeds), VARIABLES)
    assert [mistake for mistake in mistakes if "learned" in str(mistake)] == []
    assert not [mistake for mistake in mistakes if mistake.severity == "error"]
    assert "Written into" in done.output
    assert "challenger: learned" in done.output

    # A second fit writes the same; what it says its points give is what SQL gives.
    with environment(LEAD_SCORING_DUCKDB=own.database, LEAD_SCORING_SEEDS=own.seeds,
                     LEAD_SCORING_RAW=own.raw, DBT_VERSION_CHECK="false"):  # fmt: skip
        [fitted] = run_fit(
            Request("learned", exclude=frozenset({"contract_signed"}),
                    allow=frozenset({"lead_source"}),
                    changes={"fit_min_leads": 300, "fit_min_conversions": 30}),
            PROJECT, own.seeds, None, VARIABLES,
        )  # fmt: skip
    assert contents(own.seeds) == after
    row_numbers, days = fitted.fit.evidence.number, fitted.fit.evidence.day
    keys = dict(own_rows(own))
    predicted = {
        keys[number]: score for number, score in zip(row_numbers, fitted.fit.score, strict=True)
    }
    result = own.dbt("build", *MODELS, "--select", *BUILT)
    assert result.success, result.log
    scored = {
        (lead, day): float(score)
        for lead, day, score in own.query(
            "select lead_id, as_of_date, score from backtest"
            " where scorecard_id = 'learned' and split = 'train'"
        )
    }
    assert scored.keys() == predicted.keys()
    each = sum(rule.measure == "each" for rule in fitted.fit.rules)
    assert each
    worst = max(abs(scored[key] - predicted[key]) for key in scored)
    assert worst <= min(0.05, 0.0051 * each + 1e-6)

    # Chances come from all leads, by the curve that other leads confirmed.
    used = {
        lead
        for (lead,) in own.query(
            "select distinct lead_id from calibration_scores"
            " where scorecard_id = 'learned' and dimension = 'total'"
        )
    }
    assert used == {lead for lead, _ in scored}
    assert fitted.fit.shrinkage < 1
    assert recorded(own.seeds) == {"learned": "cross_fit"}
    assert f"points are {fitted.fit.shrinkage:.2f} of what" in " ".join(done.output.split())
    result = own.dbt("run", "--select", "calibration_distribution", "score_logistic_fits")
    assert result.success, result.log
    [(slope,)] = own.query(
        "select slope from score_logistic_fits"
        " where scorecard_id = 'learned' and dimension = 'total' and is_held_back"
    )
    assert slope == pytest.approx(np.log(2) / 20)

    # No rule rests on too little, counted in the warehouse.
    limits = (
        "select fit_rule_min_leads, fit_rule_min_conversions from stg_config__evaluation_settings"
    )
    [(min_leads, min_conversions)] = own.query(limits)
    counted = own.query(
        """
        with rows as (
            select * from fit_rows
            where population = 'open_leads' and split = 'train'
        ),
        sides as (
            select
                rules.rule_id, rows.lead_id, rows.is_converted,
                amounts.row_number is not null as holds
            from rows
            cross join (select * from stg_config__rules where scorecard_id = 'learned') as rules
            left join fit_rule_amounts as amounts
                on rows.row_number = amounts.row_number
                and amounts.scorecard_id = 'learned' and rules.rule_id = amounts.rule_id
        )
        select rule_id, holds, count(distinct lead_id),
            count(distinct case when is_converted then lead_id end),
            count(distinct case when not is_converted then lead_id end)
        from sides group by rule_id, holds
        """
    )
    assert len(counted) == 2 * len(rules_of(own.seeds, "learned"))
    for rule_id, holds, leads, converted, others in counted:
        assert leads >= min_leads, (rule_id, holds)
        assert min(converted, others) >= min_conversions, (rule_id, holds)

    # A refit keeps everything but points and caps.
    done = fit(own, "--scorecard", "relearned", "--like", "learned", "--method", "refit")
    assert done.exit_code == 0, done.output
    old = {rule["rule_id"]: rule for rule in rules_of(own.seeds, "learned")}
    new = rules_of(own.seeds, "relearned")
    assert new
    changing = {"scorecard_id", "points", "max_points", "rationale"}
    for rule in new:
        for column in rule.keys() - changing:
            assert rule[column] == old[rule["rule_id"]][column]
    assert [rule["rule_id"] for rule in new] == [name for name in old if name in
                                                 {rule["rule_id"] for rule in new}]  # fmt: skip
    assert len(np.unique(days)) > 1


def recorded(folder):
    """How chances of each fitted scorecard come about."""
    rows = SeedFile.read(find_seed(folder, "fitted_scorecards")).records()
    return {row["scorecard_id"]: row["calibration"] for row in rows}


@pytest.mark.thorough
def test_with_enough_conversions_chances_come_from_leads_left_aside(own):
    settings = SeedFile.read(find_seed(own.seeds, "evaluation_settings"))
    names = [row["setting"] for row in settings.records()]
    settings.change(names.index("calibration_lead_min_conversions"), "value", "5")
    settings.write()
    result = own.dbt("build", *MODELS, "--select", "evaluation_settings+1")
    assert result.success, result.log
    done = fit(own, "--scorecard", "learned")
    assert done.exit_code == 0, done.output
    assert recorded(own.seeds) == {"learned": "left_aside"}
    assert "of what they would be" not in " ".join(done.output.split())
    result = own.dbt("build", *MODELS, "--select", *BUILT)
    assert result.success, result.log
    assert own.query(
        """
        select distinct lead_id
        from fit_rows
        where population = 'open_leads' and split = 'train' and is_set_aside
        order by lead_id
        """
    ) == own.query(
        """
        select distinct lead_id
        from calibration_scores
        where scorecard_id = 'learned' and dimension = 'total'
        order by lead_id
        """
    )


def own_rows(warehouse):
    """Lead and day of each row number of open leads."""
    return [
        (number, (lead, day))
        for number, lead, day in warehouse.query(
            "select row_number, lead_id, as_of_date from fit_rows where population = 'open_leads'"
        )
    ]


def test_refit_of_the_champion_gives_its_rules_other_points(own):
    done = fit(own, "--scorecard", "relearned", "--like", "b2b_saas_v1", "--method", "refit")
    assert done.exit_code == 0, done.output
    old = {rule["rule_id"]: rule for rule in rules_of(own.seeds, "b2b_saas_v1")}
    new = rules_of(own.seeds, "relearned")
    assert any(rule["points"] != old[rule["rule_id"]]["points"] for rule in new)
    for rule in new:
        for column in rule.keys() - {"scorecard_id", "points", "max_points", "rationale"}:
            assert rule[column] == old[rule["rule_id"]][column]
    assert "too few" in done.output
    assert not [m for m in check_seeds(PROJECT, str(own.seeds), VARIABLES) if m.severity == "error"]


@pytest.mark.thorough
def test_segment_with_thin_data_is_left_to_the_general_scorecard(own, seeds):
    segment = own.query(
        "select segment_id from score_segment_members group by segment_id order by count(*) limit 1"
    )[0][0]
    done = fit(own, "--scorecard", "learned", "--per-segment", segment,
               "--min-leads", "1500", "--min-conversions", "60")  # fmt: skip
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert f"{segment}: the general scorecard speaks for it; There are" in said
    assert "a fit needs 1,500 leads" in said
    written = {
        row["scorecard_id"] for row in SeedFile.read(find_seed(own.seeds, "scorecards")).records()
    }
    assert "learned" in written
    assert f"learned_{segment}" not in written


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--scorecard", "x", "--min-leads", "100000"), "a fit needs 100,000 leads"),
        (("--scorecard", "x", "--min-conversions", "5000"), "a fit needs 5,000 conversions"),
        (("--scorecard", "x", "--like", "zzz"), "There is no scorecard zzz in the last build"),
        (("--scorecard", "x", "--segment", "zzz"), "There is no segment zzz in the last build"),
        (("--scorecard", "x", "--per-segment", "zzz"), "There is no segment zzz"),
        (("--scorecard", "x", "--exclude", "industri"), "name. Did you mean industry?"),
        (("--scorecard", "x", "--allow", "zzz"), "--allow zzz: no attribute, activity type"),
        (("--scorecard", "b2b_saas_v2"), "was written by hand. Choose another name"),
        (("--scorecard", "B2B_SAAS_V2"), "has b2b_saas_v2, which is the same name as B2B_SAAS_V2"),
        (("--scorecard", "null"), "null is read as a missing value. Choose another name"),
        (("--scorecard", " "), "Name the new scorecard"),
        (("--scorecard", "x", "--method", "refit"), "Name the scorecard whose rules"),
        (("--scorecard", "x", "--band", "boiling=9"), "has no band boiling"),
        (("--scorecard", "x", "--band", "cold=0.5"), "has no band cold of the total that starts"),
        (
            ("--scorecard", "x", "--band", "hot=3", "--band", "warm=5"),
            "hot would start at odds of 3, which is not above the 5 of warm",
        ),
        (
            (
                *("--scorecard", "x", "--method", "refit", "--like", "b2b_saas_v1"),
                *("--per-segment", "smb"),
            ),
            "--per-segment finds rules for each segment, --method refit keeps those of --like",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused_and_nothing_written(built, seeds, options, message):
    before = contents(seeds)
    done = fit(built, *options)
    assert done.exit_code == 1, done.output
    assert message in " ".join(done.output.split())
    assert contents(seeds) == before


@pytest.mark.parametrize(
    "option",
    [
        *[("--pdo", "0"), ("--mql", "-1"), ("--band", "hot"), ("--band", "hot=0")],
        *[("--pdo", "nan"), ("--anchor", "inf"), ("--mql", "inf"), ("--min-leads", "nan")],
        *[("--min-conversions", "inf"), ("--band", "hot=nan"), ("--band", "hot=inf")],
    ],
)
def test_options_out_of_range_are_no_options(option):
    assert CliRunner().invoke(main, ["fit", "--scorecard", "x", *option]).exit_code == 2


def test_seeds_with_mistakes_are_told_as_by_the_check(own):
    rules = SeedFile.read(find_seed(own.seeds, "fit_bands"))
    rules.change(0, "min_odds_ratio", "many")
    rules.write()
    before = contents(own.seeds)
    done = fit(own, "--scorecard", "x")
    assert done.exit_code == 1
    assert "column min_odds_ratio: 'many' is not a number" in " ".join(done.output.split())
    assert contents(own.seeds) == before


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("champion", "is the champion: a new fit under its name would change live scores"),
        ("retired", "is retired: a new fit under its name would bring it back"),
    ],
)
def test_a_fitted_scorecard_that_is_no_challenger_is_not_overwritten(own, role, message):
    scorecards = SeedFile.read(find_seed(own.seeds, "scorecards"))
    [row] = scorecards.find(scorecard_id="b2b_saas_v1")
    if role == "champion":
        scorecards.change(row, "method", "fitted")
    else:
        record = scorecards.records()[row]
        scorecards.append([record | {"scorecard_id": "old", "role": role, "method": "fitted"}])
    scorecards.write()
    done = fit(own, "--scorecard", "b2b_saas_v1" if role == "champion" else "old")
    assert done.exit_code == 1
    assert message in done.output


def test_refit_leaves_out_rules_of_excluded_signals(own):
    done = fit(own, "--scorecard", "kept", "--like", "b2b_saas_v1", "--method", "refit",
               "--exclude", "Seniority")  # fmt: skip
    assert done.exit_code == 0, done.output
    signals = {rule["signal"] for rule in rules_of(own.seeds, "kept")}
    assert "seniority" not in signals
    assert "department" in signals


@pytest.mark.thorough
def test_leak_is_named_and_may_be_allowed(own):
    before = contents(own.seeds)
    done = fit(own, "--scorecard", "learned", leak=())
    assert done.exit_code == 1, done.output
    assert "contract_signed: information value" in done.output
    assert "--allow contract_signed" in done.output
    assert contents(own.seeds) == before
    done = fit(own, "--scorecard", "learned", leak=("--allow", "contract_signed"))
    assert done.exit_code == 0, done.output
    # Nobody with a contract did not convert: allowed or not, that is too little for a rule.
    assert "contract_signed" not in {rule["signal"] for rule in rules_of(own.seeds, "learned")}


@pytest.mark.thorough
def test_leak_of_which_something_is_known_of_others_is_a_rule_once_allowed(own):
    with duckdb.connect(str(own.database)) as connection:
        connection.execute(
            "delete from int_leads__attribute_history"
            " where attribute = 'contract_signed' and hash(lead_id) % 4 = 0"
        )
        connection.execute(
            """
            insert into int_leads__attribute_history by name
            select history.* replace ('contract_signed' as attribute, 'yes' as value)
            from int_leads__attribute_history as history
            where attribute = 'lead_source' and hash(lead_id) % 40 = 1
            and lead_id not in (
                select lead_id from int_leads__attribute_history where attribute = 'contract_signed'
            )
            """
        )
    assert fit(own, "--scorecard", "learned", leak=()).exit_code == 1
    done = fit(own, "--scorecard", "learned", leak=("--allow", "Contract_Signed"))
    assert done.exit_code == 0, done.output
    assert "contract_signed" in {rule["signal"] for rule in rules_of(own.seeds, "learned")}


def test_noise_is_no_scorecard(own):
    """Conversions dealt out anew among leads: whatever was known says nothing of them."""
    with duckdb.connect(str(own.database)) as connection:
        connection.execute("update backtest set is_converted = md5('a' || lead_id) < '0f'")
    before = contents(own.seeds)
    done = fit(own, "--scorecard", "learned")
    assert done.exit_code == 3, done.output
    assert "No scorecard was written" in " ".join(done.output.split())
    assert contents(own.seeds) == before


def test_nobody_reached_the_outcome(own):
    with duckdb.connect(str(own.database)) as connection:
        connection.execute("update backtest set is_converted = false")
    done = fit(own, "--scorecard", "learned")
    assert done.exit_code == 1, done.output
    assert (
        "none converted, so nothing can tell the two apart. Check conversion_outcome"
        in " ".join(done.output.split())
    )


def test_before_the_first_build_it_says_so(own, tmp_path):
    (tmp_path / "empty").mkdir()
    empty = Warehouse(tmp_path / "empty", raw=own.raw, seeds=own.seeds)
    done = fit(empty, "--scorecard", "learned")
    assert done.exit_code == 1, done.output
    assert "There is no database" in done.output
    duckdb.connect(str(empty.database)).close()
    done = fit(empty, "--scorecard", "learned")
    assert done.exit_code == 1, done.output
    assert "run `dbt build` first" in done.output
