{# Today in UTC, as SQL. #}
{% macro wall_clock_date() -%}
    cast('{{ wall_clock_day() }}' as date)
{%- endmacro %}
