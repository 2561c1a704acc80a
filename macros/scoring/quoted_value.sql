{# A value as a message quotes it: on one line, and shortened when it is long. #}
{% macro quoted_value(expression) -%}
    chr(39) || left(replace(replace({{ expression }}, chr(10), ' '), chr(13), ' '), 80) || chr(39)
{%- endmacro %}
