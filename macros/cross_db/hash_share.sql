{# A number from 0 up to, but not including, 1 made of values: the same on every engine, and spread evenly. #}
{% macro hash_share(expressions) -%}
    {{ return(adapter.dispatch('hash_share', 'lead_scoring')(expressions)) }}
{%- endmacro %}

{% macro default__hash_share(expressions) -%}
    (
        cast(
            '0x' || substr(md5(concat_ws('|', {{ expressions | join(', ') }})), 1, 8) as bigint
        ) / cast(4294967296 as {{ type_double() }})
    )
{%- endmacro %}

{% macro postgres__hash_share(expressions) -%}
    (
        cast(
            cast(
                ('x' || substr(md5(concat_ws('|', {{ expressions | join(', ') }})), 1, 8)) as bit(32)
            ) as bigint
        ) / cast(4294967296 as {{ type_double() }})
    )
{%- endmacro %}

{% macro spark__hash_share(expressions) -%}
    (
        cast(
            conv(substr(md5(concat_ws('|', {{ expressions | join(', ') }})), 1, 8), 16, 10) as bigint
        ) / cast(4294967296 as {{ type_double() }})
    )
{%- endmacro %}

{% macro snowflake__hash_share(expressions) -%}
    (
        to_number(substr(md5({{ joined_text(expressions, "'|'") }}), 1, 8), 'XXXXXXXX')
        / cast(4294967296 as {{ type_double() }})
    )
{%- endmacro %}

{% macro bigquery__hash_share(expressions) -%}
    (
        cast(concat('0x', substr(to_hex(md5({{ joined_text(expressions, "'|'") }})), 1, 8)) as int64)
        / cast(4294967296 as {{ type_double() }})
    )
{%- endmacro %}
