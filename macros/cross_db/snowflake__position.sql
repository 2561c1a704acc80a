{# Takes the place of dbt's macro of this name: between brackets with `in` a joined text would need brackets of its own. #}
{% macro snowflake__position(substring_text, string_text) -%}
    position({{ substring_text }}, {{ string_text }})
{%- endmacro %}
