{# Text without NUL characters and outer white space; blank text is missing. #}
{% macro clean_text(expression) -%}
    {{ return(adapter.dispatch('clean_text', 'lead_scoring')(expression)) }}
{%- endmacro %}

{# Almost no text needs it, and looking at both ends costs a third of trimming all of them. #}
{% macro default__clean_text(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    case
        when {{ text }} < '!' or {{ text }}[-1] <= ' ' or contains({{ text }}, chr(0))
            then nullif(trim(replace({{ text }}, chr(0), ''), e' \t\n\r'), '')
        else {{ text }}
    end
{%- endmacro %}

{# PostgreSQL stores no NUL characters. #}
{% macro postgres__clean_text(expression) -%}
    nullif(trim(both e' \t\n\r' from cast({{ expression }} as {{ dbt.type_string() }})), '')
{%- endmacro %}

{% macro spark__clean_text(expression) -%}
    nullif(
        trim(
            both ' \t\n\r' from replace(cast({{ expression }} as {{ dbt.type_string() }}), chr(0), '')
        ),
        ''
    )
{%- endmacro %}

{% macro snowflake__clean_text(expression) -%}
    nullif(
        trim(replace(cast({{ expression }} as {{ dbt.type_string() }}), '\0', ''), ' \t\n\r'), ''
    )
{%- endmacro %}

{% macro bigquery__clean_text(expression) -%}
    nullif(
        trim(replace(cast({{ expression }} as {{ dbt.type_string() }}), '\x00', ''), ' \t\n\r'), ''
    )
{%- endmacro %}
