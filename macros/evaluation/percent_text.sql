{# A rate or a difference of rates as people read it: in percent, with one decimal. #}
{% macro percent_text(expression) -%}
    cast({{ rounded_number(expression ~ ' * 100', 'decimal(6, 1)') }} as {{ dbt.type_string() }})
{%- endmacro %}
