{# The key of `stg_config__conditions`: conditions written alike are one condition. #}
{% macro condition_key(operator, value) -%}
    {{ operator }} || ' ' || coalesce({{ value }}, '')
{%- endmacro %}
