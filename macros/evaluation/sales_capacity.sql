{# How many leads sales can work per day, from the var; anything but a number above 0 stops dbt. #}
{% macro sales_capacity() -%}
    {%- set capacity = var('sales_capacity_leads_per_day') -%}
    {%- if capacity is not number or capacity is boolean or capacity <= 0 -%}
        {{ exceptions.raise_compiler_error(
            "The var sales_capacity_leads_per_day is '" ~ capacity ~ "': write a number above 0, such as 20."
        ) }}
    {%- endif -%}
    {{ capacity }}
{%- endmacro %}
