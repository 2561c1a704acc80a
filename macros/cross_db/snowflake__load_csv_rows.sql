{# Takes the place of dbt's macro of this name: rows with their numbers, see `numbered_seed_rows`. #}
{% macro snowflake__load_csv_rows(model, agate_table) -%}
    {%- set first = namespace(number=1) -%}
    {%- for rows in agate_table.rows | batch(1000) -%}
        {%- call statement() -%}
            {{ numbered_seed_rows(agate_table.column_names, rows, first.number) }}
        {%- endcall -%}
        {%- set first.number = first.number + rows | length -%}
    {%- endfor -%}
{%- endmacro %}
