{# How many letters have to change to turn one text into another. #}
{% macro text_distance(text_a, text_b) -%}
    {{ return(adapter.dispatch('text_distance', 'lead_scoring')(text_a, text_b)) }}
{%- endmacro %}

{% macro default__text_distance(text_a, text_b) -%}
    levenshtein({{ text_a }}, {{ text_b }})
{%- endmacro %}

{# From the extension that `enable_text_distance` loads; it compares texts of at most 255 bytes. #}
{% macro postgres__text_distance(text_a, text_b) -%}
    case
        when octet_length({{ text_a }}) <= 255 and octet_length({{ text_b }}) <= 255
            then levenshtein({{ text_a }}, {{ text_b }})
    end
{%- endmacro %}

{% macro snowflake__text_distance(text_a, text_b) -%}
    editdistance({{ text_a }}, {{ text_b }})
{%- endmacro %}

{% macro bigquery__text_distance(text_a, text_b) -%}
    edit_distance({{ text_a }}, {{ text_b }})
{%- endmacro %}
