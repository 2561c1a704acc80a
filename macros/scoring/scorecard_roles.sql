{# The roles a scorecard can have. All but retired ones are scored. #}
{% macro scorecard_roles() -%}
    {{ return(['champion', 'challenger', 'retired']) }}
{%- endmacro %}
