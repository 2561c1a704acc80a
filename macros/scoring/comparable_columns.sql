{# The left-hand side of a condition in the forms `condition_holds` compares. #}
{% macro comparable_columns(expression) -%}
    {{ lower_text(expression) }} as value_text,
    {{ canonical_text(expression) }} as value_canonical,
    {{ parse_number(expression) }} as value_number
{%- endmacro %}
