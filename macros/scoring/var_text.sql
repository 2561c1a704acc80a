{# The value of a var as messages show it: with a word for a text that looks like a number or a flag. #}
{% macro var_text(value) -%}
    {%- set shown = "'" ~ value ~ "'" -%}
    {%- if value is string and modules.re.match('^ *([-+.0-9]+|true|false) *$', value | lower) -%}
        {%- set shown = shown ~ ' as a text' -%}
    {%- endif -%}
    {{ return(shown) }}
{%- endmacro %}
