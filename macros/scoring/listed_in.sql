{# Whether a list written a|b|c is blank or has the item. #}
{% macro listed_in(item, list) -%}
    (
        {{ list }} is null
        or position('|' || {{ item }} || '|' in '|' || {{ list }} || '|') > 0
    )
{%- endmacro %}
