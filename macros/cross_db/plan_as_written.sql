{#
    Statement before each model, for engines that have to be told how to run it; empty for those that plan well by
    themselves.
#}
{% macro plan_as_written() -%}
    {{ return(adapter.dispatch('plan_as_written', 'lead_scoring')()) }}
{%- endmacro %}

{% macro default__plan_as_written() -%}
{%- endmacro %}

{#
    PostgreSQL knows nothing about the rows of a step in the middle of a query, guesses too few, and joins them in loops
    that never end. The models are written in an order that keeps the steps small: joined in that order, by hash,
    they take seconds. Compiling such wide queries takes longer than running them. All of it holds for one transaction.
#}
{% macro postgres__plan_as_written() -%}
    set local enable_nestloop = off;
    set local join_collapse_limit = 1;
    set local from_collapse_limit = 1;
    set local jit = off
{%- endmacro %}
