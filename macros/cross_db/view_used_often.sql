{# How a view is materialized that a model reads many times: as a table where each of them is planned anew. #}
{% macro view_used_often() -%}
    {{ return(adapter.dispatch('view_used_often', 'lead_scoring')()) }}
{%- endmacro %}

{% macro default__view_used_often() -%}
    {{ return('view') }}
{%- endmacro %}

{#
    Spark writes out every use of a view and of what it selects from, and thinks about each for seconds when it is made
    of long expressions.
#}
{% macro spark__view_used_often() -%}
    {{ return('table') }}
{%- endmacro %}
