{# A column for each of some settings, from rows of setting and value. #}
{% macro settings_as_columns(settings) -%}
    {%- for setting in settings -%}
        max(case when setting = '{{ setting }}' then value end) as {{ setting }}
        {{- ',' if not loop.last }}
        {% endfor -%}
{%- endmacro %}
