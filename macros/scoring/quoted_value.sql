{# A value as a message quotes it: on one line, and shortened when it is long. #}
{% macro quoted_value(expression) -%}
    '''' || left(replace(replace({{ expression }}, chr(10), ' '), chr(13), ' '), 80) || ''''
{%- endmacro %}
