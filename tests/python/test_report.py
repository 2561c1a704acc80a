"""The page of `lead-scoring report`: drawn in a browser, and harmless whatever the data says."""

import csv
import datetime
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
from collections import Counter, defaultdict
from html import unescape

import duckdb
import pytest
from click.testing import CliRunner

from lead_scoring.cli import main
from lead_scoring.report import queries, write_report
from lead_scoring.report.page import csv_address, json_script, slug
from lead_scoring.report.sections.parts import Column, Table

WIDTHS = (390, 1440)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Tables about all scorecards together that the page shows in part.
SHARED_TABLES = (
    "sales_queue",
    "sales_lead_states",
    "source_performance",
    "content_performance",
)
HOSTILE = "</script><img src=x onerror='window.harmed=1'><script>window.harmed=1</script>"
FORMULA = "=HYPERLINK(1)"

# Charts of a hidden scorecard are drawn when it is chosen.
ALL_DRAWN = """() => [...document.querySelectorAll('.drawing')]
    .filter(drawing => drawing.offsetParent !== null)
    .every(drawing => ['yes', 'failed'].includes(drawing.dataset.drawn))"""

# Texts that can be seen, with their size in pixels and the contrast with what is behind them
# (WCAG 2.2, relative luminance).
TEXTS = """() => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
    const context = canvas.getContext('2d', {willReadFrequently: true});
    const rgba = colour => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b]
        .map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, n) => sum + value * [0.2126, 0.7152, 0.0722][n], 0);
    const behind = element => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (rgba(colour)[3] === 255) return colour;
        }
        return 'white';
    };
    const found = [];
    for (const element of document.body.querySelectorAll('*')) {
        if (['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName)) continue;
        const text = [...element.childNodes]
            .filter(node => node.nodeType === Node.TEXT_NODE)
            .map(node => node.textContent.trim()).join(' ').trim();
        if (!text || !element.getClientRects().length || !element.checkVisibility()) continue;
        const style = getComputedStyle(element);
        const isDrawn = element instanceof SVGElement;
        const [a, b] = [isDrawn ? style.fill : style.color, behind(element)]
            .map(rgba).map(luminance).sort((x, y) => y - x);
        found.push({
            text: text.slice(0, 40),
            // What is drawn may be scaled.
            size: parseFloat(style.fontSize) * (isDrawn ? element.getScreenCTM().a : 1),
            contrast: (a + 0.05) / (b + 0.05),
        });
    }
    return found;
}"""


def chromium() -> str | None:
    """Path of a Chromium of the machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def browser():
    path = chromium()
    if path is None and not os.environ.get("CI_REQUIRES_CHROMIUM"):
        pytest.skip("no Chromium is installed to draw the page in")
    assert path, "no Chromium is installed, and CI_REQUIRES_CHROMIUM is set"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page opened in the browser, with what it complained about and asked for."""

    def __init__(self, browser, file, width: int, colours: str = "light"):
        self.complaints, self.requests = [], []
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=colours)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())
        self.scorecards = self.page.locator("[role=tab]").count()
        self.wait()

    def wait(self):
        self.page.wait_for_function(ALL_DRAWN)

    def each_scorecard(self):
        """Choose one scorecard after the other."""
        for n in range(self.scorecards):
            self.page.locator("[role=tab]").nth(n).click()
            self.wait()
            yield n


@pytest.fixture(scope="module")
def database(demo, tmp_path_factory):
    """The demo's database in a file that nobody in this process has open."""
    demo.query("checkpoint")
    return shutil.copy(demo.database, tmp_path_factory.mktemp("report") / "scores.duckdb")


