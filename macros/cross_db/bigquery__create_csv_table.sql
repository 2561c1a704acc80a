{# Takes the place of dbt's macro of this name: see `numbered_seed_table`. #}
{% macro bigquery__create_csv_table(model, agate_table) -%}
    {{ return(lead_scoring.snowflake__create_csv_table(model, agate_table)) }}
{%- endmacro %}
