{# An amount of money, not negative, to its second digit, as 0 or 5: 12,345.67 is 10,000 and 77 is 75. #}
{% macro rough_amount(expression) -%}
    {%- set whole = 'cast(cast(floor(' ~ expression ~ ') as ' ~ dbt.type_bigint() ~ ') as ' ~ dbt.type_string() ~ ')' -%}
    {%- set step = "cast(left('5000000000000000', greatest(length(" ~ whole ~ ") - 1, 1)) as decimal(18, 0))" -%}
    cast({{ step }} * {{ rounded_number(expression ~ ' / ' ~ step, 'decimal(18, 0)') }} as decimal(18, 2))
{%- endmacro %}