@pytest.fixture(scope="module")
def report_file(database):
    """The page of the demo, made by the command."""
    out = database.parent / "pages" / "report.html"
    result = CliRunner().invoke(main, ["report", "--database", str(database), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert str(out) in result.output
    return out


@pytest.fixture(scope="module")
def visits(browser, report_file):
    """The page at every width; tests leave them as they were."""
    opened = {width: Visit(browser, report_file, width) for width in WIDTHS}
    yield opened
    for visit in opened.values():
        visit.page.close()


@pytest.fixture(params=WIDTHS)
def visit(request, visits):
    return visits[request.param]


@pytest.fixture
def copied(database, tmp_path):
    """A copy of the demo that a test may change."""
    return shutil.copy(database, tmp_path / "scores.duckdb")


def tables(connection) -> list[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_type = 'BASE TABLE'"
    )
    return [name for (name,) in rows.fetchall()]


# In the browser ----------------------------------------------------------------------------------


def test_every_chart_is_drawn(visit):
    drawn = 0
    for _ in visit.each_scorecard():
        charts = visit.page.evaluate("""() => [...document.querySelectorAll('.drawing')]
            .filter(drawing => drawing.offsetParent !== null)
            .map(drawing => ({
                name: drawing.closest('figure').id,
                says: drawing.querySelector('svg')?.getAttribute('aria-label') ?? '',
                marks: ['rect', 'symbol', 'line', 'area'].reduce(
                    (sum, kind) =>
                        sum + drawing.querySelectorAll(`svg .mark-${kind} path`).length, 0),
            }))""")
        assert charts
        assert not [chart for chart in charts if not chart["marks"] or len(chart["says"]) < 30]
        drawn += len(charts)
    assert drawn >= 20 * visit.scorecards / 3
    assert (
        visit.page.locator(".drawing[data-drawn=yes]").count()
        == visit.page.locator(".drawing").count()
    )


def test_no_complaint_and_nothing_from_outside(visit):
    for _ in visit.each_scorecard():
        pass
    assert visit.complaints == []
    assert [url for url in visit.requests if not url.startswith(("file:", "data:"))] == []


def test_page_fits_the_screen(visit):
    for _ in visit.each_scorecard():
        wide, screen = visit.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= screen
        assert (
            visit.page.evaluate("""() => [...document.querySelectorAll('.drawing svg')]
            .filter(svg => svg.checkVisibility())
            .filter(svg => {
                const right = document.documentElement.clientWidth + 0.5;
                return [...svg.querySelectorAll('text')].some(text => {
                    const box = text.getBoundingClientRect();
                    return box.width && (box.left < -0.5 || box.right > right);
                });
            }).map(svg => svg.closest('figure').id)""")
            == []
        )


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_text_is_legible(visit, colours):
    visit.page.emulate_media(color_scheme=colours)
    try:
        for _ in visit.each_scorecard():
            texts = visit.page.evaluate(TEXTS)
            assert len(texts) > 100
            assert [text for text in texts if text["size"] < 11] == []
            assert [text for text in texts if text["contrast"] < 4.5] == []
    finally:
        visit.page.emulate_media(color_scheme="light")


def test_charts_follow_light_and_dark(visits):
    page = visits[1440].page
    read = """() => ['.drawing svg text', '.drawing svg .mark-rect path']
        .map(what => getComputedStyle(document.querySelector(what)).fill)"""
    light = page.evaluate(read)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(read)
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.evaluate(read)
    page.emulate_media(media="screen", color_scheme="light")
    assert all(one != other for one, other in zip(light, dark, strict=True))
    assert paper[1] == light[1]


def test_tables_sort(visits):
    page = visits[1440].page
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    table = page.locator("article:not([hidden]) details.all table").first
    values = "cells => cells.map(cell => cell.dataset.sort)"

    def column(number):
        return table.locator(f"tbody td:nth-child({number})").evaluate_all(values)

    before = column(1)
    heads = table.locator("th")
    titles = heads.evaluate_all("heads => heads.map(head => head.dataset.title)")
    number = titles.index("Points now") + 1
    button = heads.nth(number - 1).locator("button")
    button.click()
    points = [float(value) for value in column(number) if value]
    assert points == sorted(points, reverse=True)
    assert heads.nth(number - 1).get_attribute("aria-sort") == "descending"
    missing = [value == "" for value in column(number)]
    assert missing == sorted(missing)
    button.press("Enter")
    points = [float(value) for value in column(number) if value]
    assert points == sorted(points)
    assert heads.nth(number - 1).get_attribute("aria-sort") == "ascending"
    heads.first.locator("button").click()
    assert sorted(column(1)) == sorted(before)
    assert table.locator("th[aria-sort]").count() == 1
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = false)")


def test_scorecard_is_chosen_with_the_keyboard_and_by_address(visits):
    visit = visits[1440]
    page = visit.page
    assert visit.scorecards > 1, "with one scorecard there is nothing to choose"
    page.locator("[role=tab]").first.focus()
    page.keyboard.press("End")
    visit.wait()
    last = page.locator("[role=tab]").last
    assert last.get_attribute("aria-selected") == "true"
    assert page.locator("[role=tabpanel]:visible").count() == 1
    first = page.locator("article .question").first.get_attribute("id")
    page.evaluate("place => { location.hash = place }", first)
    page.wait_for_function("() => !document.querySelector('[role=tabpanel]').hidden")
    assert page.locator("[role=tabpanel]:visible").count() == 1


def test_no_id_is_given_twice(report_file):
    ids = re.findall(r'\bid="([^"]*)"', report_file.read_text().split('id="chart-config"')[0])
    assert len(ids) == len(set(ids))


def test_numbers_behind_each_chart_can_be_had(report_file):
    html = report_file.read_text()
    figures = re.findall(r"<figure.*?</figure>", html, flags=re.DOTALL)
    assert len(figures) > 20
    for figure in figures:
        assert "<details" in figure
        assert figure.count("<tr>") > 1
        assert re.search(r'download="[a-z0-9_-]+\.csv" href="data:text/csv', figure)


def test_paper_shows_rules_and_hides_data_tables(visits):
    page = visits[1440].page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.data:visible").count() == 0
    assert page.locator("details.all table:visible").count() >= 1
    assert page.locator(".chooser:visible").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("details.all[open]").count() == 0


# Numbers of the page against the tables -----------------------------------------------------------


def downloads_of(page) -> dict[str, list[dict]]:
    """Rows of each table of a page that can be downloaded, by name of the file."""
    found = re.findall(
        r'download="([a-z0-9_-]+)\.csv" href="data:text/csv;charset=utf-8,([^"]*)"',
        page.read_text(),
    )
    return {
        name: list(csv.DictReader(urllib.parse.unquote(text).removeprefix("\ufeff").splitlines()))
        for name, text in found
    }


@pytest.fixture(scope="module")
def downloads(report_file):
    return downloads_of(report_file)


def finding(page, section: str, of: str = "all") -> str:
    """The sentences that a section about a scorecard, or all, says, as a person reads them."""
    html = page.read_text().split(f'id="{of}-{section}"')[1]
    return unescape(re.search(r'<p class="finding">(.*?)</p>', html, flags=re.DOTALL).group(1))


def numbers(row: dict, *columns: str) -> tuple:
    return tuple(None if row[column] == "" else float(row[column]) for column in columns)


def sum_known(values) -> float | None:
    """As SQL adds: what is missing is left out, and nothing but missing values is missing."""
    known = [value for value in values if value is not None]
    return float(sum(known)) if known else None


def test_queue_on_the_page_is_the_sales_queue(copied, tmp_path):
    with duckdb.connect(copied) as connection:
        # The team of the small demo could call everybody.
        connection.execute("update sales_queue set is_over_capacity = queue_position % 3 = 0")
        # Sales is told on the day of the first build, so that nothing is overdue yet.
        connection.execute("update sales_queue set is_overdue = queue_position % 2 = 0")
        queue = connection.execute("""
            select queue_position, priority, owner_name, is_over_capacity, is_overdue,
                expected_value, due_at
            from sales_queue
        """).fetchall()
    page = write_report(tmp_path / "report.html", copied)
    downloads = downloads_of(page)
    for name, column in (("queue-priority", 1), ("queue-owner", 2)):
        groups = defaultdict(list)
        for row in queue:
            groups[row[column] or "nobody"].append(row)
        counted = {
            group: (
                len(rows),
                sum(not row[3] for row in rows),
                sum(row[3] for row in rows),
                sum(row[4] for row in rows),
                sum_known(row[5] for row in rows),
                min((row[6] for row in rows if row[6]), default=None),
            )
            for group, rows in groups.items()
        }
        shown = {
            row["group_value"]: (
                *numbers(
                    row, "leads", "today_leads", "over_capacity_leads", "overdue_leads",
                    "expected_value",
                ),
                datetime.datetime.fromisoformat(row["oldest_due_at"])
                if row["oldest_due_at"] else None,
            )
            for row in downloads[name]
        }  # fmt: skip
        assert shown == counted
    says = finding(page, "queue")
    beyond = sum(row[3] for row in queue)
    overdue = sum(row[4] for row in queue)
    assert says.startswith(f"{len(queue):,} leads wait for sales, worth ")
    assert f"{len(queue) - beyond:,} can be called today, {beyond:,} (" in says
    assert f"{overdue:,} are past the time" in says


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("owner_id = null, owner_name = null", "; nobody is named to take them."),
        ("is_overdue = false", ", all within the capacity of the team."),
    ],
)
def test_queue_without_overflow_says_who_takes_it(copied, tmp_path, change, words):
    with duckdb.connect(copied) as connection:
        connection.execute(f"update sales_queue set is_over_capacity = false, {change}")
    assert words in finding(write_report(tmp_path / "report.html", copied), "queue")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "line_score = null, worked_leads = 0, sentence = 'No line: nobody takes leads'",
            "No line: nobody takes leads.",
        ),
        ("worked_leads = 50, wins = 5, missed_wins = 0", "can work all 50: 5 of them converted"),
        ("line_score = 41, wins = 5, missed_wins = 3", "the line is at 41: 5 of "),
    ],
)
def test_line_is_said_where_there_is_one(copied, tmp_path, change, words):
    with duckdb.connect(copied) as connection:
        connection.execute(f"update capacity_line set {change}")
    page = write_report(tmp_path / "report.html", copied)
    assert words in finding(page, "capacity", "b2b_saas_v1")


