{# Whether points lie in a band: at or over its start and below the start of the next higher one. #}
{% macro points_in_band(points, bands) -%}
    (
        ({{ bands }}.min_points is null or {{ points }} >= {{ bands }}.min_points)
        and ({{ bands }}.below_points is null or {{ points }} < {{ bands }}.below_points)
    )
{%- endmacro %}
