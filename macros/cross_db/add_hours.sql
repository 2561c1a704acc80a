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

{% macro snowflake__add_hours(timestamp_expression, hours) -%}
    timestampadd(
        microsecond, cast(round({{ hours }} * 3600000000) as bigint), {{ timestamp_expression }}
    )
{%- endmacro %}

{% macro bigquery__add_hours(timestamp_expression, hours) -%}
    datetime_add(
        {{ timestamp_expression }}, interval cast(round({{ hours }} * 3600000000) as int64) microsecond
    )
{%- endmacro %}
