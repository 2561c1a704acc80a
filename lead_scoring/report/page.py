"""The page as HTML: one file with its styles, scripts, charts and numbers inside."""

import base64
import csv
import functools
import hashlib
import io
import json
import re
import urllib.parse
from importlib import resources
from pathlib import Path

import altair
import jinja2
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup

from lead_scoring.report import charts, sections
from lead_scoring.report.queries import Evidence, read_evidence
from lead_scoring.report.sections import parts, words

# A spreadsheet takes a text that begins like this for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

NUMBER_KINDS = {"count", "number", "points", "percent", "times", "auc", "signed"}


def write_report(out: Path, database: Path | None = None) -> Path:
    """Write the page about the last build.

    Arguments:
        out: HTML file to write; one that exists is replaced.
        database: DuckDB file that dbt built; default the environment's LEAD_SCORING_DUCKDB, else
            lead_scoring.duckdb.

    Returns:
        Path of the file, absolute.

    Raises:
        UnreadableError: there is nothing to show.
        OSError: the file cannot be written.
    """
    evidence = read_evidence(database)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.touch()
    out.write_text(render(evidence), encoding="utf-8", newline="\n")
    return out.resolve()


def render(evidence: Evidence) -> str:
    """HTML text of the page."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lead_scoring.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        cell=cell, sort_key=sort_key, csv_address=csv_address, json_script=json_script, slug=slug
    )
    environment.globals.update(number_kinds=NUMBER_KINDS, verdicts=parts.VERDICTS)
    environment.globals.update(drift_kinds=parts.DRIFT, day=words.day)
    # Checking each part of a chart against the schema takes longer than everything else; the tests
    # draw the charts instead.
    with debug_mode(False):
        cards, shared = sections.cards(evidence), sections.shared(evidence)
    scripts = [Markup(_script_text(text)) for text in (library(), _own("page.js"))]
    return environment.get_template("page.html.jinja").render(
        evidence=evidence,
        cards=cards,
        shared=shared,
        style=Markup(_own("page.css")),
        config=charts.CONFIG,
        scripts=scripts,
        script_hashes=[_hash(script) for script in scripts],
    )


@functools.cache
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script without addresses to load from."""
    version = altair.SCHEMA_VERSION.removeprefix("v").rsplit(".", 1)[0]
    return vl_convert.javascript_bundle(vl_version=version)


def json_script(value) -> Markup:
    """JSON that may stand in a script element whatever texts it holds."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def slug(text: object) -> str:
    """Text that may be part of an id; different texts give different slugs."""
    plain = re.sub(r"[^a-z0-9_]+", "-", str(text).lower()).strip("-")
    if plain == text:
        return plain
    return f"{plain}-{hashlib.sha256(str(text).encode()).hexdigest()[:6]}"


def cell(value, kind: str) -> str:
    """A value of a table as people read it."""
    if value is None:
        return "\N{EN DASH}"
    if kind == "count":
        return words.count(value)
    if kind == "percent":
        return words.percent(value)
    if kind == "times":
        return f"{value:.1f}\N{MULTIPLICATION SIGN}"
    if kind == "auc":
        return f"{value:.3f}".replace("-", "\N{MINUS SIGN}")
    if kind == "signed":
        return words.signed(value)
    if kind in ("number", "points"):
        return f"{value:,.1f}".removesuffix(".0").replace("-", "\N{MINUS SIGN}")
    if kind == "date":
        return words.day(value)
    if kind == "moment":
        return words.moment(value)
    if kind == "month":
        return words.month(value)
    return str(value)


def sort_key(value) -> str:
    """A value as the script sorts it: numbers as numbers, dates and texts as texts."""
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def csv_address(table: parts.Table) -> str:
    """The table as a CSV file inside an address."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.key for column in table.columns])
    for row in table.rows:
        writer.writerow([_csv_value(row.get(column.key)) for column in table.columns])
    return "data:text/csv;charset=utf-8," + urllib.parse.quote("\ufeff" + text.getvalue(), safe="")


def _csv_value(value):
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return sort_key(value)


def _own(name: str) -> str:
    return (resources.files("lead_scoring.report") / name).read_text(encoding="utf-8")


def _script_text(script: str) -> str:
    """A script that cannot end its element."""
    return re.sub(
        r"</(?=script)|<!--", lambda m: m.group().replace("<", "\\x3c"), script, flags=re.I
    )


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
