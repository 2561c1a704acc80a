{#
    The form in which two values are compared: a number in one spelling, any other text in lower case. So
    `5`, `5.0` and `5e0` are equal, and so are `Software` and `software`.
#}
{% macro canonical_text(expression) -%}
    coalesce(
        {{ number_text(parse_number(expression)) }},
        {{ lower_text(expression) }}
    )
{%- endmacro %}