def test_page_of_a_company_that_records_little(copied, tmp_path):
    """No sources, no contacts by sales and no names, as in the loan applications."""
    with duckdb.connect(copied) as connection:
        connection.execute("update source_performance set name = 'not given'")
        connection.execute("""
            update sales_sla_summary
            set breached = breached + met, met = 0, met_share = 0, met_share_low = 0,
                mean_hours_to_first_touch = null
        """)
        connection.execute("update sales_queue set first_name = null, last_name = ' '")
        leads = connection.execute(
            f"select lead_id from sales_queue order by queue_position limit {queries.QUEUE_LISTED}"
        ).fetchall()
    page = write_report(tmp_path / "report.html", copied)
    assert finding(page, "sources").startswith("Nothing to show yet, because ")
    assert finding(page, "service-levels").startswith("No contact by sales is recorded: all ")
    assert [(row["full_name"],) for row in downloads_of(page)["queue"]] == leads


def test_first_leads_of_the_queue_are_named_with_reasons(demo, downloads):
    queue = demo.query(f"""
        select cast(queue_position as text), lead_id, why_now, reason_1, is_over_capacity
        from sales_queue
        order by queue_position
        limit {queries.QUEUE_LISTED}
    """)
    shown = downloads["queue"]
    assert [(row["queue_position"], row["lead_id"], row["why_now"]) for row in shown] == [
        row[:3] for row in queue
    ]
    for row, (*_, reason, is_over_capacity) in zip(shown, queue, strict=True):
        assert row["reasons"].startswith(reason)
        assert row["turn"] == ("over capacity" if is_over_capacity else "today")
        assert row["full_name"]


