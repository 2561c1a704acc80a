{# The operators whose value is one of the given kinds, as a list for `in (...)`. #}
{% macro operators_taking(kinds) -%}
    {{ quoted_list(operators() | selectattr('takes', 'in', kinds) | map(attribute='name')) }}
{%- endmacro %}
