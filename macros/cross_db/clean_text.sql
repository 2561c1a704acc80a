{# Text without NUL characters and outer white space; blank text is missing. #}
{% macro clean_text(expression) -%}
    {{ return(adapter.dispatch('clean_text', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__clean_text(expression) -%}
    nullif(
        trim(replace(cast({{ expression }} as {{ dbt.type_string() }}), chr(0), ''), e' \t\n\r'),
        ''
    )
{%- endmacro %}

{# PostgreSQL stores no NUL characters. #}
{% macro postgres__clean_text(expression) -%}
    nullif(trim(both e' \t\n\r' from cast({{ expression }} as {{ dbt.type_string() }})), '')
{%- endmacro %}
