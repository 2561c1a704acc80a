{# A number from text: digits with an optional sign, decimal point and exponent; null otherwise. #}
{% macro parse_number(expression) -%}
    {{ return(adapter.dispatch('parse_number', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__parse_number(expression) -%}
    case
        when
            regexp_full_match(
                trim({{ expression }}),
                '[+-]?([0-9]{1,300}([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?'
            )
            -- Adding zero makes a negative zero a plain one.
            then try_cast({{ expression }} as double) + 0
    end
{%- endmacro %}

{#
    Most numbers are short, and a cast of them cannot fail. The others are too long for a 64-bit number, or have more
    digits than matter.
#}
{% macro postgres__parse_number(expression) -%}
    case
        when
            trim({{ expression }})
            !~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$'
            then null
        when length({{ expression }}) <= 100
            then cast({{ expression }} as double precision) + 0
        when length({{ expression }}) > 1000
            then null
        when abs(cast({{ expression }} as numeric)) < 1e-300
            then 0
        when abs(cast({{ expression }} as numeric)) < 1e308
            then cast({{ expression }} as double precision) + 0
    end
{%- endmacro %}
