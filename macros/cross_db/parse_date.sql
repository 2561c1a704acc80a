{# A day from its text, year-month-day such as 2026-03-01; null for any other text, also with blanks around it. #}
{% macro parse_date(expression) -%}
    {{ return(adapter.dispatch('parse_date', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__parse_date(expression) -%}
    case
        when regexp_full_match({{ expression }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') and {{ expression }} > '0001'
            then try_cast({{ expression }} as date)
    end
{%- endmacro %}

{% macro postgres__parse_date(expression) -%}
    case
        when {{ expression }} ~ '^{{ day_pattern() }}$' and {{ expression }} > '0001'
            and {{ expression }} like '____-%'
            then cast({{ expression }} as date)
    end
{%- endmacro %}

{% macro spark__parse_date(expression) -%}
    case
        when {{ expression }} rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}\\z' and {{ expression }} > '0001'
            then try_cast({{ expression }} as date)
    end
{%- endmacro %}

{# A pattern has to fit the whole text. #}
{% macro snowflake__parse_date(expression) -%}
    case
        when
            regexp_like({{ expression }}, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
            and {{ expression }} > '0001'
            then try_to_date({{ expression }}, 'YYYY-MM-DD')
    end
{%- endmacro %}

{% macro bigquery__parse_date(expression) -%}
    case
        when regexp_contains({{ expression }}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') and {{ expression }} > '0001'
            then safe_cast({{ expression }} as date)
    end
{%- endmacro %}
