{# Aggregate: the value in the middle, or half-way between the two in the middle; missing values are left out. #}
{% macro median_of(expression) -%}
    {{ return(adapter.dispatch('median_of', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__median_of(expression) -%}
    percentile_cont(0.5) within group (order by {{ expression }})
{%- endmacro %}

{# Its own medians are approximate or no aggregates. #}
{% macro bigquery__median_of(expression) -%}
    (
        {%- for above in (1, 0) %}
        {{ '+ ' if not loop.first }}array_agg({{ expression }} ignore nulls order by {{ expression }})[
            safe_offset(div(count({{ expression }}) - {{ above }}, 2))
        ]
        {%- endfor %}
    ) / 2
{%- endmacro %}
