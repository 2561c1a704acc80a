{#
    How many letters have to change to turn one text into another; null where an engine cannot tell.
#}
{% macro text_distance(text_a, text_b) -%}
    {{ return(adapter.dispatch('text_distance', 'lead_scoring')(text_a, text_b)) }}
{%- endmacro %}

{% macro default__text_distance(text_a, text_b) -%}
    levenshtein({{ text_a }}, {{ text_b }})
{%- endmacro %}

{# Without an extension PostgreSQL has no such function; messages then make no suggestion. #}
{% macro postgres__text_distance(text_a, text_b) -%}
    cast(null as integer)
{%- endmacro %}
