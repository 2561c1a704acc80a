{# A date moved by a number of days. #}
{% macro add_days(date_expression, days) -%}
    {{ return(adapter.dispatch('add_days', 'lead_scoring')(date_expression, days)) }}
{%- endmacro %}

{% macro default__add_days(date_expression, days) -%}
    ({{ date_expression }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(date_expression, days) -%}
    date_add({{ date_expression }}, cast({{ days }} as integer))
{%- endmacro %}

{% macro bigquery__add_days(date_expression, days) -%}
    date_add({{ date_expression }}, interval cast({{ days }} as int64) day)
{%- endmacro %}
