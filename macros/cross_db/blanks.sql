{#
    A text of all characters that are white space, of every script: no-break spaces come out of web forms and spreadsheets.
    Engines disagree about which of them `trim` and `\s` take.
#}
{% macro blanks() -%}
    {{ return(adapter.dispatch('blanks', 'lead_scoring')()) }}
{%- endmacro %}

{# Written as bytes of UTF-8, the only escapes that DuckDB knows. #}
{% macro default__blanks() -%}
    {%- set bytes = [] -%}
    {%- for byte in blank_characters().encode('utf-8') -%}
        {%- do bytes.append('\\x%02x' % byte) -%}
    {%- endfor -%}
    {{ return("e' \\t\\n\\r" ~ bytes | join ~ "'") }}
{%- endmacro %}

{% macro postgres__blanks() -%}
    {{ return('e' ~ lead_scoring.spark__blanks()) }}
{%- endmacro %}

{% macro spark__blanks() -%}
    {%- set codes = [] -%}
    {%- for character in blank_characters() -%}
        {%- do codes.append('\\u' ~ character.encode('utf-16-be').hex()) -%}
    {%- endfor -%}
    {{ return("' \\t\\n\\r" ~ codes | join ~ "'") }}
{%- endmacro %}

{% macro snowflake__blanks() -%}
    {{ return(lead_scoring.spark__blanks()) }}
{%- endmacro %}

{% macro bigquery__blanks() -%}
    {{ return(lead_scoring.spark__blanks()) }}
{%- endmacro %}
