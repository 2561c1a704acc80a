"""Every kind of mistake in the experiments is reported at its place."""

import csv
import re
import shutil

import pytest
from conftest import SEEDS
from test_check import found, place, read, write

EXPERIMENTS = "operations/experiments"
SCORECARDS = "scorecards/scorecards"
HEADER = (
    "experiment_id,salt,starts_on,ends_on,arm,share,treatment,scorecard_id,is_control,description"
)
COLUMNS = next(csv.reader([HEADER]))
# Row 2 is the control, row 3 the arm that is compared with it.
GOOD = """
trial,red,2026-01-01,2026-03-31,usual,0.5,scorecard,b2b_saas_v1,true,As ever
trial,red,2026-01-01,2026-03-31,rival,0.4,scorecard,b2b_saas_v2,false,With the rival
trial,red,2026-01-01,2026-03-31,nobody,0.1,hold_out,,,Not by score
later,blue,2026-04-01,,usual,0.9,scorecard,b2b_saas_v1,true,As ever
later,blue,2026-04-01,,low,0.1,exploration,b2b_saas_v1,,Low ones too
"""


def case(title, changes, *mistakes):
    """Cells that are changed, by row and column, and everything that is said about it."""
    return pytest.param(changes, mistakes, id=title.replace(" ", "-"))


def error(row, column, text):
    """An error in a cell."""
    return "error", row, column, text


def warning(row, column, text):
    """The same as a warning."""
    return "warning", row, column, text


