{# Today in UTC as text, YYYY-MM-DD. The only place that reads the wall clock. #}
{% macro wall_clock_day() -%}
    {{ return(run_started_at.strftime('%Y-%m-%d')) }}
{%- endmacro %}
