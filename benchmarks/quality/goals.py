"""What a data set may ask of the fitted scorecard, and whether a result gives it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Result = Mapping[str, Any]


class Verdict(NamedTuple):
    """Whether a goal is met, with what was asked and what came, in words."""

    goal: str
    is_met: bool
    asked: str
    found: str


def _auc_at_least(result: Result, least: float) -> tuple[bool, str, str]:
    return result["auc"] >= least, f"AUC at least {least:.3f}", f"{result['auc']:.4f}"


def _auc_within(result: Result, ends: list[float]) -> tuple[bool, str, str]:
    low, high = ends
    is_met = low <= result["auc"] <= high
    return is_met, f"AUC from {low:.2f} to {high:.2f}", f"{result['auc']:.4f}"


def _ece_at_most(result: Result, most: float) -> tuple[bool, str, str]:
    errors = [result["ece_equal_mass"], result["ece_equal_width"]]
    found = " and ".join("none" if error is None else f"{error:.4f}" for error in errors)
    is_met = all(error is not None and error <= most for error in errors)
    return is_met, f"both calibration errors at most {most:.3f}", found


def _ahead_of_naive_bayes(result: Result, _) -> tuple[bool, str, str]:
    rival = result["naive_bayes"]
    asked = "higher AUC and lower log loss than naive Bayes"
    if rival is None or result["log_loss"] is None:
        return False, asked, "nothing to compare"
    is_met = result["auc"] > rival["auc"] and result["log_loss"] < rival["log_loss"]
    losses = f"{result['log_loss']:.4f} and {rival['log_loss']:.4f}"
    return is_met, asked, f"AUC {result['auc']:.4f} and {rival['auc']:.4f}, log loss {losses}"


def _not_worse_than_lightgbm(result: Result, _) -> tuple[bool, str, str]:
    rival = result["lightgbm"]
    asked = "AUC not significantly worse than LightGBM"
    is_met = rival["difference_high"] is not None and rival["difference_high"] >= 0
    return is_met, asked, _difference(rival)


def _lightgbm_at_most_ahead_by(result: Result, margin: float) -> tuple[bool, str, str]:
    rival = result["lightgbm"]
    asked = f"AUC at most {margin} below LightGBM"
    return -rival["difference"] <= margin, asked, _difference(rival)


def _seconds_at_most(result: Result, most: float) -> tuple[bool, str, str]:
    fit, score = result["fit_seconds"], result["score_seconds"]
    return fit + score <= most, f"fit and score in {most} s", f"{fit:.1f} s and {score:.1f} s"


def _better_than_start(result: Result, _) -> tuple[bool, str, str]:
    rival = result["start"]
    asked = "AUC significantly better than that of the scorecard to start with"
    if rival is None or rival["difference_low"] is None:
        return False, asked, "nothing to compare"
    return rival["difference_low"] > 0, asked, _difference(rival)


def _difference(rival: Result) -> str:
    """The AUC of the scorecard minus that of a rival, in words."""
    text = f"AUC {rival['auc']:.4f}, difference {rival['difference']:+.4f}"
    if rival["difference_low"] is None:
        return text
    return f"{text}, {rival['difference_low']:+.4f} to {rival['difference_high']:+.4f}"


# Each takes a result and the number that the description of the data set asks for.
GOALS: dict[str, Callable[[Result, Any], tuple[bool, str, str]]] = {
    "auc_at_least": _auc_at_least,
    "auc_within": _auc_within,
    "ece_at_most": _ece_at_most,
    "ahead_of_naive_bayes": _ahead_of_naive_bayes,
    "not_worse_than_lightgbm": _not_worse_than_lightgbm,
    "lightgbm_at_most_ahead_by": _lightgbm_at_most_ahead_by,
    "seconds_at_most": _seconds_at_most,
    "better_than_start": _better_than_start,
}


def judge(goals: Mapping[str, Any], result: Result) -> list[Verdict]:
    """Say of each goal whether a result meets it.

    Arguments:
        goals: what is asked, by name of the goal; `false` asks nothing.
        result: what `measure` found.
    """
    return [
        Verdict(goal, *GOALS[goal](result, asked))
        for goal, asked in goals.items()
        if asked is not False
    ]
