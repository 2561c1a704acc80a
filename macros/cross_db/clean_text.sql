{# Text without NUL characters and outer white space; blank text is missing. #}
{% macro clean_text(expression) -%}
    {{ return(adapter.dispatch('clean_text', 'lead_scoring')(expression)) }}
{%- endmacro %}

{#
    Almost no text needs it, and looking at both ends costs a third of trimming all of them. Blanks of other scripts make
    a text longer in bytes than in characters.
#}
{% macro default__clean_text(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    case
        when
            {{ text }} < '!' or {{ text }}[-1] <= ' ' or contains({{ text }}, chr(0))
            or strlen({{ text }}) <> length({{ text }})
            then nullif(trim(replace({{ text }}, chr(0), ''), {{ blanks() }}), '')
        else {{ text }}
    end
{%- endmacro %}

{# PostgreSQL stores no NUL characters. #}
{% macro postgres__clean_text(expression) -%}
    nullif(trim(both {{ blanks() }} from cast({{ expression }} as {{ dbt.type_string() }})), '')
{%- endmacro %}

{% macro spark__clean_text(expression) -%}
    nullif(
        trim(
            both {{ blanks() }} from replace(cast({{ expression }} as {{ dbt.type_string() }}), chr(0), '')
        ),
        ''
    )
{%- endmacro %}

{% macro snowflake__clean_text(expression) -%}
    nullif(
        trim(replace(cast({{ expression }} as {{ dbt.type_string() }}), '\0', ''), {{ blanks() }}), ''
    )
{%- endmacro %}

{% macro bigquery__clean_text(expression) -%}
    nullif(
        trim(replace(cast({{ expression }} as {{ dbt.type_string() }}), '\x00', ''), {{ blanks() }}), ''
    )
{%- endmacro %}
