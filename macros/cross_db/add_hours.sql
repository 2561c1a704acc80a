{# A timestamp moved by a number of hours, which may have decimals. #}
{% macro add_hours(timestamp_expression, hours) -%}
    {{ return(adapter.dispatch('add_hours', 'lead_scoring')(timestamp_expression, hours)) }}
{%- endmacro %}

{% macro default__add_hours(timestamp_expression, hours) -%}
    ({{ timestamp_expression }} + {{ hours }} * interval '1 hour')
{%- endmacro %}

{% macro spark__add_hours(timestamp_expression, hours) -%}
    timestamp_micros(
        unix_micros({{ timestamp_expression }}) + cast(round({{ hours }} * 3600000000) as bigint)
    )
{%- endmacro %}
