{# Names of the columns that a raw table has. #}
{% macro raw_columns(table_name) -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set columns = adapter.dispatch('raw_columns', 'lead_scoring')(table_name) -%}
    {%- if not columns -%}
        {{ exceptions.raise_compiler_error(
            'Raw table ' ~ table_name ~ ' is missing: ' ~ missing_raw_table(table_name)
            ~ (', or set the var has_' ~ table_name ~ ' to false to build without this table.'
               if table_name in ('lead_changes', 'companies') else '.')
        ) }}
    {%- endif -%}
    {{ return(columns) }}
{%- endmacro %}

{% macro default__raw_columns(table_name) -%}
    {%- set table = source('raw', table_name) -%}
    {%- set relation = adapter.get_relation(table.database, table.schema, table.identifier) -%}
    {{ return(
        adapter.get_columns_in_relation(relation) | map(attribute='name') | list if relation else []
    ) }}
{%- endmacro %}

{# The raw tables of DuckDB are files. #}
{% macro duckdb__raw_columns(table_name) -%}
    {%- if not run_query(
        "select 1 from glob('" ~ raw_location(table_name) ~ "') limit 1"
    ).rows -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set described = run_query('describe select * from ' ~ source('raw', table_name)) -%}
    {{ return(described.columns[0].values() | list) }}
{%- endmacro %}
