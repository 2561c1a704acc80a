{#
    After the `as` of a step of a query that several later steps read: each of them takes the rows and columns that it needs,
    instead of all of them being held in memory. Empty for engines that do so unasked.
#}
{% macro not_materialized() -%}
    {{ return(adapter.dispatch('not_materialized', 'lead_scoring')()) }}
{%- endmacro %}

{% macro default__not_materialized() -%}
{%- endmacro %}

{% macro duckdb__not_materialized() -%}
    not materialized
{%- endmacro %}

{% macro postgres__not_materialized() -%}
    not materialized
{%- endmacro %}
