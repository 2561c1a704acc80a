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

{% macro snowflake__hash_number(expressions) -%}
    hash({{ expressions | join(', ') }})
{%- endmacro %}

{% macro bigquery__hash_number(expressions) -%}
    farm_fingerprint({{ row_text(expressions) }})
{%- endmacro %}
