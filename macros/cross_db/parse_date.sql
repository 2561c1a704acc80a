{# A day from its text, year-month-day such as 2026-03-01; null for any other text. #}
{% macro parse_date(expression) -%}
    {{ return(adapter.dispatch('parse_date', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__parse_date(expression) -%}
    case
        when regexp_full_match(trim({{ expression }}), '[0-9]{4}-[0-9]{2}-[0-9]{2}')
            then try_cast(trim({{ expression }}) as date)
    end
{%- endmacro %}

{% macro postgres__parse_date(expression) -%}
    case
        when trim({{ expression }}) ~ '^{{ day_pattern() }}$' and trim({{ expression }}) > '0001'
            then cast(trim({{ expression }}) as date)
    end
{%- endmacro %}

{% macro spark__parse_date(expression) -%}
    case
        when trim({{ expression }}) rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}\\z' and trim({{ expression }}) > '0001'
            then try_cast(trim({{ expression }}) as date)
    end
{%- endmacro %}

{# A pattern has to fit the whole text. #}
{% macro snowflake__parse_date(expression) -%}
    case
        when
            regexp_like(trim({{ expression }}), '[0-9]{4}-[0-9]{2}-[0-9]{2}')
            and trim({{ expression }}) > '0001'
            then try_to_date(trim({{ expression }}), 'YYYY-MM-DD')
    end
{%- endmacro %}

{% macro bigquery__parse_date(expression) -%}
    case
        when regexp_contains(trim({{ expression }}), '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
            then safe_cast(trim({{ expression }}) as date)
    end
{%- endmacro %}
