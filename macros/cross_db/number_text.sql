{# The text of a 64-bit floating-point number, the same on every engine: as short as it can be, and 5.0 for 5. #}
{% macro number_text(expression) -%}
    {{ return(adapter.dispatch('number_text', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__number_text(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}

{% macro postgres__number_text(expression) -%}
    regexp_replace(cast({{ expression }} as text), '^(-?[0-9]+)$', '\1.0')
{%- endmacro %}
