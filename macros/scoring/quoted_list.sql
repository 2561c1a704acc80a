{# Texts as the list of an `in (...)`. #}
{% macro quoted_list(texts) -%}
    {%- for text in texts -%}
        '{{ text | replace("'", "''") }}'{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
