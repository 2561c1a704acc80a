{# Words of a text in lower case with single blanks between them; punctuation counts as a blank. #}
{% macro normalised_words(expression) -%}
    {{ return(adapter.dispatch('normalised_words', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__normalised_words(expression) -%}
    trim(
        regexp_replace(
            {{ lower_text(expression) }}, '[][' || {{ blanks() }} || '.,;:/\\_()&|"''+-]+', ' ', 'g'
        )
    )
{%- endmacro %}

{% macro spark__normalised_words(expression) -%}
    trim(
        regexp_replace(
            {{ lower_text(expression) }}, '[\\]\\[' || {{ blanks() }} || '.,;:/\\\\_()&|"\'+-]+', ' '
        )
    )
{%- endmacro %}

{% macro snowflake__normalised_words(expression) -%}
    {{ return(lead_scoring.spark__normalised_words(expression)) }}
{%- endmacro %}

{% macro bigquery__normalised_words(expression) -%}
    {{ return(lead_scoring.spark__normalised_words(expression)) }}
{%- endmacro %}
