{# Names of the columns that a raw table has. #}
{% macro raw_columns(table_name) -%}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(adapter.dispatch('raw_columns', 'lead_scoring')(table_name)) }}
{%- endmacro %}

{% macro default__raw_columns(table_name) -%}
    {%- if not run_query(
        "select 1 from glob('" ~ raw_location(table_name) ~ "') limit 1"
    ).rows -%}
        {{ exceptions.raise_compiler_error(
            'Raw table ' ~ table_name ~ ' is missing: no file matches ' ~ raw_location(table_name)
            ~ '. Set LEAD_SCORING_RAW to the folder that holds the raw Parquet files'
            ~ (', or set the var has_' ~ table_name ~ ' to false to build without this table.'
               if table_name in ('lead_changes', 'companies') else '.')
        ) }}
    {%- endif -%}
    {%- set described = run_query('describe select * from ' ~ source('raw', table_name)) -%}
    {{ return(described.columns[0].values() | list) }}
{%- endmacro %}
