{# Where the points of a scorecard come from: people or history. #}
{% macro scorecard_methods() -%}
    {{ return(['manual', 'fitted']) }}
{%- endmacro %}