@pytest.mark.parametrize("is_told", [False, True])
def test_service_levels_on_the_page_are_those_of_the_events(copied, tmp_path, is_told):
    """Of what sales was told, once most of it can be judged, else of the rebuilt days."""
    with duckdb.connect(copied) as connection:
        if is_told:
            for table in ("sales_sla", "sales_sla_summary"):
                connection.execute(f"update {table} set is_rebuilt = not is_rebuilt")
        events = connection.execute(
            """
            select
                coalesce(owner_name, 'nobody'), coalesce(priority, 'none'),
                cast(week_start_date as text), status, hours_late
            from sales_sla
            where is_rebuilt <> ?
            """,
            [is_told],
        ).fetchall()
        # The others are three, of which none is due yet.
        connection.execute("delete from sales_sla_summary where is_rebuilt = ?", [is_told])
        connection.execute(
            """
            insert into sales_sla_summary
            select * replace (
                3 as events, 0 as met, 0 as breached, 0 as overdue, 3 as still_open, 0 as stopped,
                0 as without_target, null as met_share, not is_rebuilt as is_rebuilt
            )
            from sales_sla_summary
            where grouped_by = 'all'
            """
        )
    page = write_report(tmp_path / "report.html", copied)
    downloads = downloads_of(page)
    for name, column in (("owner", 0), ("priority", 1), ("weeks", 2)):
        counted = Counter((row[column], row[3]) for row in events)
        shown = {
            (row["week" if name == "weeks" else "group_value"], status): int(row[key])
            for row in downloads[f"service-{name}"]
            for status, key in (
                ("met", "met"), ("breached", "breached"), ("overdue", "overdue"),
                ("open", "still_open"), ("stopped", "stopped"), ("no_target", "without_target"),
            )
            if int(row[key])
        }  # fmt: skip
        assert shown == counted
        for row in downloads[f"service-{name}"]:
            judged = sum(numbers(row, "met", "breached", "overdue"))
            assert (
                row["met_share"] == ""
                if not judged
                else (float(row["met_share"]) == pytest.approx(int(row["met"]) / judged, abs=1e-6))
            )
    statuses = Counter(row[3] for row in events)
    judged = statuses["met"] + statuses["breached"] + statuses["overdue"]
    says = finding(page, "service-levels")
    assert says.startswith(f"{statuses['met'] / judged:.1%} of the {judged:,} leads")
    assert f"{judged - statuses['met']:,} were late" in says
    assert f"{statuses['overdue']:,} of these are still waiting" in says
    explains = page.read_text().split('id="all-service-levels"')[1].split("</section>")[0]
    if is_told:
        assert "3 leads that became ready before the first build are left out" in explains
    else:
        assert f"These {len(events):,} leads became ready before the first build" in explains
        assert "Of the 3 that sales was told of since, 3 are not due yet." in explains


