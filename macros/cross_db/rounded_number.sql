{#
    A floating-point number as a decimal. Over a decimal of more places: engines round a number in the middle between two
    differently when it comes from a floating-point number, and alike when it comes from a decimal.
#}
{% macro rounded_number(expression, type) -%}
    cast(cast({{ expression }} as decimal(24, 9)) as {{ type }})
{%- endmacro %}
