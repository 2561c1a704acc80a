{# The whole numbers from 0 to `highest`, one row each, in a column n. #}
{% macro integers(highest) -%}
    {%- for n in range(highest + 1) -%}
        {{ 'union all ' if not loop.first }}select {{ n }} as n
        {% endfor -%}
{%- endmacro %}
