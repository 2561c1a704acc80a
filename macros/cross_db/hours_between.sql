{# Hours, with fractions, from one timestamp to a later one. #}
{% macro hours_between(start_timestamp, end_timestamp) -%}
    (cast({{ seconds_between(start_timestamp, end_timestamp) }} as {{ type_double() }}) / 3600)
{%- endmacro %}
