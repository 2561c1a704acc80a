{#
    Statement that makes the empty table of a seed with one more column, `seed_row`, which counts its rows: rows of a table
    have no order of their own.
#}
{% macro numbered_seed_table(columns) -%}
    create or replace table {{ this }} (
        {%- for column in columns %}
        {{ column }} string,
        {%- endfor %}
        seed_row {{ dbt.type_bigint() }}
    )
{%- endmacro %}