@pytest.mark.parametrize("name", ["source", "content"])
def test_performance_on_the_page_is_that_of_the_table(demo, downloads, name):
    columns = (
        "population, dimension, name, leads, conversions, conversion_rate, conversion_rate_low, "
        "conversion_rate_high, expected_conversions / nullif(compared_leads, 0), lift, verdict"
    )
    rows = demo.query(f"select {columns} from {name}_performance order by leads desc, name")
    taken, listed = Counter(), {}
    for population, dimension, value, *measures, verdict in rows:
        taken[population, dimension] += 1
        if taken[population, dimension] <= queries.NAMES_LISTED:
            key = (population.replace("_", " "), dimension.replace("_", " "), value)
            known = [None if measure is None else float(measure) for measure in measures]
            listed[key] = (*known, verdict)
    shown = {
        (row["population"], row["dimension"], row["name"]): (
            *numbers(
                row, "leads", "conversions", "conversion_rate", "conversion_rate_low",
                "conversion_rate_high", "expected_rate", "lift",
            ),
            row["verdict"],
        )
        for row in downloads["sources" if name == "source" else "content"]
    }  # fmt: skip
    assert len(listed) > 10
    assert {key: value[-1] for key, value in shown.items()} == {
        key: value[-1] for key, value in listed.items()
    }
    for key, value in shown.items():
        assert value[:-1] == pytest.approx(listed[key][:-1], abs=1e-6, nan_ok=True)


