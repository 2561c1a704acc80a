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
