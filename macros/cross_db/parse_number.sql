{#
    A number from text: digits with an optional sign, decimal point and exponent; null otherwise, also with
    blanks around it. Not so many digits that a 64-bit number could not hold it.
#}
{% macro parse_number(expression) -%}
    {{ return(adapter.dispatch('parse_number', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__parse_number(expression) -%}
    case
        when regexp_full_match({{ expression }}, '{{ number_pattern() }}')
            -- Adding zero makes a negative zero a plain one.
            then try_cast({{ expression }} as double) + 0
    end
{%- endmacro %}

{% macro postgres__parse_number(expression) -%}
    case
        when {{ expression }} ~ '^({{ number_pattern() }})$'
            then cast({{ expression }} as double precision) + 0
    end
{%- endmacro %}

{% macro spark__parse_number(expression) -%}
    case
        when {{ expression }} rlike '^({{ number_pattern() }})\\z'
            then cast({{ expression }} as double) + 0
    end
{%- endmacro %}

{% macro snowflake__parse_number(expression) -%}
    case
        when regexp_like({{ expression }}, '{{ number_pattern() }}')
            then try_to_double({{ expression }}) + 0
    end
{%- endmacro %}

{% macro bigquery__parse_number(expression) -%}
    case
        when regexp_contains({{ expression }}, '^({{ number_pattern() }})$')
            then safe_cast({{ expression }} as float64) + 0
    end
{%- endmacro %}
