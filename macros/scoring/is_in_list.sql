{# Whether an actual value is an item of a list written `|a|b|c|`; no item holds a bar itself. #}
{% macro is_in_list(actual, conditions) -%}
    (
        {{ dbt.position("'|'", actual ~ '.value_canonical') }} = 0
        and {{ dbt.position(
            "'|' || " ~ actual ~ ".value_canonical || '|'", conditions ~ '.list_canonical'
        ) }} > 0
    )
{%- endmacro %}
