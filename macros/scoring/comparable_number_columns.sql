{# The left-hand side of a condition on a number, in the forms `condition_holds` compares. #}
{% macro comparable_number_columns(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }}) as value_text,
    {{ number_text('cast(' ~ expression ~ ' as ' ~ type_double() ~ ')') }} as value_canonical,
    cast({{ expression }} as {{ type_double() }}) as value_number
{%- endmacro %}
