"""SQL for Snowflake, BigQuery and Databricks: compiled without a connection, parsed, and looked at.

Nothing is run there. What stands in the way of a run and can be seen in a text is looked for by
cloud_sql.py; what only the engine knows, such as the types of columns, is not.
"""

import json
import os
import subprocess

import pytest
from conftest import PROJECT
from engines import write_broken_project, write_project

pytestmark = [pytest.mark.clouds, pytest.mark.slow]

PYTHON = PROJECT / ".venv" / "clouds" / "bin" / "python"
CHECK = PROJECT / "tests" / "python" / "cloud_sql.py"
DIALECTS = ("snowflake", "bigquery", "databricks")
# The answers of a warehouse that models ask for while they compile.
ANSWERS = """
{% macro is_incremental() -%}
    {{ return(
        env_var('CLOUD_SQL_LATER_RUN', '') == '1' and model.config.materialized == 'incremental'
    ) }}
{%- endmacro %}
""" + "".join(
    f"""
{{% macro {dialect}__raw_columns(table_name) -%}}
    {{{{ return(raw_contract(table_name).columns) }}}}
{{%- endmacro %}}
"""
    for dialect in DIALECTS
)
# What dbt adds to the SQL of models: types of contracts, statements of hooks and of seeds.
ADDED_STATEMENTS = """
{%- set types = [] -%}
{%- for node in graph.nodes.values() if execute -%}
    {%- for column in node.columns.values()
        if column.data_type and column.data_type not in types -%}
        {%- do types.append(column.data_type) -%}
    {%- endfor -%}
{%- endfor -%}
select
    {%- for type in types %}
    {{ dbt.cast('null', type) }} as column_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}
;
{{ plan_as_written() or 'select 1' }}
;
{{ drop_stale_subjects() }}
;
{{ numbered_seed_table(['rule_id', 'value']) }}
;
{{ numbered_seed_rows(['rule_id', 'value'], [['a', none], ["it's", 'a\\\\b']], 1) }}
;
{% if target.type == 'bigquery' -%}
    {%- set columns = [{'quoted': '`lead_id`'}, {'quoted': '`points`'}] -%}
    {%- for strategy in ('append', 'delete+insert') %}
{{ bq_generate_incremental_build_sql(
    strategy, this, this, 'select 1 as lead_id, 2 as points', 'lead_id', none, none, columns, false,
    none, none
) }}
    {%- endfor %}
{%- endif %}
"""


@pytest.fixture(scope="module", autouse=True)
def adapters():
    """The adapters. Where they are not installed the tests are skipped, unless CI asks for them."""
    if PYTHON.exists():
        return
    message = (
        "the packages of requirements-clouds.lock are not installed (make test-clouds does it)"
    )
    if os.environ.get("CI_REQUIRES_CLOUDS"):
        raise FileNotFoundError(message)
    pytest.skip(message)


def checked(project, dialect: str, *selected: str) -> subprocess.CompletedProcess:
    """Compile a copy of the project for a dialect and look at its SQL.

    Args:
        project: Folder of the copy.
        dialect: Name of the target.
        selected: Which models; everything without them.
    """
    (project / "macros" / "answers.sql").write_text(ANSWERS, encoding="utf-8")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LEAD_SCORING_")
    }
    # A token is not looked at before it is used; without one the adapter asks the machine for it.
    login = {"LEAD_SCORING_BIGQUERY_METHOD": "oauth-secrets", "LEAD_SCORING_BIGQUERY_TOKEN": "none"}
    return subprocess.run(
        [PYTHON, CHECK, project, dialect, *selected],
        env=environment | login | {"DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_everything_parses_in_its_dialect(dialect, tmp_path):
    write_project(tmp_path)
    analyses = tmp_path / "analyses"
    analyses.unlink()
    analyses.mkdir()
    for path in (PROJECT / "analyses").iterdir():
        (analyses / path.name).symlink_to(path)
    (analyses / "added_statements.sql").write_text(ADDED_STATEMENTS, encoding="utf-8")
    result = checked(tmp_path, dialect)
    assert result.returncode == 0, result.stdout + result.stderr
    queries = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("analyses/*.sql")]
    assert int(result.stdout.split()[0]) > len(queries)


def test_broken_macro_is_noticed(tmp_path):
    write_broken_project(tmp_path, "bigquery", "parse_number", ("as float64)", "as double)"))
    result = checked(tmp_path, "bigquery", "stg_raw__activities", "stg_config__bands")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "bigquery models/staging/config/stg_config__bands.sql" in result.stdout
    assert "unknown type double" in result.stdout


# What sqlglot reads in a dialect whose engine does not.
WRONG = [
    ("snowflake", "select a from t where", "does not parse"),
    ("snowflake", "select try_cast_double(a) from t", "unknown function try_cast_double"),
    ("snowflake", "select concat_ws('|', a, b) from t", "unknown function concat_ws"),
    ("snowflake", "select start from t", "a reserved word as a name"),
    ("snowflake", "select first_value(a) over (partition by b) from t", "needs an order"),
    ("bigquery", "select cast(a as double) from t", "unknown type double"),
    ("bigquery", "select a::int64 from t", "`::` is no cast"),
    ("bigquery", "select cast(a as numeric(18, 12)) from t", "more than 9 decimals"),
    ("bigquery", "select position(a in b) from t", "unknown function position"),
    ("bigquery", "select 'a''b' from t", "does not parse"),
    ("bigquery", "select a from t union select a from u", "does not parse"),
    ("bigquery", "select groups.a from groups", "a reserved word as a name"),
    ("bigquery", "select 1 as a where true", "`where` without `from`"),
    ("bigquery", "select a from (values (1)) as t (a)", "`values` make no table"),
    ("bigquery", "select unnest(split(a, '|')) from t", "no rows in a select list"),
    ("bigquery", "select t.a from t left join u on t.a > u.a", "an outer join without an equality"),
    ("bigquery", "select sum(a) over (order by b nulls last) from t", "missing values of a range"),
    ("databricks", "select farm_fingerprint(a) from t", "unknown function farm_fingerprint"),
    ("databricks", "select cast(a as varchar) from t", "unknown type varchar"),
    ("databricks", "select 'a''b' from t", "quote"),
]


def test_what_sqlglot_lets_pass_is_noticed():
    program = """
import json, sys, cloud_sql
print(json.dumps([cloud_sql.problems(sql, dialect) for dialect, sql, _ in json.load(sys.stdin)]))
"""
    result = subprocess.run(
        [PYTHON, "-c", program],
        input=json.dumps(WRONG),
        cwd=CHECK.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    for (dialect, sql, problem), found in zip(WRONG, json.loads(result.stdout), strict=True):
        assert any(problem in text for text in found), (dialect, sql, found)
