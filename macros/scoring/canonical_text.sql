{#
    The form in which two values are compared: a number in one spelling, any other text trimmed and
    in lower case. So `5`, `5.0` and `5e0` are equal, and so are `Software` and ` software`.
#}
{% macro canonical_text(expression) -%}
    coalesce(
        cast({{ parse_number(expression) }} as {{ dbt.type_string() }}),
        lower(trim({{ expression }}))
    )
{%- endmacro %}
