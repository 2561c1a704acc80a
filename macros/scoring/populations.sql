{# Who can be scored. #}
{% macro populations() -%}
    {{ return(['open_leads', 'customers']) }}
{%- endmacro %}
