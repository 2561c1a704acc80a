{# A timestamp moved by a number of hours, which may have decimals. #}
{% macro add_hours(timestamp_expression, hours) -%}
    {{ return(adapter.dispatch('add_hours', 'lead_scoring')(timestamp_expression, hours)) }}
{%- endmacro %}

{% macro default__add_hours(timestamp_expression, hours) -%}
    ({{ timestamp_expression }} + {{ hours }} * interval '1 hour')
{%- endmacro %}
