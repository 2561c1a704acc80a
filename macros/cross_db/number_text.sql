{# The text of a 64-bit floating-point number, the same on every engine: as short as it can be, and 5.0 for 5. #}
{% macro number_text(expression) -%}
    {{ return(adapter.dispatch('number_text', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__number_text(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}

{% macro postgres__number_text(expression) -%}
    regexp_replace(cast({{ expression }} as text), '^(-?[0-9]+)$', '\1.0')
{%- endmacro %}

{#
    Spark writes 1.0E7 and 1.0E-4 where others write 10000000.0 and 0.0001; from 16 digits on, and below 0.0001, all
    write an exponent, others as 1e+16.
#}
{% macro spark__number_text(expression) -%}
    {%- set size = 'abs(' ~ expression ~ ')' -%}
    {%- set text = 'cast(' ~ expression ~ ' as string)' -%}
    case
        when {{ size }} = 0 or ({{ size }} >= 1e-3 and {{ size }} < 1e7) then {{ text }}
        when {{ size }} >= 1e-4 and {{ size }} < 1e16
            then
                regexp_replace(
                    rtrim('0', cast(cast({{ expression }} as decimal(38, 20)) as string)), '[.]$', '.0'
                )
        else
            regexp_replace(
                regexp_replace(
                    replace(replace({{ text }}, '.0E', 'e'), 'E', 'e'), 'e([0-9])', 'e+$1'
                ),
                '([-+])([0-9])$',
                '$10$2'
            )
    end
{%- endmacro %}

{% macro snowflake__number_text(expression) -%}
    regexp_replace(cast({{ expression }} as {{ dbt.type_string() }}), '^(-?[0-9]+)$', '\\1.0')
{%- endmacro %}

{% macro bigquery__number_text(expression) -%}
    {{ return(lead_scoring.snowflake__number_text(expression)) }}
{%- endmacro %}
