"""The simulated raw tables: reproducible, on contract, dirty in every listed way, and truthful."""

import datetime
import hashlib

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from lead_scoring.cli import main
from lead_scoring.simulate import simulate

AS_OF = datetime.date(2026, 6, 30)
TABLES = ("leads", "lead_changes", "companies", "activities", "outcomes")
CONTRACT = {
    "leads": "lead_id created_at updated_at email first_name last_name phone job_title company_id "
    "company_name industry employee_count annual_revenue country region lead_source campaign "
    "lifecycle_stage owner_id is_deleted",
    "lead_changes": "lead_id attribute new_value changed_at",
    "companies": "company_id domain company_name industry employee_count annual_revenue country "
    "lifecycle_stage",
    "activities": "activity_id lead_id activity_type occurred_at topic asset campaign channel "
    "loaded_at properties",
    "outcomes": "lead_id outcome occurred_at amount reason",
}
NOT_TEXT = {
    ("leads", "updated_at"): "timestamp[us]",
    ("leads", "is_deleted"): "bool",
    ("companies", "employee_count"): "int64",
    ("companies", "annual_revenue"): "double",
    ("activities", "loaded_at"): "timestamp[us]",
    ("outcomes", "occurred_at"): "timestamp[us]",
}
OUTCOMES = "('sales_accepted','sales_rejected','opportunity','won','lost','reopened','churned')"
EMAIL = "lower(trim(email))"
# A time the warehouse can read, in UTC, from either way the texts are written.
OCCURRED = "cast(try_cast(occurred_at as timestamptz) as timestamp)"