CASES = [
    case("no mistake", {}),
    case(
        "experiment without a name",
        {(4, "experiment_id"): ""},
        error(4, "experiment_id", "is empty; write a name such as rival_scorecard"),
    ),
    case(
        "salt missing",
        {(4, "salt"): ""},
        error(4, "salt", "is empty; write any text that no other experiment has"),
    ),
    case(
        "start missing",
        {(3, "starts_on"): ""},
        error(3, "starts_on", "is empty; write a day such as 2026-03-01"),
    ),
    case(
        "arm without a name",
        {(4, "arm"): ""},
        error(4, "arm", "is empty; write a name such as challenger"),
    ),
    case(
        "share missing",
        {(4, "share"): ""},
        error(4, "share", "is empty; write a share such as 0.5"),
    ),
    case(
        "treatment missing",
        {(4, "treatment"): ""},
        error(4, "treatment", "is empty; write one of scorecard, hold_out, exploration"),
    ),
    case(
        "unknown treatment",
        {(4, "treatment"): "holdout"},
        error(
            4,
            "treatment",
            "'holdout' is not a treatment; use one of scorecard, hold_out, exploration",
        ),
    ),
    case(
        "unknown scorecard",
        {(3, "scorecard_id"): "b2b_saas_v9"},
        error(
            3,
            "scorecard_id",
            "'b2b_saas_v9' is not a scorecard; use one of b2b_saas_v1, b2b_saas_v2, "
            "customer_upsell_v1, pql_v1, or add it to seeds/scorecards/scorecards.csv",
        ),
    ),
    case(
        "control neither true nor false",
        {(4, "is_control"): "maybe"},
        error(4, "is_control", "'maybe' is neither true nor false; write true or false"),
    ),
    case(
        "arm twice",
        {(4, "arm"): "Rival"},
        error(
            4,
            None,
            "has the same arm and experiment_id as row 3; delete one of the two rows or change one "
            "of them",
        ),
    ),
    case(
        "date of another country",
        {(row, "starts_on"): "01.01.2026" for row in (2, 3, 4)},
        *(
            error(
                row,
                "starts_on",
                "'01.01.2026' is not a day of the calendar; write year-month-day, such as "
                "2026-03-01",
            )
            for row in (2, 3, 4)
        ),
    ),
    case(
        "day that does not exist",
        {(row, "ends_on"): "2026-02-30" for row in (2, 3, 4)},
        *(
            error(
                row,
                "ends_on",
                "'2026-02-30' is not a day of the calendar; write year-month-day, such as "
                "2026-03-01",
            )
            for row in (2, 3, 4)
        ),
        # An unreadable end is none.
        warning(
            5,
            "starts_on",
            "a lead can be in this experiment and in trial of row 2 at once; start it after the "
            "other one has ended, unless a lead can be worked as both say",
        ),
    ),
    case(
        "end before the start",
        {(row, "ends_on"): "2026-03-31" for row in (5, 6)},
        *(
            error(
                row,
                "ends_on",
                "'2026-03-31' is before starts_on '2026-04-01'; swap the two or correct one of "
                "them; leave ends_on empty while there is no end",
            )
            for row in (5, 6)
        ),
    ),
    case(
        "one day only",
        {(row, "ends_on"): "2026-04-01" for row in (5, 6)},
    ),
    case(
        "salts of two arms differ",
        {(3, "salt"): "rouge"},
        error(
            3,
            "salt",
            "'rouge' differs from 'red' in row 2, another arm of experiment trial; write the same "
            "in every row of the experiment",
        ),
    ),
    case(
        "starts of two arms differ",
        {(4, "starts_on"): "2026-01-02"},
        error(
            4,
            "starts_on",
            "'2026-01-02' differs from '2026-01-01' in row 2, another arm of experiment trial; "
            "write the same in every row of the experiment",
        ),
    ),
    case(
        "one arm has an end",
        {(6, "ends_on"): "2026-05-01"},
        error(
            6,
            "ends_on",
            "'2026-05-01' differs from the empty cell in row 5, another arm of experiment later; "
            "write the same in every row of the experiment",
        ),
    ),
    case(
        "one arm has no end",
        {(3, "ends_on"): ""},
        error(
            3,
            "ends_on",
            "the empty cell differs from '2026-03-31' in row 2, another arm of experiment trial; "
            "write the same in every row of the experiment",
        ),
    ),
    case(
        "share of percents",
        {(4, "share"): "10"},
        error(
            4,
            "share",
            "'10' is not above 0 and at most 1; write a share, such as 0.25 for a quarter",
        ),
    ),
    case(
        "share of nobody",
        {(4, "share"): "0"},
        error(
            4,
            "share",
            "'0' is not above 0 and at most 1; write a share, such as 0.25 for a quarter",
        ),
    ),
    case(
        "share with a percent sign",
        {(4, "share"): "10%"},
        error(
            4,
            "share",
            "'10%' is not a number; write digits such as 1000 or -2.5, without units, blanks or "
            "thousands separators",
        ),
    ),
    case(
        "share of a third",
        {(4, "share"): "0.03333333"},
        error(
            4,
            "share",
            "'0.03333333' has more than 6 decimals; shares are counted in millionths: round it",
        ),
    ),
    case(
        "shares above one",
        {(4, "share"): "0.100001"},
        error(
            4,
            "share",
            "the shares of experiment trial add up to 1.000001; lower some of them until they add "
            "up to 1 or less",
        ),
    ),
    case("shares below one", {(4, "share"): "0.05"}),
    case(
        "no control",
        {(2, "is_control"): ""},
        error(
            2,
            "is_control",
            "experiment trial has no control; write true in the row of the arm that the others "
            "are compared with",
        ),
    ),
    case(
        "two controls",
        {(4, "is_control"): "yes"},
        error(
            4,
            "is_control",
            "experiment trial has a control in row 2 already; write false in all rows of the "
            "experiment but one",
        ),
    ),
    case(
        "scorecard missing",
        {(3, "scorecard_id"): ""},
        error(
            3,
            "scorecard_id",
            "is empty; treatment scorecard needs the scorecard that the arm is worked by",
        ),
    ),
    case(
        "scorecard of the exploration missing",
        {(6, "scorecard_id"): ""},
        error(
            6,
            "scorecard_id",
            "is empty; treatment exploration needs the scorecard that the arm is worked by",
        ),
    ),
    case(
        "hold-out with a scorecard",
        {(4, "scorecard_id"): "b2b_saas_v1"},
        error(
            4,
            "scorecard_id",
            "'b2b_saas_v1' has no meaning for treatment hold_out; leave it empty; scorecard_id is "
            "for treatment scorecard, exploration",
        ),
    ),
    case(
        "scorecard of customers",
        {(3, "scorecard_id"): "customer_upsell_v1"},
        error(
            3,
            "scorecard_id",
            "'customer_upsell_v1' scores customers; use a scorecard for open_leads: they enter an "
            "experiment when they are created",
        ),
    ),
    case(
        "two explorations",
        {
            (5, "treatment"): "exploration",
            (5, "is_control"): "",
            (6, "treatment"): "exploration",
        },
        error(
            5,
            "is_control",
            "experiment later has no control; write true in the row of the arm that the others "
            "are compared with",
        ),
        error(
            6,
            "treatment",
            "experiment later has an exploration in row 5 already; make it an experiment of its "
            "own",
        ),
    ),
    case(
        "exploration as control",
        {(5, "is_control"): "", (6, "is_control"): "true"},
        error(
            6,
            "is_control",
            "an exploration cannot be the control; write true in the row of an arm that is worked "
            "as usual",
        ),
    ),
    case(
        "salt of another experiment",
        {(5, "salt"): "red", (6, "salt"): "red"},
        error(
            5,
            "salt",
            "'red' is the salt of experiment trial in row 2 too, so the arms of both would get "
            "the same leads; write another text",
        ),
    ),
    case(
        "two experiments at once",
        {(5, "starts_on"): "2026-03-31", (6, "starts_on"): "2026-03-31"},
        warning(
            5,
            "starts_on",
            "a lead can be in this experiment and in trial of row 2 at once; start it after the "
            "other one has ended, unless a lead can be worked as both say",
        ),
    ),
    case(
        "one arm",
        {(6, "experiment_id"): "lonely", (6, "salt"): "green", (6, "is_control"): "true"},
        warning(
            6,
            "arm",
            "experiment lonely has one arm only, so nothing is compared; add a row for another "
            "arm, or delete the experiment",
        ),
        error(
            6,
            "is_control",
            "an exploration cannot be the control; write true in the row of an arm that is worked "
            "as usual",
        ),
        warning(
            5,
            "arm",
            "experiment later has one arm only, so nothing is compared; add a row for another "
            "arm, or delete the experiment",
        ),
        warning(
            6,
            "starts_on",
            "a lead can be in this experiment and in later of row 5 at once; start it after the "
            "other one has ended, unless a lead can be worked as both say",
        ),
    ),
]


