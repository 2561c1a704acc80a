{#
    Text in small letters, letter by letter. Spark alone knows words: it makes two characters of the Turkish İ and writes
    a sigma at the end of a word differently, so that a name in capitals is not the same name.
#}
{% macro lower_text(expression) -%}
    {{ return(adapter.dispatch('lower_text', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__lower_text(expression) -%}
    {{ return('lower(' ~ expression ~ ')') }}
{%- endmacro %}

{% macro spark__lower_text(expression) -%}
    {{ return('lower(translate(' ~ expression ~ ", 'İΣ', 'iσ'))") }}
{%- endmacro %}