def test_costs_on_the_page_are_those_of_the_table(demo, report_file, downloads):
    costs = {
        name: (float(cost), None if conversion is None else float(conversion))
        for name, cost, conversion in demo.query(
            "select name, cost, cost_per_conversion from source_performance "
            "where dimension = 'lead_source' and cost is not null"
        )
    }
    shown = {
        row["name"]: numbers(row, "cost", "cost_per_conversion")
        for row in downloads["sources"]
        if row["dimension"] == "lead source" and row["cost"]
    }
    assert shown == costs
    assert len(costs) > 3
    known = [conversion for _, conversion in costs.values() if conversion is not None]
    says = finding(report_file, "sources")
    assert f"between {min(known):,.0f} (" in says
    assert f" and {max(known):,.0f} (" in says
    in_vain = [cost for cost, conversion in costs.values() if cost and conversion is None]
    assert ("; without any: " in says) == bool(in_vain)
    assert all(f"({cost:,.0f})" in says for cost in in_vain)


def test_a_cost_without_conversions_is_said(copied, tmp_path):
    with duckdb.connect(copied) as connection:
        connection.execute(
            "update source_performance set cost = 12345, cost_per_conversion = null "
            "where dimension = 'lead_source' and name = (select min(name) from source_performance "
            "where dimension = 'lead_source' and cost is not null)"
        )
    write_report(tmp_path / "some.html", copied)
    assert "; without any: " in finding(tmp_path / "some.html", "sources")
    assert "(12,345)" in finding(tmp_path / "some.html", "sources").split("without any")[1]
    with duckdb.connect(copied) as connection:
        connection.execute("update source_performance set cost_per_conversion = null")
    write_report(tmp_path / "none.html", copied)
    assert " Cost without a conversion: " in finding(tmp_path / "none.html", "sources")


def test_an_exploration_is_drawn_beside_the_same_leads_of_the_control(copied, tmp_path):
    with duckdb.connect(copied) as connection:
        connection.execute(
            "update experiment_results set mature_leads = 19, conversions = 0, conversion_rate = 0,"
            " conversion_rate_low = 0, conversion_rate_high = 0.17, control_mature_leads = 203,"
            " control_conversions = 7, control_conversion_rate = 0.0345,"
            " control_conversion_rate_low = 0.017, control_conversion_rate_high = 0.069"
            " where treatment = 'exploration'"
        )
        connection.execute(
            "update experiment_results set mature_leads = 241, conversions = 10,"
            " conversion_rate = 0.0415 where experiment_id = 'low_scores_worked' and is_control"
        )
    out = tmp_path / "report.html"
    write_report(out, copied)
    html = out.read_text()
    assert "Converted so far: usual (control), low scores 3.5% and exploration, low scores" in html
    assert "7 of 203" in html
    assert "10 of 241" not in html


def test_before_the_first_outcome_bands_are_in_order_and_no_days_are_named(copied, tmp_path):
    with duckdb.connect(copied) as connection:
        connection.execute("delete from band_performance")
        connection.execute(
            "update backtest_splits set starts_on = ends_on + 8 where split = 'test'"
        )
        bands = connection.execute(
            "select band from stg_config__bands where scorecard_id = 'b2b_saas_v1' "
            "and dimension = 'total' order by min_points desc nulls last"
        ).fetchall()
        shown = {
            band
            for (band,) in connection.execute(
                "select distinct band from lead_scores where scorecard_id = 'b2b_saas_v1'"
            ).fetchall()
        }
    out = tmp_path / "report.html"
    write_report(out, copied)
    html = out.read_text()
    assert "Where it says <em>test days</em>" not in html
    says = re.search(r"leads scored today, ([^.]*)\.", html)
    assert re.findall(r"\d (\w+)", says[1]) == [band for (band,) in bands if band in shown]


