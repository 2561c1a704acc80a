{# Takes the place of dbt's macro of this name: `create or replace` empties a table as well. #}
{% macro databricks__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {{ return(lead_scoring.snowflake__create_csv_table(model, agate_table)) }}
{%- endmacro %}
