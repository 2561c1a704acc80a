{# True for the usual spellings of yes, false for anything else, also when missing or with blanks around it. #}
{% macro parse_boolean(expression) -%}
    coalesce(
        lower(cast({{ expression }} as {{ dbt.type_string() }}))
        in ('true', 't', '1', '1.0', 'yes', 'y'),
        false
    )
{%- endmacro %}
