{# Seconds, with fractions, from one timestamp to a later one. #}
{% macro seconds_between(start_timestamp, end_timestamp) -%}
    {{ return(adapter.dispatch('seconds_between', 'lead_scoring')(start_timestamp, end_timestamp)) }}
{%- endmacro %}

{% macro default__seconds_between(start_timestamp, end_timestamp) -%}
    extract(epoch from ({{ end_timestamp }} - {{ start_timestamp }}))
{%- endmacro %}

{% macro postgres__seconds_between(start_timestamp, end_timestamp) -%}
    cast(extract(epoch from ({{ end_timestamp }} - {{ start_timestamp }})) as {{ type_double() }})
{%- endmacro %}

{% macro spark__seconds_between(start_timestamp, end_timestamp) -%}
    (cast(unix_micros({{ end_timestamp }}) - unix_micros({{ start_timestamp }}) as double) / 1000000)
{%- endmacro %}

{% macro snowflake__seconds_between(start_timestamp, end_timestamp) -%}
    (cast(datediff(microsecond, {{ start_timestamp }}, {{ end_timestamp }}) as double) / 1000000)
{%- endmacro %}

{% macro bigquery__seconds_between(start_timestamp, end_timestamp) -%}
    (datetime_diff({{ end_timestamp }}, {{ start_timestamp }}, microsecond) / 1000000)
{%- endmacro %}
