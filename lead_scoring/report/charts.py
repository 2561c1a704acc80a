"""The charts, as Vega-Lite specifications made by Altair.

Colours are CSS variables of the page (`var(--...)`), so that a drawn chart follows light, dark and
print. Names and values of horizontal charts stand above their bars: nothing is cut on a telephone.
"""

import datetime
import functools
import math

import altair as alt

Row = dict[str, object]

ACCENT = "var(--accent)"
TEXT = "var(--text)"
MUTED = "var(--muted)"
REFERENCE = "var(--reference)"

# Colours of ranks, best to worst, for scales of 1 to 5 bands.
RANKS = {1: (1,), 2: (1, 5), 3: (1, 2, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}

# Numbers of an axis with their sign, but 0 without.
SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+~g')"

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
FONT_SIZE = 12
NAME_LENGTH = 34
ROW_HEIGHT = 48
MONTH_LABELS = 6

AUTOSIZE = {"type": "fit-x", "contains": "padding"}
PADDING = {"left": 2, "right": 6, "top": 6, "bottom": 2}

# Shared by every chart of the page.
CONFIG = {
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": FONT_SIZE,
        "titleFontSize": FONT_SIZE,
        "titleFontWeight": "normal",
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": "var(--grid)",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titlePadding": 10,
        "labelOverlap": "greedy",
        "labelSeparation": 8,
    },
    "text": {"fontSize": FONT_SIZE, "color": TEXT},
    "line": {"strokeWidth": 2.25},
    "rule": {"color": TEXT},
}


def rank_colour(rank: int, ranks: int) -> str:
    """Colour of a band.

    Arguments:
        rank: 1 for the best band.
        ranks: number of bands on the scale.
    """
    steps = RANKS.get(ranks, RANKS[5])
    return f"var(--rank-{steps[min(rank, len(steps)) - 1]})"


