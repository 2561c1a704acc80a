{# What to say of a raw table that is not there, and what to do. #}
{% macro missing_raw_table(table_name) -%}
    {{ return(adapter.dispatch('missing_raw_table', 'lead_scoring')(table_name)) }}
{%- endmacro %}

{% macro default__missing_raw_table(table_name) -%}
    {{ return(
        'there is no table ' ~ raw_location(table_name) ~ '. Load the raw files with `lead-scoring load --target '
        ~ target.name ~ '`'
    ) }}
{%- endmacro %}

{#
    Files in a folder of the name that a single file would have, as Spark writes them, are there for whoever looks,
    but not read.
#}
{% macro duckdb__missing_raw_table(table_name) -%}
    {%- set folder = env_var('LEAD_SCORING_RAW', 'data/raw') -%}
    {%- set inner_files = run_query(
        "select min(file) from glob('" ~ folder ~ '/' ~ table_name ~ "*/**/*.parquet')"
    ) -%}
    {%- set inner_file = inner_files.rows[0][0] -%}
    {%- if inner_file -%}
        {{ return(
            inner_file ~ ' lies in a folder of its own, and only files that lie in ' ~ folder
            ~ ' itself are read. Put the files of the table there, under names such as ' ~ table_name
            ~ '_1.parquet'
        ) }}
    {%- endif -%}
    {{ return(
        'no file matches ' ~ raw_location(table_name)
        ~ '. Set LEAD_SCORING_RAW to the folder that holds the raw Parquet files'
    ) }}
{%- endmacro %}

{% macro snowflake__missing_raw_table(table_name) -%}
    {{ return(
        'there is no table ' ~ raw_location(table_name)
        ~ '. Load it there, or name the schema of the raw tables by LEAD_SCORING_RAW_SCHEMA'
    ) }}
{%- endmacro %}

{% macro bigquery__missing_raw_table(table_name) -%}
    {{ return(lead_scoring.snowflake__missing_raw_table(table_name)) }}
{%- endmacro %}

{% macro databricks__missing_raw_table(table_name) -%}
    {{ return(lead_scoring.snowflake__missing_raw_table(table_name)) }}
{%- endmacro %}
