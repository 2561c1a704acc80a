{# Points kept between a lower and an upper limit; a missing limit does not limit. #}
{% macro points_within(points, min_points, max_points) -%}
    cast(
        case
            when {{ points }} > {{ max_points }} then {{ max_points }}
            when {{ points }} < {{ min_points }} then {{ min_points }}
            else {{ points }}
        end as decimal(12, 2)
    )
{%- endmacro %}
