{# The value of a polynomial, whose coefficients are given highest power first. #}
{% macro horner(coefficients, variable) -%}
    {%- set sum = namespace(sql=coefficients[0]) -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- set sum.sql = '(' ~ sum.sql ~ ' * ' ~ variable ~ ' + ' ~ coefficient ~ ')' -%}
    {%- endfor -%}
    {{ sum.sql }}
{%- endmacro %}