def test_a_test_period_without_conversions_has_no_gains(copied, tmp_path):
    with duckdb.connect(copied) as connection:
        connection.execute(
            "update score_gains set conversions = 0, conversion_rate = 0, lift = null, "
            "cumulative_conversion_share = null"
        )
    out = tmp_path / "report.html"
    write_report(out, copied)
    assert "Nothing to show yet, because nobody converted in the test days" in out.read_text()
    assert "not known of all conversions" not in out.read_text()


# Hostile and odd data ----------------------------------------------------------------------------


@pytest.mark.slow
def test_hostile_texts_do_no_harm(copied, tmp_path, browser):
    out = tmp_path / "report.html"
    with duckdb.connect(copied) as connection:
        for table, column in (
            ("source_performance", "name"),
            ("content_performance", "name"),
            ("sales_queue", "first_name"),
            ("sales_queue", "owner_name"),
            ("sales_queue", "why_now"),
            ("rule_performance", "reason"),
            ("scorecards", "description"),
            ("band_performance", "band"),
        ):
            connection.execute(f"update {table} set {column} = ?", [HOSTILE])
    write_report(out, copied)
    html = out.read_text()
    assert HOSTILE not in html
    assert html.count("<script") == html.count("</script>")
    visit = Visit(browser, out, 390)
    for _ in visit.each_scorecard():
        pass
    assert visit.page.evaluate("window.harmed") is None
    assert visit.complaints == []
    assert visit.page.locator("img").count() == 0
    assert visit.page.locator(".drawing[data-drawn=failed]").count() == 0
    visit.page.locator("[role=tab]").first.click()
    assert visit.page.locator(f'td[data-sort="{HOSTILE}"]').count() > 0
    wide, screen = visit.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= screen
    visit.page.close()


def test_json_cannot_leave_its_script():
    text = json_script({"text": HOSTILE + "<!-- & \u2028"})
    assert not set("<>&\u2028") & set(text)


def test_csv_holds_no_formula():
    table = Table("t", "T", [Column("name", "Name"), Column("value", "Value", "number")], [])
    table.rows = [{"name": FORMULA, "value": -1.5}]
    address = csv_address(table)
    assert "%27%3DHYPERLINK" in address
    assert "%2C-1.5" in address


def test_ids_of_different_texts_differ():
    names = ["a b", "a-b", "a_b", "A b", "ä b", ""]
    assert len({slug(name) for name in names}) == len(names)


# Nothing to show ---------------------------------------------------------------------------------


def test_empty_tables_give_a_page(copied, tmp_path, browser):
    out = tmp_path / "report.html"
    with duckdb.connect(copied) as connection:
        for table in {*tables(connection)} & {
            *queries.WHOLE_TABLES, "backtest", "backtest_splits", "lead_scores", "lead_score_log",
            *SHARED_TABLES,
        }:  # fmt: skip
            connection.execute(f"delete from {table}")
    write_report(out, copied)
    visit = Visit(browser, out, 390)
    for _ in visit.each_scorecard():
        findings = visit.page.locator(".finding:visible").all_inner_texts()
        assert len(findings) >= 9 + 5
        assert all(text.startswith("Nothing to show yet, because ") for text in findings)
    assert visit.page.locator(".drawing").count() == 0
    assert visit.complaints == []
    visit.page.close()


