{# Whether a list written a|b|c is blank or has the item. #}
{% macro listed_in(item, list) -%}
    (
        {{ list }} is null
        or {{ dbt.position("'|' || " ~ item ~ " || '|'", "'|' || " ~ list ~ " || '|'") }} > 0
    )
{%- endmacro %}
