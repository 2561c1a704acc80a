{# Whether an actual value is an item of a list written `|a|b|c|`; no item holds a bar itself. #}
{% macro is_in_list(actual, conditions) -%}
    (
        position('|' in {{ actual }}.value_canonical) = 0
        and position(
            '|' || {{ actual }}.value_canonical || '|' in {{ conditions }}.list_canonical
        ) > 0
    )
{%- endmacro %}
