{# The day to score, from the var as_of_date: `latest`, `today` or an ISO date. #}
{% macro as_of_date(newest_date) -%}
    {%- set as_of = var('as_of_date') | string -%}
    {%- if as_of == 'latest' -%}
        {{ newest_date }}
    {%- elif as_of == 'today' -%}
        {{ wall_clock_date() }}
    {%- elif is_iso_date(as_of) and as_of > wall_clock_day() -%}
        {{ exceptions.raise_compiler_error(
            'The var as_of_date is ' ~ as_of ~ ', a day that has not come: what is published for it would stand '
            ~ 'in the way of all days before it.'
        ) }}
    {%- elif is_iso_date(as_of) -%}
        cast('{{ as_of }}' as date)
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "The var as_of_date is '" ~ as_of ~ "': write latest, today or a date such as 2026-03-01."
        ) }}
    {%- endif -%}
{%- endmacro %}
