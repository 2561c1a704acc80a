{# One text from several columns in which a missing value and a blank one differ. #}
{% macro row_text(columns) -%}
    concat_ws(
        '|'
        {%- for column in columns %},
        coalesce('=' || cast({{ column }} as {{ dbt.type_string() }}), '')
        {%- endfor %}
    )
{%- endmacro %}
