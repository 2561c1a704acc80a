{#
    An amount of money from its clean text, exact to the cent; null when it is no number or no column can hold it. Never
    through a floating-point number: engines would round half cents differently.
#}
{% macro parse_amount(expression) -%}
    {{ return(adapter.dispatch('parse_amount', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__parse_amount(expression) -%}
    case
        when abs({{ parse_number(expression) }}) < 1e15 then cast({{ expression }} as decimal(18, 2))
    end
{%- endmacro %}

{# Of 17 digits and more before a negative exponent DuckDB makes no decimal. #}
{% macro duckdb__parse_amount(expression) -%}
    case
        when abs({{ parse_number(expression) }}) < 1e15 then try_cast({{ expression }} as decimal(18, 2))
    end
{%- endmacro %}
