"""Results of the experiments."""

from collections import defaultdict

from lead_scoring.report import charts
from lead_scoring.report.queries import Evidence, Row
from lead_scoring.report.sections.parts import Chart, Column, Key, Section, Table
from lead_scoring.report.sections.words import count, day, listed, percent, plain, sentence

# Words for one arm and for several.
VERDICTS = {
    "better": ("did better than the control", "did better than the control"),
    "worse": ("did worse than the control", "did worse than the control"),
    "no_difference": ("shows no difference", "show no difference"),
    "too_early": ("is too early to tell", "are too early to tell"),
    "not_started": ("has not started", "have not started"),
    "no_leads": ("has no leads", "have no leads"),
    "too_few": ("has too few conversions to compare", "have too few conversions to compare"),
    "sample_ratio_mismatch": (
        "cannot be read: leads are missing",
        "cannot be read: leads are missing",
    ),
}


def experiments(evidence: Evidence) -> Section | None:
    """What the experiments say; None when the warehouse has no table of them."""
    rows = evidence.tables.get("experiment_results")
    if rows is None:
        return None
    title = "What do the experiments say?"
    if not rows:
        return Section(
            "experiments",
            title,
            "Nothing to show yet, because experiments.csv lists no experiment.",
            is_empty=True,
        )
    by_experiment = defaultdict(list)
    for row in rows:
        by_experiment[row["experiment_id"]].append(row)
    section = Section(
        "experiments",
        title,
        _experiments_say(by_experiment),
        "New leads are drawn into arms by lot, so that the arms differ only in how they are "
        "worked. An experiment is read once, when it is over: whoever looks every day until a "
        "difference shows finds one by chance.",
    )
    for name, arms in by_experiment.items():
        arms.sort(key=lambda row: (not row["is_control"], row["arm"]))
        section.charts.append(_experiment_chart(evidence, name, arms))
        section.sentences += [
            (
                sentence(f"{plain(name)}, {plain(row['arm'])}"),
                sentence(row["verdict_sentence"].rstrip(".") + "."),
            )
            for row in arms
            if not row["is_control"]
        ]
    return section


def _experiments_say(by_experiment: dict) -> str:
    says = []
    for name, arms in by_experiment.items():
        by_verdict = defaultdict(list)
        for row in [row for row in arms if not row["is_control"]] or arms:
            by_verdict[row["verdict"]].append(plain(row["arm"]))
        parts = []
        for verdict, names in by_verdict.items():
            one, more = VERDICTS.get(verdict, (f": {plain(verdict)}",) * 2)
            parts.append(f"{listed(names)} {one if len(names) == 1 else more}")
        says.append(f"{sentence(plain(name))}: {'; '.join(parts)}.")
    return " ".join(says)


def _experiment_chart(evidence: Evidence, name: str, arms: list[Row]) -> Chart:
    first, last = arms[0]["starts_on"], arms[0]["ends_on"]
    title = f"{sentence(plain(name))}, " + (
        f"{day(first)} to {day(last)}" if last else f"since {day(first)}"
    )
    bars = _bars(arms)
    known = [bar for bar in bars if bar["value"] is not None]
    rates = listed([f"{bar['name']} {percent(bar['value'])}" for bar in known])
    return Chart(
        f"experiment-{name}",
        title,
        f"Converted so far: {rates}." if known else "No outcome is known yet.",
        charts.interval_bars(bars, None),
        Table(
            f"experiment-{name}",
            title,
            [
                Column("arm", "Arm"),
                Column("treatment", "Worked by"),
                Column("scorecard_id", "Scorecard"),
                Column("leads", "Leads", "count"),
                Column("mature_leads", "Outcome known", "count"),
                Column("not_yet_known_leads", "Not yet known", "count"),
                Column("conversions", "Conversions", "count"),
                Column("conversion_rate", "Rate", "percent"),
                Column("conversion_rate_low", "Low", "percent"),
                Column("conversion_rate_high", "High", "percent"),
                Column("control_mature_leads", "Control: outcome known", "count"),
                Column("control_conversions", "Control: conversions", "count"),
                Column("control_conversion_rate", "Control: rate", "percent"),
                Column("difference", "Difference", "percent"),
                Column("difference_low", "Low", "percent"),
                Column("difference_high", "High", "percent"),
                Column("p_value", "p-value", "auc"),
                Column("minimum_detectable_difference", "Detectable", "percent"),
                Column("verdict_sentence", "Verdict"),
            ],
            arms,
        ),
        [Key("interval", charts.TEXT, f"{evidence.settings.confidence:.0%} interval")],
    )


def _bars(arms: list[Row]) -> list[dict]:
    """A bar per arm, each control before the arms that are compared with it.

    An exploration is compared with those leads of the control that were below the line, too.
    """
    control = [row for row in arms if row["is_control"]]
    others = [row for row in arms if not row["is_control"]]
    explorations = [row for row in others if row["treatment"] == "exploration"]
    bars = []
    if control and (not explorations or len(explorations) < len(others)):
        bars.append(_bar(f"{plain(control[0]['arm'])} (control)", control[0], is_control=True))
    bars += [_bar(plain(row["arm"]), row) for row in others if row not in explorations]
    for row in explorations:
        if control:
            same_leads = {
                "mature_leads": row["control_mature_leads"],
                "conversions": row["control_conversions"],
                "conversion_rate": row["control_conversion_rate"],
                "conversion_rate_low": row["control_conversion_rate_low"],
                "conversion_rate_high": row["control_conversion_rate_high"],
            }
            name = f"{plain(control[0]['arm'])} (control), low scores"
            bars.append(_bar(name, same_leads, is_control=True))
        bars.append(_bar(f"{plain(row['arm'])}, low scores", row))
    return bars


def _bar(name: str, row: Row, is_control: bool = False) -> dict:
    return {
        "name": name,
        "value": row["conversion_rate"],
        "low": row["conversion_rate_low"],
        "high": row["conversion_rate_high"],
        "label": (
            "outcome not yet known"
            if row["conversion_rate"] is None
            else f"{percent(row['conversion_rate'])} · {count(row['conversions'])} of "
            f"{count(row['mature_leads'])}"
        ),
        "colour": "var(--faint)" if is_control else charts.ACCENT,
    }
