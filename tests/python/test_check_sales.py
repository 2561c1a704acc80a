"""Mistakes in the seeds of sales are reported at their place."""

import pytest
from conftest import SEEDS
from test_check import found, place, read, write

RULES = "operations/mql_rules"
REASONS = "operations/rejection_reasons"
REPS = "operations/sales_reps"
ROUTING = "operations/routing_rules"


def changed(seeds, seed, change):
    """Let a function change the lines of a seed, header first; returns what is said about it."""
    path = seeds / f"{seed}.csv"
    lines = read(path)
    change(lines)
    write(path, lines)
    return sorted(found(seeds))


def last(seed):
    """Number of the last row of a shipped seed, and of one added behind it."""
    number = len(read(SEEDS / f"{seed}.csv"))
    return number, number + 1


@pytest.mark.parametrize(("seed", "column"), [(RULES, "scorecard_id"), (REASONS, "reason")])
def test_second_row_for_all_others(edited_seeds, seed, column):
    width = len(read(SEEDS / f"{seed}.csv")[0])
    _, added = last(seed)
    assert changed(
        edited_seeds, seed, lambda lines: lines.append(["", "9", *[""] * (width - 2)])
    ) == [
        (
            "error",
            f"{place(seed, added, column)}: is empty as in row 2, and only one row may be for all "
            "others; name what the row is for, or delete one of the two",
        )
    ]


def test_rules_of_a_scorecard_that_does_not_exist(edited_seeds):
    _, added = last(RULES)
    messages = changed(
        edited_seeds, RULES, lambda lines: lines.append(["nobody", "x", "0", "", ""])
    )
    assert [(severity, text.split("; ")[0]) for severity, text in messages] == [
        ("error", f"{place(RULES, added, 'exit_margin_points')}: 'x' is not a number"),
        (
            "error",
            f"{place(RULES, added, 'recycle_after_days')}: '0' is not a whole number from 1 to "
            "36500",
        ),
        ("error", f"{place(RULES, added, 'scorecard_id')}: 'nobody' is not a scorecard"),
    ]


def test_routing_without_a_rule_for_everybody(edited_seeds):
    end, _ = last(ROUTING)
    assert changed(edited_seeds, ROUTING, lambda lines: lines.pop()) == [
        (
            "error",
            f"{place(ROUTING, end - 1, 'rule_order')}: the last rule is not for everybody, so some "
            "leads have no team; add a rule of a higher rule_order without segment_id and "
            "market_region",
        ),
    ]


def test_reps_without_any_rule(edited_seeds):
    assert (
        "error",
        f"{place(ROUTING)}: there are reps but no rule, so leads without an owner have no team; "
        "add a rule without segment_id and market_region that names a team",
    ) in changed(edited_seeds, ROUTING, lambda lines: lines.__delitem__(slice(1, None)))


def test_rule_behind_the_one_for_everybody(edited_seeds):
    end, added = last(ROUTING)
    assert changed(
        edited_seeds, ROUTING, lambda lines: lines.append(["100", "", "", "pool", ""])
    ) == [
        (
            "warning",
            f"{place(ROUTING, added, 'rule_order')}: no lead gets here: row {end} is for everybody "
            "and comes first; give the rule for everybody the highest rule_order, or delete this "
            "row",
        ),
    ]


def test_team_without_an_active_rep(edited_seeds):
    def send_home(lines):
        for line in lines[1:]:
            line[5] = "false" if line[2] == "dach" else line[5]

    number = next(
        n for n, line in enumerate(read(SEEDS / f"{ROUTING}.csv"), 1) if line[3] == "dach"
    )
    assert changed(edited_seeds, REPS, send_home) == [
        (
            "warning",
            f"{place(ROUTING, number, 'team')}: team dach has no active rep, so its leads wait for "
            f"nobody; write true as is_active of one of its reps in seeds/{REPS}.csv, or "
            "name another team",
        )
    ]


def test_team_and_region_that_nobody_knows(edited_seeds):
    def misspell(lines):
        lines[2][2], lines[2][3] = "dachh", "dachs"

    assert [
        (severity, text.split("; ")[0])
        for severity, text in changed(edited_seeds, ROUTING, misspell)
    ] == [
        ("error", f"{place(ROUTING, 3, 'market_region')}: 'dachh' is not a market region"),
        ("error", f"{place(ROUTING, 3, 'team')}: 'dachs' is not a team"),
    ]
