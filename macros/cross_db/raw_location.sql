{# Where a raw table is read from, as a person would write it. #}
{% macro raw_location(table_name) -%}
    {{ return(adapter.dispatch('raw_location', 'lead_scoring')(table_name)) }}
{%- endmacro %}

{% macro default__raw_location(table_name) -%}
    {{ return(source('raw', table_name) | string | replace('"', '') | replace('`', '')) }}
{%- endmacro %}

{% macro duckdb__raw_location(table_name) -%}
    {{ return(env_var('LEAD_SCORING_RAW', 'data/raw') ~ '/' ~ table_name ~ '*.parquet') }}
{%- endmacro %}
