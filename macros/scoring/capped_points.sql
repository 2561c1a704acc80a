{# Points kept within a limit on their magnitude; no limit when it is missing. #}
{% macro capped_points(points, max_points) -%}
    cast(
        case
            when {{ points }} > {{ max_points }} then {{ max_points }}
            when {{ points }} < -{{ max_points }} then -{{ max_points }}
            else {{ points }}
        end as decimal(12, 2)
    )
{%- endmacro %}
