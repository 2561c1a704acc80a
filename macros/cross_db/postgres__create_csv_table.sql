{#
    Takes the place of dbt's macro of this name. Rows of a table of PostgreSQL have no order of their own, so seeds get
    a column that counts them as they come.
#}
{% macro postgres__create_csv_table(model, agate_table) -%}
    {%- set sql = dbt.default__create_csv_table(model, agate_table) -%}
    {%- call statement('count_seed_rows') -%}
        alter table {{ this }} add column seed_row bigint generated always as identity
    {%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}