# Kind of dirt: a query that counts it in the finished tables.
DIRT = {
    "address in capitals": f"select count(*) from leads where trim(email) <> {EMAIL}",
    "address with a tag": "select count(*) from leads where email like '%+news@%'",
    "address with blanks": "select count(*) from leads where email <> trim(email)",
    "gmail dots moved": """select count(*) from (select replace(split_part(lower(trim(email)),
        '@', 1), '.', '') from leads where lower(trim(email)) like '%@gmail.com' group by 1
        having count(distinct lower(trim(email))) > 1)""",
    "repeated lead rows": "select count(*) - (select count(*) from (select distinct * from leads))"
    " from leads",
    "newer lead rows": "select count(*) from (select lead_id from leads group by lead_id"
    " having count(distinct updated_at) > 1)",
    "deleted leads": "select count(*) from leads where is_deleted",
    "leads without id": "select count(*) from leads where lead_id is null",
    "unreadable created_at": "select count(*) from leads where"
    " try_cast(created_at as timestamptz) is null",
    "leads of 2199": "select count(*) from leads where created_at like '2199%'",
    "unreadable employee_count": "select count(*) from leads where employee_count is not null"
    " and try_cast(employee_count as double) is null",
    "unreadable annual_revenue": "select count(*) from leads where annual_revenue is not null"
    " and try_cast(annual_revenue as double) is null",
    "broken emails": "select count(*) from leads where not regexp_matches(trim(email),"
    " '^[^@ ]+@[^@ ]+[.][^@ ]+$')",
    "unset titles": "select count(*) from leads where job_title is null",
    "placeholder texts": "select count(*) from leads where job_title in ('', ' ', '-', 'unknown')"
    " or company_name in ('', ' ', '-', 'unknown') or industry in ('', ' ', '-', 'unknown')",
    "industries with blanks": "select count(*) from leads where industry <> trim(industry)",
    "titles in capitals": "select count(*) from leads where job_title = upper(job_title)"
    " and length(job_title) > 5",
    "titles beyond ascii": "select count(*) from leads where strlen(job_title) > length(job_title)",
    "formulas in names": "select count(*) from leads where concat(first_name, last_name)"
    " like '%=HYPERLINK(%'",
    "line breaks in names": "select count(*) from leads where concat(first_name, last_name)"
    " like '%' || chr(10) || '%'",
    "quotes in names": "select count(*) from leads where concat(first_name, last_name)"
    " like '%''%' or concat(first_name, last_name) like '%\"%'",
    "emoji in names": "select count(*) from leads where concat(first_name, last_name) like '%🚀%'",
    "changes of unknown leads": "select count(*) from lead_changes anti join leads using (lead_id)",
    "unreadable changed_at": "select count(*) from lead_changes where"
    " try_cast(changed_at as timestamptz) is null",
    "repeated changes": "select count(*) - (select count(*) from (select distinct * from"
    " lead_changes)) from lead_changes",
    "repeated companies": "select count(*) - count(distinct company_id) from companies"
    " where company_id is not null",
    "companies without id": "select count(*) from companies where company_id is null",
    "activities delivered again, same": "select count(*) - (select count(*) from (select distinct"
    " * from activities where activity_id is not null)) from activities"
    " where activity_id is not null",
    "activities delivered again, later": "select count(*) from (select activity_id from activities"
    " group by all having count(distinct loaded_at) > 1)",
    "activities delivered again, changed": "select count(*) from (select activity_id from"
    " activities where activity_id is not null group by all having count(distinct asset) > 1)",
    "late loads": f"select count(*) from activities where loaded_at > {OCCURRED}"
    " + interval 1 day",
    "activities of unknown leads": "select count(*) from activities anti join leads using (lead_id)"
    " where lead_id is not null",
    "activities without id": "select count(*) from activities where activity_id is null",
    "activities without type": "select count(*) from activities where activity_type is null",
    "activities without lead": "select count(*) from activities where lead_id is null",
    "future activities": f"select count(*) from activities where cast({OCCURRED} as date)"
    " > cast(loaded_at as date)",
    "unreadable occurred_at": "select count(*) from activities where"
    " try_cast(occurred_at as timestamptz) is null",
    "times in another zone": "select count(*) from activities where"
    " regexp_matches(occurred_at, 'T.*[+-][0-9]{2}:[0-9]{2}$')",
    "times on another day in their zone": "select count(*) from activities where"
    f" cast({OCCURRED} as date) <> try_cast(left(occurred_at, 10) as date)",
    "at the edge of a day": f"select count(*) from activities where cast({OCCURRED} as time)"
    " >= time '23:59:55' or cast(" + OCCURRED + " as time) < time '00:00:05'",
    "unset channels": "select count(*) from activities where channel is null",
    "privacy proxies": "select count(*) from activities where"
    " regexp_matches(properties, 'GoogleImageProxy|AppleMailPrivacy')",
    "clicks within 3 seconds of delivery": f"""select count(*) from activities c join activities d
        using (lead_id, campaign) where c.activity_type = 'email_click' and d.activity_type =
        'email_delivered' and {OCCURRED.replace("occurred_at", "c.occurred_at")} -
        {OCCURRED.replace("occurred_at", "d.occurred_at")} between interval 0 second
        and interval 3 second""",
    "bursts of clicks later": f"""select count(*) from (select lead_id, campaign from activities
        where activity_type = 'email_click' group by all having count(distinct asset) >= 4 and
        max({OCCURRED}) - min({OCCURRED}) < interval 10 second)""",
    "unknown outcomes": f"select count(*) from outcomes where outcome not in {OUTCOMES}",
    "outcomes of unknown leads": "select count(*) from outcomes anti join leads using (lead_id)",
    "future outcomes": "select count(*) from outcomes where occurred_at >= '2199-01-01'",
    "unreadable amounts": "select count(*) from outcomes where amount is not null"
    " and try_cast(amount as double) is null",
    "repeated outcomes": "select count(*) - (select count(*) from (select distinct * from"
    " outcomes)) from outcomes",
}  # fmt: skip


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    simulate(5000, 42, AS_OF, folder)
    return folder


@pytest.fixture(scope="module")
def db(demo):
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for table in TABLES:
        connection.execute(f"create table {table} as from read_parquet('{demo}/{table}*.parquet')")
    connection.execute(
        f"create table truth as from read_parquet('{demo}/truth/lead_truth.parquet')"
    )
    # Outcomes a warehouse would accept, by the person's first record.
    connection.execute(f"""create table good_outcomes as
        select distinct 'L' || printf('%08d', cast(substr(lead_id, 2) as bigint) // 4 * 4)
            as lead_id, outcome, occurred_at, try_cast(amount as double) as amount
        from outcomes semi join leads using (lead_id)
        where outcome in {OUTCOMES} and occurred_at < '2199-01-01'""")
    yield connection
    connection.close()


def one(db, query):
    return db.execute(query).fetchone()[0]


def auc(score, label):
    """Area under the ROC curve from mid-ranks (Mann and Whitney 1947)."""
    values, place, count = np.unique(score, return_inverse=True, return_counts=True)
    assert len(values) > 1
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    positives = label.sum()
    return (rank[label].sum() - positives * (positives + 1) / 2) / (
        positives * (len(label) - positives)
    )


@pytest.mark.slow
def test_same_seed_same_bytes(tmp_path):
    for name in ("a", "b"):
        simulate(200, 7, AS_OF, tmp_path / name)
    simulate(200, 8, AS_OF, tmp_path / "c")
    first, second, other = (hashes(tmp_path / name) for name in ("a", "b", "c"))
    assert len(first) == 6
    assert first == second
    assert all(first[name] != other[name] for name in first)


