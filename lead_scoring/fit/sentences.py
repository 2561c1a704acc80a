"""What people read of a fitted rule: its name, the sentence for the rep, and the evidence."""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from lead_scoring.fit.scorecard import FittedRule

LISTED_VALUES = 4


@dataclass(frozen=True)
class OddsRatio:
    """How the odds of leads with a rule compare with those of all others, on the same rows.

    Attributes:
        ratio, low, high: The ratio and its interval.
        leads: Leads the rule held for on at least one day.
        converted_leads: Those of them that converted.
    """

    ratio: float
    low: float
    high: float
    leads: int
    converted_leads: int


def odds_ratio(
    holds: np.ndarray, is_converted: np.ndarray, lead: np.ndarray, confidence_z: float
) -> OddsRatio:
    """Compare rows for which a rule holds with the others.

    The error of the log of the ratio adds up the influence of each row (delta method) by lead
    before it is squared, because the days of a lead hang together.

    Args:
        holds: Whether the rule holds for each row; for some, not for all.
        is_converted: Label of each row.
        lead: Lead of each row, numbered from 0.
        confidence_z: Width of the interval in standard errors.
    """
    influence = np.zeros(len(lead))
    log_odds = []
    for side in (holds, ~holds):
        # Half a row more of each kind, as for the weight of evidence.
        rate = (is_converted[side].sum() + 0.5) / (side.sum() + 1)
        log_odds.append(np.log(rate / (1 - rate)))
        sign = 1 if side is holds else -1
        influence[side] = (
            sign * (is_converted[side] - rate) / ((side.sum() + 1) * rate * (1 - rate))
        )
    difference = log_odds[0] - log_odds[1]
    error = np.sqrt((np.bincount(lead, influence) ** 2).sum())
    low, middle, high = np.exp(difference + confidence_z * error * np.array([-1, 0, 1]))
    return OddsRatio(
        float(middle),
        float(low),
        float(high),
        len(np.unique(lead[holds])),
        len(np.unique(lead[holds & is_converted])),
    )


def rationale(
    rule: FittedRule, evidence: OddsRatio, points_to_double_odds: float, confidence_z: float
) -> str:
    """Return why the points are what they are.

    Args:
        rule: The rule.
        evidence: How leads with it converted.
        points_to_double_odds: Points that double the odds.
        confidence_z: Width of the interval in standard errors.
    """
    covered = 1 - 2 * norm.sf(confidence_z)
    worth = 2 ** (rule.points / points_to_double_odds)
    each = " per event" if rule.measure == "each" else ""
    return (
        f"{evidence.ratio:.2g}x the odds of other leads, {evidence.leads:,} leads,"
        f" {evidence.converted_leads:,} converted, {100 * covered:.3g} %"
        f" {evidence.low:.2g}-{evidence.high:.2g};"
        f" with the other rules in place worth {worth:.2g}x{each}"
    )


def reason(rule: FittedRule) -> str:
    """Return the sentence that a rep reads.

    Args:
        rule: The rule.
    """
    name = _words(rule.signal)
    if rule.measure == "value":
        return _attribute_reason(name, rule)
    about = f" about {_words(rule.topic).lower()}" if rule.topic else ""
    within = f" within {rule.window_days} days" if rule.window_days else ""
    if rule.signal == "any_activity":
        name = "Any activity"
    elif rule.signal.startswith("channel:"):
        name = f"Activity on {_words(rule.signal.partition(':')[2]).lower()}"
    if rule.measure == "each":
        fades = f", fading by half in {rule.half_life_days:g} days" if rule.half_life_days else ""
        return f"{name}{about}{within}{fades}"
    if rule.measure == "days_since_last" and rule.operator == "is present":
        return f"{name}{about} at any time"
    counted = _range(rule)
    days = "1 day" if counted == "1" else f"{counted} days"
    if rule.measure == "events":
        times = "once" if counted == "1" else f"{counted} times"
        return f"{name}{about}, {times}{within}"
    if rule.measure == "active_days":
        return f"{name}{about} on {days}{within}"
    if rule.value == "0" and rule.operator in ("=", "<="):
        return f"{name}{about}, last today"
    return f"{name}{about}, last {days} ago"


def _attribute_reason(name: str, rule: FittedRule) -> str:
    """Sentence about an attribute."""
    if rule.operator == "is missing":
        return f"{name} not known"
    if rule.operator == "is present":
        return f"{name} known"
    if rule.operator in ("=", "in"):
        texts = rule.value.split("|")
        listed = ", ".join(texts[:LISTED_VALUES])
        more = f" or {len(texts) - LISTED_VALUES} more" if len(texts) > LISTED_VALUES else ""
        return f"{name}: {listed}{more}"
    if rule.operator in ("!=", "not in"):
        return f"{name}: something less common"
    return f"{name}: {_range(rule)}"


def _range(rule: FittedRule) -> str:
    """Numbers of a rule in words."""
    if rule.operator == "between":
        return " to ".join(rule.value.split(".."))
    return {
        "=": rule.value,
        ">=": f"{rule.value} or more",
        "<=": f"{'up to' if rule.measure == 'value' else 'at most'} {rule.value}",
    }[rule.operator]


def _words(name: str) -> str:
    """A name of the seeds as words."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def rule_id(rule: FittedRule, taken: set[str]) -> str:
    """Return a name for the rule that no other rule of the scorecard has, and note it as taken.

    Args:
        rule: The rule.
        taken: Names that are taken.
    """
    parts = [rule.signal, rule.topic or ""]
    if rule.measure != "value":
        parts.append(rule.measure)
    parts.append(f"{rule.window_days}d" if rule.window_days else "")
    parts.append(f"half_life_{rule.half_life_days:g}d" if rule.half_life_days else "")
    operator = {"between": "", "=": "", "in": "", ">=": "from", "<=": "up to"}.get(
        rule.operator or "", rule.operator or ""
    )
    rare = rule.operator in ("!=", "not in")
    parts += ["other" if rare else operator, "" if rare else (rule.value or "")]
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode()
    # A name without any letter of the alphabet leaves nothing.
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:60].rstrip("_") or "rule"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    taken.add(unique)
    return unique
