{# The moment at which a day ends (UTC): the first of the next day. #}
{% macro end_of_day(date_expression) -%}
    cast({{ add_days(date_expression, 1) }} as {{ dbt.type_timestamp() }})
{%- endmacro %}
