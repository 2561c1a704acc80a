{# A regular expression for the text of a number. #}
{% macro number_pattern() -%}
    {{ return(
        '[+-]?([0-9]{1,200}([.][0-9]{0,200})?|[.][0-9]{1,200})([eE][+-]?[0-9]{1,2})?'
    ) }}
{%- endmacro %}
