{# A 64-bit number from values: equal for equal values, and small to store and join. #}
{% macro hash_number(expressions) -%}
    {{ return(adapter.dispatch('hash_number', 'lead_scoring')(expressions)) }}
{%- endmacro %}

{% macro default__hash_number(expressions) -%}
    cast(hash({{ expressions | join(', ') }}) >> 1 as bigint)
{%- endmacro %}

{% macro postgres__hash_number(expressions) -%}
    hashtextextended({{ row_text(expressions) }}, 0)
{%- endmacro %}

{% macro spark__hash_number(expressions) -%}
    xxhash64({{ row_text(expressions) }})
{%- endmacro %}
