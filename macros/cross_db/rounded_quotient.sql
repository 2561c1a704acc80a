{#
    A decimal of two places divided by a count, to the hundredth; null when the count is 0. Divided in hundredths: only
    there is it exact whether the quotient lies in the middle between two, which engines would round differently.
#}
{% macro rounded_quotient(dividend, divisor) -%}
    0.01 * cast(
        cast(100 * ({{ dividend }}) as {{ type_double() }}) / nullif({{ divisor }}, 0) as decimal(18, 0)
    )
{%- endmacro %}
