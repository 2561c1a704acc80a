{# A column for each setting of the evaluation, from rows of setting and value. #}
{% macro settings_as_columns() -%}
    {%- for setting in evaluation_settings() -%}
        max(case when setting = '{{ setting }}' then value end) as {{ setting }}
        {{- ',' if not loop.last }}
        {% endfor -%}
{%- endmacro %}
