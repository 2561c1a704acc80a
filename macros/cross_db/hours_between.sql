{#
    Hours, to the hundredth, from one timestamp to a later one. Counted in hundredths: whether a fraction of an hour lies
    in the middle between two of them is exact only there, and engines would round it differently.
#}
{% macro hours_between(start_timestamp, end_timestamp) -%}
    0.01 * cast(
        cast({{ seconds_between(start_timestamp, end_timestamp) }} as {{ type_double() }}) / 36 as decimal(18, 0)
    )
{%- endmacro %}
