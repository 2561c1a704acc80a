{# Statement after which `text_distance` works; nothing where it is built in. #}
{% macro enable_text_distance() -%}
    {{ return(adapter.dispatch('enable_text_distance', 'lead_scoring')()) }}
{%- endmacro %}

{% macro default__enable_text_distance() -%}
{%- endmacro %}

{% macro postgres__enable_text_distance() -%}
    create extension if not exists fuzzystrmatch
{%- endmacro %}
