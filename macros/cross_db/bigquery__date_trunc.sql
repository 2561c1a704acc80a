{# Takes the place of dbt's macro of this name, whose weeks begin on Sundays. #}
{% macro bigquery__date_trunc(datepart, date) -%}
    date_trunc(cast({{ date }} as date), {{ 'isoweek' if datepart == 'week' else datepart }})
{%- endmacro %}
