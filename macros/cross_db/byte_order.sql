{# Text to order by so that every engine and locale sorts it alike: by its bytes. #}
{% macro byte_order(expression) -%}
    {{ return(adapter.dispatch('byte_order', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__byte_order(expression) -%}
    {{ expression }}
{%- endmacro %}

{% macro postgres__byte_order(expression) -%}
    ({{ expression }} collate "C")
{%- endmacro %}
