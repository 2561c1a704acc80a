"""Verdict, headline numbers and sections of each champion."""

from lead_scoring.report.queries import Evidence, Row
from lead_scoring.report.sections.bands import bands
from lead_scoring.report.sections.capacity import capacity
from lead_scoring.report.sections.chances import chances
from lead_scoring.report.sections.drift import drift
from lead_scoring.report.sections.maturity import maturity
from lead_scoring.report.sections.parts import Card, Tile
from lead_scoring.report.sections.ranking import ranking
from lead_scoring.report.sections.reader import Reader, total_bands
from lead_scoring.report.sections.rivals import rivals
from lead_scoring.report.sections.rules import rules
from lead_scoring.report.sections.today import today
from lead_scoring.report.sections.words import count, listed, percent


def cards(evidence: Evidence) -> list[Card]:
    """What there is to say about each champion."""
    return [_card(evidence, scorecard) for scorecard in evidence.scorecards]


def _card(evidence: Evidence, scorecard: Row) -> Card:
    reader = Reader(evidence, scorecard)
    verdict, kind = _verdict(reader)
    return Card(
        name=reader.id,
        scorecard_id=reader.id,
        description=scorecard.get("description") or "",
        verdict=verdict,
        verdict_kind=kind,
        tiles=_tiles(reader),
        sections=[
            bands(reader),
            ranking(reader),
            capacity(reader),
            chances(reader),
            rivals(reader),
            rules(reader),
            today(reader),
            drift(reader),
            maturity(reader),
        ],
    )


def _verdict(reader: Reader) -> tuple[str, str]:
    metrics = reader.rows("scorecard_metrics", dimension="total", split="test")
    if not reader.known:
        return reader.why_empty("backtest_maturity", "nothing has matured"), "unknown"
    if not metrics or metrics[0]["auc"] is None:
        return (
            "Not known yet: there are no test days with both conversions and leads that did not "
            "convert.",
            "unknown",
        )
    (metric, *_) = metrics
    breaks = [band["band"] for band in total_bands(reader) if band.get("is_rank_order_break")]
    low, high = metric.get("auc_low"), metric.get("auc_high")
    if low is None or high is None:
        return "The score cannot be judged yet: too few conversions for an interval.", "unknown"
    if high < 0.5:
        return (
            "The score is upside down: on days it had not seen, higher scores converted less "
            "often.",
            "bad",
        )
    if low <= 0.5:
        return (
            "Not proven: on days it had not seen, the score cannot be told from a coin.",
            "warn",
        )
    compared = reader.rows("scorecard_comparison")
    if compared and all(row["verdict"] == "too few conversions" for row in compared):
        return (
            f"Promising, not proven: the score ranked {reader.who} better than a coin, but too few "
            "have converted to be sure.",
            "warn",
        )
    if breaks:
        return (
            f"The score ranks {reader.who} better than a coin, but its bands are not in order: see "
            f"{listed(breaks)} below.",
            "warn",
        )
    return (
        f"The score holds: better bands converted more often, and on days it had not seen it "
        f"ranked {reader.who} clearly better than a coin.",
        "good",
    )


def _tiles(reader: Reader) -> list[Tile]:
    tiles = []
    bands = [band for band in total_bands(reader) if band["scored_rows"]]
    if bands and reader.average:
        best = bands[0]
        tiles.append(
            Tile(
                percent(best["conversion_rate"], 0),
                f"of {reader.who} in the band {best['band']} converted",
                f"{best['conversion_rate'] / reader.average:.1f} times the average of "
                f"{percent(reader.average)}; interval {percent(best['conversion_rate_low'], 0)} to "
                f"{percent(best['conversion_rate_high'], 0)}.",
            )
        )
    for metric in reader.rows("scorecard_metrics", dimension="total", split="test"):
        if metric["auc"] is not None:
            margin = (
                f" Interval {100 * metric['auc_low']:.0f} to {100 * metric['auc_high']:.0f}."
                if metric.get("auc_low") is not None and metric.get("auc_high") is not None
                else ""
            )
            tiles.append(
                Tile(
                    f"{100 * metric['auc']:.0f} of 100",
                    "times the one who converts has the higher score",
                    f"Of pairs in which one converted; a coin gets 50.{margin}",
                )
            )
    gains = reader.rows("score_gains", dimension="total", split="test")
    if gains and gains[0]["cumulative_conversion_share"] is not None:
        tiles.append(
            Tile(
                percent(gains[0]["cumulative_conversion_share"], 0),
                f"of conversions are in the best-scored "
                f"{percent(gains[0]['cumulative_rows_share'], 0)}",
                "Picking at random would find as many percent as it looks at.",
            )
        )
    for metric in reader.rows("scorecard_metrics", dimension="total", split="test"):
        if metric.get("ece_equal_mass") is not None:
            tiles.append(
                Tile(
                    f"{100 * metric['ece_equal_mass']:.1f} points",
                    "between promised and real chance",
                    "Mean distance in percentage points; 0 would be chances kept exactly.",
                )
            )
    if reader.known:
        waiting = sum(row["not_yet_known_rows"] for row in reader.rows("backtest_maturity"))
        tiles.append(
            Tile(
                count(reader.known["scored_rows"]),
                "scores with a known outcome",
                f"Of {count(reader.known['leads'])} {reader.who}. Another {count(waiting)} scores "
                "are too young to judge and count nowhere.",
            )
        )
    return tiles