def interval_bars(rows: list[Row], average: float | None) -> dict:
    """Bars of shares with their intervals, one below the other.

    Arguments:
        rows: name, value, low, high (0..1), label, colour; in the order to be shown. With the key
            expected, a share to compare the row with, drawn as a ring.
        average: share of everybody, drawn as a line; None for no line.
    """
    rows = [{**row, "name": shorten(row["name"]), "order": n} for n, row in enumerate(rows)]
    expected = [row for row in rows if row.get("expected") is not None]
    top = (
        max(
            [row["high"] or 0 for row in rows]
            + [row["expected"] for row in expected]
            + [average or 0]
        )
        or 1
    )
    x = functools.partial(
        alt.X,
        axis=alt.Axis(format="~%", tickCount=4, title=None, orient="bottom"),
        scale=alt.Scale(domain=[0, top * 1.02], nice=False),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("order:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    )
    bars = base.mark_bar(size=14, yOffset=9, cornerRadiusEnd=2).encode(
        x=x("value:Q"), color=alt.Color("colour:N", scale=None), tooltip=_tip("name", "label")
    )
    layers = [bars, *_interval(base, x, "low", "high"), *_labels(base)]
    if expected:
        rings = base.mark_point(filled=True, size=90, yOffset=9, strokeWidth=2, opacity=1)
        layers.append(
            rings.encode(
                x=x("expected:Q"),
                color=alt.value("var(--page)"),
                stroke=alt.value(TEXT),
                tooltip=_tip("name", "label"),
            )
        )
    if average is not None:
        layers = [_line_across(average, x), *layers]
    return _spec(alt.layer(*layers), height=ROW_HEIGHT * len(rows))


def difference_dots(rows: list[Row]) -> dict:
    """Points with intervals around a line at zero.

    Arguments:
        rows: name, value, low, high, label, colour.
    """
    rows = [{**row, "name": shorten(row["name"]), "order": n} for n, row in enumerate(rows)]
    x = functools.partial(
        alt.X,
        axis=alt.Axis(labelExpr=SIGNED, tickCount=5, title=None),
        scale=alt.Scale(
            # The right end belongs to the labels.
            domain=_around(
                [row[key] for row in rows for key in ("value", "low", "high")] + [0], right=0.14
            ),
            nice=False,
        ),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("order:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    )
    dots = base.mark_point(filled=True, size=90, yOffset=9, opacity=1).encode(
        x=x("value:Q"), color=alt.Color("colour:N", scale=None), tooltip=_tip("name", "label")
    )
    return _spec(
        alt.layer(_line_across(0, x), *_interval(base, x, "low", "high"), dots, *_labels(base)),
        height=ROW_HEIGHT * len(rows),
    )


def points_compared(rows: list[Row]) -> dict:
    """For each rule the points it has (ring) and the points supported (dot, with interval).

    Arguments:
        rows: name, now, value, low, high (points), label, colour.
    """
    rows = [{**row, "name": shorten(row["name"]), "order": n} for n, row in enumerate(rows)]
    values = [row[key] for row in rows for key in ("now", "value", "low", "high")]
    x = functools.partial(
        alt.X,
        axis=alt.Axis(labelExpr=SIGNED, tickCount=6, title=None),
        scale=alt.Scale(domain=_around([*values, 0]), nice=False),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("order:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    )
    now = base.mark_point(filled=False, size=110, yOffset=9, strokeWidth=2, opacity=1).encode(
        x=x("now:Q"), color=alt.value(TEXT), tooltip=_tip("name", "label")
    )
    supported = base.mark_point(filled=True, size=80, yOffset=9, opacity=1).encode(
        x=x("value:Q"), color=alt.Color("colour:N", scale=None), tooltip=_tip("name", "label")
    )
    return _spec(
        alt.layer(
            _line_across(0, x),
            *_interval(base, x, "low", "high"),
            supported,
            now,
            *_labels(base),
        ),
        height=ROW_HEIGHT * len(rows),
    )


def gains(rows: list[Row], who: str) -> dict:
    """Share of conversions caught when only the best-scored leads are worked.

    Arguments:
        rows: share of the leads, caught share of the conversions (0..1), label.
        who: leads or customers.
    """
    both = [{"share": 0, "caught": 0}, {"share": 1, "caught": 1}]
    x = alt.X(
        "share:Q",
        axis=alt.Axis(
            format="%",
            tickCount=5,
            grid=False,
            title=f"{who.capitalize()} worked, best score first",
        ),
        scale=alt.Scale(domain=[0, 1]),
    )
    y = alt.Y(
        "caught:Q",
        axis=alt.Axis(format="%", tickCount=5, title=None),
        scale=alt.Scale(domain=[0, 1]),
    )
    chance = (
        alt.Chart(alt.Data(values=both))
        .mark_line(strokeDash=[4, 4], strokeWidth=1.5, color=REFERENCE)
        .encode(x=x, y=y)
    )
    line = (
        alt.Chart(alt.Data(values=[both[0], *rows]))
        .mark_line(color=ACCENT, point={"filled": True, "fill": ACCENT, "size": 45})
        .encode(x=x, y=y, tooltip=_tip("label"))
    )
    return _spec(alt.layer(chance, line), height=300)


def lift_columns(rows: list[Row], who: str) -> dict:
    """Columns of lift by tenth of the leads.

    Arguments:
        rows: tenth (1 = best), lift, label, text.
        who: leads or customers.
    """
    x = alt.X(
        "tenth:O",
        axis=alt.Axis(title=f"Tenths of the {who}, best score first", labelAngle=0),
        scale=alt.Scale(paddingInner=0.25),
    )
    y = alt.Y("lift:Q", axis=alt.Axis(tickCount=4, title=None, format="~g"))
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    columns = base.mark_bar(color=ACCENT, cornerRadiusEnd=2).encode(tooltip=_tip("label"))
    numbers = base.mark_text(dy=-8).encode(text="text:N")
    line = (
        alt.Chart(alt.Data(values=[{"lift": 1}]))
        .mark_rule(strokeDash=[4, 4], color=REFERENCE, strokeWidth=1.5)
        .encode(y="lift:Q")
    )
    return _spec(alt.layer(columns, line, numbers), height=300)


def reliability(rows: list[Row]) -> dict:
    """Chance promised against share that converted, with intervals and the line of perfect chances.

    Arguments:
        rows: chance, rate, low, high (0..1), label.
    """
    top = max(row[key] or 0 for row in rows for key in ("chance", "high")) * 1.05 or 1
    x = alt.X(
        "chance:Q",
        axis=alt.Axis(format="~%", tickCount=5, title="Chance promised"),
        scale=alt.Scale(domain=[0, top], nice=False),
    )
    y = alt.Y(
        "rate:Q",
        axis=alt.Axis(format="~%", tickCount=5, title=None),
        scale=alt.Scale(domain=[0, top], nice=False),
    )
    ends = [{"chance": 0, "rate": 0}, {"chance": top, "rate": top}]
    line = (
        alt.Chart(alt.Data(values=ends))
        .mark_line(strokeDash=[4, 4], strokeWidth=1.5, color=REFERENCE)
        .encode(x=x, y=y)
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x=x)
    bars = base.mark_rule(strokeWidth=1.5, color=ACCENT).encode(
        y=alt.Y("low:Q"), y2="high:Q", tooltip=_tip("label")
    )
    dots = base.mark_point(filled=True, size=80, color=ACCENT, opacity=1).encode(
        y=y, tooltip=_tip("label")
    )
    return _spec(alt.layer(line, bars, dots), height=300)


def month_lines(rows: list[Row], number_format: str, levels: list[float]) -> dict:
    """Lines by month.

    Arguments:
        rows: month (date), value, series, colour, label; several rows per month for several lines.
        number_format: how the axis writes numbers (d3).
        levels: values of dashed lines to compare with.
    """
    y = alt.Y("value:Q", axis=alt.Axis(format=number_format, tickCount=4, title=None))
    base = alt.Chart(alt.Data(values=_dated(rows, "month"))).encode(
        x=_time_axis("month", [row["month"] for row in rows]), y=y
    )
    lines = base.mark_line(interpolate="linear").encode(
        color=alt.Color("colour:N", scale=None), detail="series:N"
    )
    dots = base.mark_point(filled=True, size=42, opacity=1).encode(
        color=alt.Color("colour:N", scale=None), tooltip=_tip("label")
    )
    marks = alt.Chart(alt.Data(values=[{"value": level} for level in levels])).encode(y=y)
    dashes = marks.mark_rule(strokeDash=[4, 4], color=REFERENCE, strokeWidth=1.5)
    return _spec(alt.layer(dashes, lines, dots), height=240)


def month_stacks(rows: list[Row], number_format: str = ",.0f") -> dict:
    """Columns by month, cut in parts.

    Arguments:
        rows: month (date), part, order, value, colour, edge (colour of the outline), label.
        number_format: how the axis writes numbers (d3).
    """
    x = alt.X(
        "yearmonth(month):O",
        timeUnit="utcyearmonth",
        axis=alt.Axis(format="%b %y", title=None, labelAngle=0, labelOverlap="greedy"),
    )
    return _stacks(_dated(rows, "month"), x, number_format)


def week_stacks(rows: list[Row]) -> dict:
    """Columns by week, cut in parts.

    Arguments:
        rows: week (date of its Monday), part, order, value, colour, edge (colour of the outline),
            label; every week between the first and the last has a row.
    """
    x = alt.X(
        "week:O",
        axis=alt.Axis(
            labelExpr="utcFormat(toDate(datum.value), '%-d %b')",
            title=None,
            labelAngle=0,
            labelOverlap="greedy",
        ),
    )
    return _stacks(_dated(rows, "week"), x, ",.0f")


def _stacks(rows: list[Row], x, number_format: str) -> dict:
    """Columns cut in parts; `x` is the encoding of their place."""
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(width={"band": 0.75}, strokeWidth=1)
        .encode(
            x=x,
            y=alt.Y("value:Q", axis=alt.Axis(format=number_format, tickCount=4, title=None)),
            color=alt.Color("colour:N", scale=None),
            stroke=alt.Stroke("edge:N", scale=None),
            order=alt.Order("order:Q"),
            tooltip=_tip("label"),
        )
    )
    return _spec(chart, height=240)


def score_columns(rows: list[Row], step: float, line: float | None, line_label: str) -> dict:
    """Leads by score today, by band, with the sales-ready line.

    Arguments:
        rows: from_score, order, leads, colour, label.
        step: width of a column, in points.
        line: score of the line; None for no line.
        line_label: text at the line.
    """
    rows = [{**row, "to_score": row["from_score"] + step} for row in rows]
    low = min([row["from_score"] for row in rows] + ([line] if line is not None else []))
    high = max([row["to_score"] for row in rows] + ([line] if line is not None else []))
    x = functools.partial(
        alt.X,
        axis=alt.Axis(title="Score", grid=False, tickCount=5),
        scale=alt.Scale(domain=[low, high], nice=False),
    )
    layers = [
        alt.Chart(alt.Data(values=rows))
        .mark_bar(binSpacing=2)
        .encode(
            x=x("from_score:Q", bin="binned"),
            x2="to_score:Q",
            y=alt.Y(
                "leads:Q", axis=alt.Axis(title=None, tickCount=4, format=",.0f", tickMinStep=1)
            ),
            color=alt.Color("colour:N", scale=None),
            order=alt.Order("order:Q"),
            tooltip=_tip("label"),
        )
    ]
    if line is not None:
        mark = alt.Chart(alt.Data(values=[{"from_score": line, "text": line_label}])).encode(
            x=x("from_score:Q")
        )
        right = line > (low + high) / 2
        layers += [
            mark.mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=TEXT),
            mark.mark_text(
                align="right" if right else "left", dx=-6 if right else 6, baseline="top"
            ).encode(y=alt.value(0), text="text:N"),
        ]
    return _spec(alt.layer(*layers), height=240)


def history_areas(rows: list[Row]) -> dict:
    """Share of the leads in each band, day by day.

    Arguments:
        rows: day (date), band, order (1 = at the bottom), share (0..1), colour, label.
    """
    chart = (
        alt.Chart(alt.Data(values=_dated(rows, "day")))
        .mark_area(line=False, opacity=1, stroke="var(--page)", strokeWidth=1)
        .encode(
            x=_time_axis("day", [row["day"] for row in rows]),
            y=alt.Y(
                "share:Q",
                stack="zero",
                axis=alt.Axis(format="%", tickCount=4, title=None),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=alt.Color("colour:N", scale=None),
            order=alt.Order("order:Q"),
            tooltip=_tip("label"),
        )
    )
    return _spec(chart, height=240)


def stacked_bars(rows: list[Row]) -> dict:
    """Horizontal bars cut in two, name and value above.

    Arguments:
        rows: name, label, part, order (in the bar), value, colour.
    """
    names = list(dict.fromkeys(row["name"] for row in rows))
    rows = [{**row, "row": names.index(row["name"])} for row in rows]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    )
    bars = base.mark_bar(size=14, yOffset=9).encode(
        x=alt.X("value:Q", axis=alt.Axis(title=None, tickCount=4, format=",.0f", tickMinStep=1)),
        color=alt.Color("colour:N", scale=None),
        order=alt.Order("order:Q"),
        tooltip=_tip("name", "label"),
    )
    first = [row for row in rows if row["order"] == 1]
    labels = _labels(alt.Chart(alt.Data(values=first)).encode(y=alt.Y("row:O", axis=None)))
    return _spec(alt.layer(bars, *labels), height=ROW_HEIGHT * len(names))


def shorten(text: object, length: int = NAME_LENGTH) -> str:
    """Text that fits above a bar on a narrow screen; the table beside the chart has all of it."""
    text = " ".join(str(text).split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _labels(base) -> list:
    """Name at the left and value at the right, above the mark of a row."""
    return [
        base.mark_text(align="left", dy=-10, fontWeight=600).encode(
            x=alt.value(0), text="name:N", color=alt.value(TEXT)
        ),
        base.mark_text(align="right", dy=-10).encode(
            x=alt.value("width"), text="label:N", color=alt.value(MUTED)
        ),
    ]


def _interval(base, x, low: str, high: str) -> list:
    """A line from low to high with ends; `x` makes an encoding of a field."""
    ends = {"thickness": 1.5, "size": 9, "yOffset": 9, "color": TEXT}
    rule = {"yOffset": 9, "color": TEXT}
    return [
        base.mark_rule(**{**rule, "color": "var(--page)"}, strokeWidth=4, opacity=0.7).encode(
            x=x(f"{low}:Q"), x2=f"{high}:Q"
        ),
        base.mark_rule(**rule, strokeWidth=1.5).encode(x=x(f"{low}:Q"), x2=f"{high}:Q"),
        *(base.mark_tick(**ends).encode(x=x(f"{end}:Q")) for end in (low, high)),
    ]


def _line_across(value: float, x):
    """A dashed line at a value, from top to bottom."""
    return (
        alt.Chart(alt.Data(values=[{"value": value}]))
        .mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=REFERENCE)
        .encode(x=x("value:Q"))
    )


def _time_axis(column: str, days: list[datetime.date]):
    """Horizontal axis of days, with a label every few months."""
    months = 12 * (max(days).year - min(days).year) + max(days).month - min(days).month + 1
    return alt.X(
        f"{column}:T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(
            format="%b %y",
            title=None,
            grid=False,
            tickCount={"interval": "month", "step": math.ceil(months / MONTH_LABELS)},
        ),
    )


def _around(values: list, right: float = 0.04) -> list[float]:
    """Range that holds all values, with room at the ends; `right` as a share of the range."""
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    span = high - low or 1
    return [low - span * 0.04, high + span * right]


def _dated(rows: list[Row], column: str) -> list[Row]:
    return [
        {**row, column: row[column].isoformat()} if isinstance(row[column], datetime.date) else row
        for row in rows
    ]


def _tip(*fields: str) -> list:
    return [alt.Tooltip(f"{field}:N", title=field) for field in fields]


def _spec(chart, height) -> dict:
    """The specification as wide as its container, without what `CONFIG` says for all."""
    spec = chart.properties(width="container", height=height).to_dict(validate=False)
    spec.pop("config", None)
    return {**spec, "autosize": AUTOSIZE, "padding": PADDING}