def test_missing_tables_are_named(copied, tmp_path):
    out = tmp_path / "report.html"
    with duckdb.connect(copied) as connection:
        for table in (*queries.WHOLE_TABLES, *SHARED_TABLES):
            if table != "backtest_maturity":
                connection.execute(f"drop table if exists {table}")
    write_report(out, copied)
    html = out.read_text()
    for table in (
        "band_performance", "score_gains", "capacity_line", "rule_performance", "sales_queue",
        "sales_sla_summary", "source_performance", "content_performance",
    ):  # fmt: skip
        assert f"Nothing to show yet, because the table {table} has not been built." in html
    assert "What do the experiments say?" not in html


def test_young_data_is_not_yet_known(copied, tmp_path):
    out = tmp_path / "report.html"
    with duckdb.connect(copied) as connection:
        for table in {*tables(connection)} & {*queries.WHOLE_TABLES, "backtest"}:
            if table != "backtest_maturity":
                connection.execute(f"delete from {table}")
        connection.execute(
            "update backtest_maturity set not_yet_known_rows = scored_rows, mature_rows = 0, "
            "conversions = 0, conversions_so_far = 0"
        )
    write_report(out, copied)
    html = out.read_text()
    assert "because no scored lead is old enough: an outcome is known 90 days after" in html
    assert "(100%) are less than 90 days old: 0 of them have converted already" in html


def test_report_needs_no_champion(copied, tmp_path):
    out = tmp_path / "report.html"
    with duckdb.connect(copied) as connection:
        connection.execute("update scorecards set role = 'retired'")
    write_report(out, copied)
    assert "because no scorecard is a champion" in out.read_text()


@pytest.mark.slow
def test_only_scorecard_needs_no_chooser(copied, tmp_path, browser):
    out = tmp_path / "report.html"
    with duckdb.connect(copied) as connection:
        connection.execute("update scorecards set role = 'retired' where scorecard_id <> 'pql_v1'")
    write_report(out, copied)
    visit = Visit(browser, out, 390)
    drawings = visit.page.locator(".drawing")
    assert visit.scorecards == 0
    assert drawings.count() == visit.page.locator(".drawing[data-drawn=yes]").count() > 5
    assert visit.complaints == []
    visit.page.close()


@pytest.mark.slow
def test_same_database_gives_the_same_page(database, report_file, tmp_path):
    again = write_report(tmp_path / "again.html", database)
    assert again.read_bytes() == report_file.read_bytes()


# Errors ------------------------------------------------------------------------------------------


def complaint(*arguments) -> str:
    result = CliRunner().invoke(main, ["report", *map(str, arguments)])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    return result.output


def test_missing_database_is_explained(tmp_path):
    text = complaint("--database", tmp_path / "none.duckdb", "--out", tmp_path / "report.html")
    assert "there is no database" in text
    assert "make build" in text


def test_database_without_evaluation_is_explained(tmp_path):
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    text = complaint("--database", empty, "--out", tmp_path / "report.html")
    assert "no evaluation tables yet; run `dbt build` first" in text


def test_other_file_is_explained(tmp_path):
    other = tmp_path / "other.duckdb"
    other.write_text("no database" * 1000)
    text = complaint("--database", other, "--out", tmp_path / "report.html")
    assert f"cannot read {other}" in text


def test_tables_of_another_version_are_explained(copied, tmp_path):
    with duckdb.connect(copied) as connection:
        connection.execute("alter table band_performance rename column band_rank to rank_of_band")
    text = complaint("--database", copied, "--out", tmp_path / "report.html")
    assert "built by another version of the project" in text


def test_locked_database_is_explained(copied, tmp_path):
    writer = subprocess.Popen(
        [
            sys.executable, "-c",
            "import duckdb, sys; it = duckdb.connect(sys.argv[1]); print(flush=True); input()",
            str(copied),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert writer.stdout.readline() == "\n"
        text = complaint("--database", copied, "--out", tmp_path / "report.html")
    finally:
        writer.communicate("\n")
    assert "is in use by another program" in text


def test_unwritable_file_is_explained(database, tmp_path):
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "report.html"
    text = complaint("--database", database, "--out", out)
    assert f"cannot write {out}" in text