GOOD_ROWS = list(csv.reader(GOOD.strip().splitlines()))
# Names of experiments and salts, which each case has to itself.
OWN_NAMES = r"\b(trial|later|lonely|red|rouge|blue|green)\b"
OTHER_EXPERIMENT = r"a lead can be in this experiment and in \w+ of row (\d+) at once"


def changed(changes):
    """The good rows with other cells."""
    rows = [list(row) for row in GOOD_ROWS]
    for (row, column), text in changes.items():
        rows[row - 2][COLUMNS.index(column)] = text
    return rows


def of_case(text, number):
    """A text about the rows of one case, as it reads when those of all cases are in one file."""
    text = re.sub(OWN_NAMES, rf"\1_{number}", text)
    return re.sub(
        r"\brow (\d+)", lambda match: f"row {int(match[1]) + number * len(GOOD_ROWS)}", text
    )


@pytest.fixture(scope="module")
def found_together(tmp_path_factory):
    """What is said about the rows of all cases, checked in one file because that is faster."""
    seeds = shutil.copytree(SEEDS, tmp_path_factory.mktemp("together") / "seeds")
    rows = [
        [of_case(cell, number) for cell in row]
        for number, parameters in enumerate(CASES)
        for row in changed(parameters.values[0])
    ]
    write(seeds / f"{EXPERIMENTS}.csv", [COLUMNS, *rows])
    return found(seeds)


@pytest.mark.parametrize("number", [pytest.param(n, id=case.id) for n, case in enumerate(CASES)])
def test_mistake_in_an_experiment_is_reported_at_its_cell(number, found_together):
    _, mistakes = CASES[number].values
    rows = range(2 + number * len(GOOD_ROWS), 2 + (number + 1) * len(GOOD_ROWS))
    said = set()
    for severity, message in found_together:
        other = re.search(OTHER_EXPERIMENT, message)
        # Experiments of two cases are on the same days.
        if other and int(other[1]) not in rows:
            continue
        if int(re.search(r" row (\d+)", message)[1]) in rows:
            said.add((severity, message))
    assert said == {
        (severity, of_case(f"{place(EXPERIMENTS, row, column)}: {text}", number))
        for severity, row, column, text in mistakes
    }


@pytest.fixture
def good_seeds(edited_seeds):
    """The seeds with the experiments of this file; a function writes them with other cells."""

    def change(changes):
        write(edited_seeds / f"{EXPERIMENTS}.csv", [COLUMNS, *changed(changes)])
        return edited_seeds

    return change


def edit_scorecard(seeds, scorecard_id, column, text):
    """Change a cell of a scorecard; returns its row number."""
    path = seeds / f"{SCORECARDS}.csv"
    header, *lines = read(path)
    number = next(n for n, line in enumerate(lines, start=2) if line[0] == scorecard_id)
    lines[number - 2][header.index(column)] = text
    write(path, [header, *lines])
    return number


def test_retired_scorecard_in_an_experiment_without_end(good_seeds):
    seeds = good_seeds({(5, "scorecard_id"): "b2b_saas_v2"})
    edit_scorecard(seeds, "b2b_saas_v2", "role", "retired")
    text = (
        "'b2b_saas_v2' is retired and scores nobody, but the experiment has no end; write ends_on, "
        "or use a scorecard that is champion or challenger"
    )
    # The other experiment with this scorecard is over: nothing is wrong with it.
    assert found(seeds) == {("error", f"{place(EXPERIMENTS, 5, 'scorecard_id')}: {text}")}


def test_exploration_of_a_scorecard_without_a_line(good_seeds):
    seeds = good_seeds({})
    row = edit_scorecard(seeds, "b2b_saas_v1", "mql_score", "")
    text = (
        "'b2b_saas_v1' has no mql_score, so no lead is below its sales-ready line; write mql_score "
        f"in row {row} of seeds/scorecards/scorecards.csv"
    )
    assert ("error", f"{place(EXPERIMENTS, 6, 'scorecard_id')}: {text}") in found(seeds)


def test_experiments_may_be_none(good_seeds):
    seeds = good_seeds({})
    write(seeds / f"{EXPERIMENTS}.csv", [COLUMNS])
    assert found(seeds) == set()
