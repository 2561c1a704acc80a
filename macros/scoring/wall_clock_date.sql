{# Today in UTC. The only place that reads the wall clock. #}
{% macro wall_clock_date() -%}
    cast('{{ run_started_at.strftime("%Y-%m-%d") }}' as date)
{%- endmacro %}
