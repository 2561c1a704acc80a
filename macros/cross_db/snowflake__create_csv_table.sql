{# Takes the place of dbt's macro of this name: see `numbered_seed_table`. #}
{% macro snowflake__create_csv_table(model, agate_table) -%}
    {%- set sql = numbered_seed_table(agate_table.column_names) -%}
    {%- call statement('_') -%}
        {{ sql }}
    {%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}
