{# What an activity type can mean for the work of sales and marketing. #}
{% macro activity_roles() -%}
    {{ return(['opt_out', 'opt_in', 'undeliverable', 'sales_touch']) }}
{%- endmacro %}