def test_a_run_replaces_the_tables_of_the_one_before(tmp_path):
    simulate(10, 1, AS_OF, tmp_path)
    (tmp_path / "other.parquet").write_bytes(b"own")
    before = hashes(tmp_path)
    simulate(20, 1, AS_OF, tmp_path)
    after = hashes(tmp_path)
    assert before.keys() == after.keys()
    assert before["leads.parquet"] != after["leads.parquet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [*(f"{table}.parquet" for table in TABLES), "other.parquet", "truth"]
    )


def test_raw_tables_of_somebody_else_are_left_alone(tmp_path):
    own = tmp_path / "activities_2025.parquet"
    own.write_bytes(b"own")
    with pytest.raises(ValueError, match=r"not simulated \(activities_2025\.parquet\).*--out"):
        simulate(10, 1, AS_OF, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [own.name]
    assert own.read_bytes() == b"own"


def test_a_table_of_somebody_else_beside_simulated_ones_is_left_alone(tmp_path):
    simulate(10, 1, AS_OF, tmp_path)
    simulate(10, 2, AS_OF, tmp_path)
    before = hashes(tmp_path)
    own = tmp_path / "leads_backup.parquet"
    own.write_bytes(b"own")
    with pytest.raises(ValueError, match=r"not simulated \(leads_backup\.parquet\).*--out"):
        simulate(10, 3, AS_OF, tmp_path)
    assert own.read_bytes() == b"own"
    own.unlink()
    assert hashes(tmp_path) == before


@pytest.mark.parametrize("leads", [1])
def test_very_few_leads(tmp_path, leads):
    rows = simulate(leads, 5, AS_OF, tmp_path)
    assert rows["leads"] == leads
    assert set(hashes(tmp_path)) == {
        *(f"{t}.parquet" for t in TABLES),
        "truth/lead_truth.parquet",
    }


@pytest.mark.parametrize("table", TABLES)
def test_columns_and_types_are_the_contract(demo, table):
    schema = pq.read_schema(demo / f"{table}.parquet")
    assert schema.names == CONTRACT[table].split()
    for field in schema:
        assert str(field.type) == NOT_TEXT.get((table, field.name), "string"), field


@pytest.mark.parametrize("kind", DIRT)
def test_the_demo_has_every_kind_of_dirt(db, kind):
    assert one(db, DIRT[kind]) > 0


def test_few_rows_are_bad(db):
    deleted = "(select lead_id from leads where is_deleted)"
    known = "(select lead_id from leads where try_cast(created_at as timestamptz) < '2100-01-01')"
    bad = {
        "leads": "lead_id is null or try_cast(created_at as timestamptz) is null"
        " or created_at like '2199%' or is_deleted",
        "lead_changes": f"lead_id not in {known} or lead_id in {deleted}"
        " or try_cast(changed_at as timestamptz) is null",
        "companies": "company_id is null",
        "activities": f"activity_id is null or activity_type is null or lead_id is null"
        f" or lead_id not in {known} or lead_id in {deleted} or {OCCURRED} is null"
        f" or cast({OCCURRED} as date) > cast(loaded_at as date)",
        "outcomes": f"lead_id not in {known} or lead_id in {deleted} or outcome not in {OUTCOMES}"
        " or occurred_at > '2199-01-01'"
        " or (amount is not null and try_cast(amount as double) is null)",
    }
    for table, condition in bad.items():
        share = one(db, f"select avg(cast(({condition}) as int)) from {table}")
        assert 0 < share < 0.03, (table, share)


def test_nothing_good_happens_after_the_as_of_date(db):
    assert one(db, "select max(loaded_at) from activities") < datetime.datetime(2026, 7, 1)
    assert one(db, "select max(occurred_at) from good_outcomes") < datetime.datetime(2026, 7, 1)
    assert one(db, "select max(updated_at) from leads") < datetime.datetime(2026, 7, 1)
    late = f"{OCCURRED} >= '2026-07-01' and cast({OCCURRED} as date) <= cast(loaded_at as date)"
    assert one(db, f"select count(*) from activities where {late}") == 0
    # ... and the last day is there, so that the data clock finds it.
    assert one(
        db, f"select count(*) from activities where cast({OCCURRED} as date) = date '{AS_OF}'"
    )


def test_base_rates_are_plausible(db):
    people = 5000
    share = {
        outcome: one(
            db, f"select count(distinct lead_id) from good_outcomes where outcome = '{outcome}'"
        )
        / people
        for outcome in ("won", "lost", "sales_accepted", "sales_rejected", "reopened", "churned")
    }
    assert 0.05 < share["won"] < 0.08
    assert 0.25 < share["lost"] < 0.55
    assert 0.15 < share["sales_accepted"] < 0.5
    assert 0.1 < share["sales_rejected"] < 0.4
    assert 0.01 < share["reopened"] < 0.15
    assert 0.001 < share["churned"] < 0.03
    assert 45 < one(db, "select count(*) from activities") / people < 75
    assert 1000 < one(db, "select median(amount) from good_outcomes where outcome = 'won'") < 1e5
    assert (
        one(db, "select count(*) from good_outcomes where outcome = 'won' and amount is null") < 10
    )
    still_open = one(
        db,
        "select count(*) from truth where moment = 'as_of' and status in "
        "('new', 'accepted', 'opportunity')",
    )
    assert 0.35 < still_open / people < 0.7


def test_an_opportunity_comes_before_the_first_win(db):
    assert not one(
        db,
        """select count(*) from (
            select min(occurred_at) filter (outcome = 'won') as won,
                min(occurred_at) filter (outcome = 'opportunity') as opportunity
            from good_outcomes group by lead_id)
        where won is not null and (opportunity is null or opportunity >= won)""",
    )


@pytest.mark.parametrize("age", [7, 30])
def test_the_true_chance_orders_and_meets_the_wins_that_follow(db, age):
    rows = db.execute(f"""
        select true_chance, coalesce(won > at_date and won <= at_date + 90, false)
        from truth left join (select lead_id, min(cast(occurred_at as date)) as won
            from good_outcomes where outcome = 'won' group by 1) using (lead_id)
        where moment = 'age_{age}' and true_chance is not null and at_date + 90 <= date '{AS_OF}'
        """).fetchnumpy()
    chance, won = (np.asarray(column) for column in rows.values())
    won = won.astype(bool)
    assert len(won) > 3000
    assert auc(chance, won) > 0.85
    assert abs(chance.mean() - won.mean()) < 0.25 * won.mean()


def test_the_truth_is_only_for_open_leads_and_customers(db):
    assert not one(
        db,
        "select count(*) from truth where status in ('lost', 'churned', 'customer')"
        " and true_chance is not null",
    )
    assert not one(
        db, "select count(*) from truth where status <> 'customer' and true_upsell_chance > 0"
    )
    assert one(db, "select bool_and(true_chance between 0 and 1) from truth")
    assert one(db, "select count(*) from truth where moment = 'as_of'") == 5000


def test_history_of_titles_and_employees(db):
    attributes = db.execute("select distinct attribute from lead_changes order by 1").fetchall()
    assert attributes == [("employee_count",), ("job_title",)]
    # Today's value is the last logged one, and most logs start with the value at creation.
    last = """select count(*) filter (new_value is distinct from job_title) from leads join (
        select lead_id, arg_max(new_value, try_cast(changed_at as timestamptz)) as new_value
        from lead_changes where attribute = 'job_title' group by 1) using (lead_id)
        where job_title not in ('', ' ', '-', 'unknown')"""
    assert one(db, last) == 0
    logged = "select avg(cast(n > 1 as int)) from (select lead_id, attribute, count(*) as n from"
    assert 0.7 < one(db, f"{logged} lead_changes semi join leads using (lead_id) group by all)") < 1


def test_command_line(tmp_path, monkeypatch):
    result = CliRunner().invoke(
        main, ["simulate", "--leads", "30", "--as-of", "2025-03-31", "--out", str(tmp_path / "x")]
    )
    assert result.exit_code == 0, result.output
    assert "wrote 3" in result.output
    assert (tmp_path / "x" / "leads.parquet").exists()
    monkeypatch.setenv("LEAD_SCORING_RAW", str(tmp_path / "from_env"))
    assert CliRunner().invoke(main, ["simulate", "--leads", "3"]).exit_code == 0
    assert (tmp_path / "from_env" / "leads.parquet").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--leads", "0"], "x>=1"),
        (["--leads", "many"], "not a valid integer"),
        (["--seed", "-1"], "x>=0"),
        (["--as-of", "30.06.2026"], "is not a date; write it like 2026-06-30"),
        (["--as-of", "0001-01-01"], "has to lie between"),
    ],
)
def test_bad_options_are_explained(tmp_path, arguments, message):
    result = CliRunner().invoke(main, ["simulate", "--out", str(tmp_path), *arguments])
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_an_unwritable_folder_is_explained(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    target = tmp_path / "file" / "raw"
    result = CliRunner().invoke(main, ["simulate", "--leads", "3", "--out", str(target)])
    assert result.exit_code != 0
    assert f"cannot write to {target}" in result.output
    assert "Traceback" not in result.output
