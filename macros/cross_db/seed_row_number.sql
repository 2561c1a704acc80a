{# The row of a seed as a spreadsheet shows it: the header is row 1. #}
{% macro seed_row_number() -%}
    {{ return(adapter.dispatch('seed_row_number', 'lead_scoring')()) }}
{%- endmacro %}

{% macro default__seed_row_number() -%}
    1 + row_number() over (order by rowid)
{%- endmacro %}

{# The column comes from `postgres__create_csv_table`, in Spark from `spark__load_csv_rows`. #}
{% macro postgres__seed_row_number() -%}
    1 + row_number() over (order by seed_row)
{%- endmacro %}

{% macro spark__seed_row_number() -%}
    {{ return(lead_scoring.postgres__seed_row_number()) }}
{%- endmacro %}

{# The column comes from `numbered_seed_table`. #}
{% macro snowflake__seed_row_number() -%}
    {{ return(lead_scoring.postgres__seed_row_number()) }}
{%- endmacro %}

{% macro bigquery__seed_row_number() -%}
    {{ return(lead_scoring.postgres__seed_row_number()) }}
{%- endmacro %}
