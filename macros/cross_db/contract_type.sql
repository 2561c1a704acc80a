{# The name that an engine has for the type of a contract; contracts are written in DuckDB's names. #}
{% macro contract_type(data_type) -%}
    {{ return(adapter.dispatch('contract_type', 'lead_scoring')(data_type)) }}
{%- endmacro %}

{% macro default__contract_type(data_type) -%}
    {{ return(data_type) }}
{%- endmacro %}

{% macro postgres__contract_type(data_type) -%}
    {{ return(type_double() if data_type == 'double' else data_type) }}
{%- endmacro %}

{% macro spark__contract_type(data_type) -%}
    {{ return({'varchar': 'string', 'integer': 'int'}.get(data_type, data_type)) }}
{%- endmacro %}

{#
    Timestamps are in UTC and have no zone: `datetime`. A `numeric` has at most 9 decimals.
#}
{% macro bigquery__contract_type(data_type) -%}
    {%- set names = {
        'varchar': 'string', 'double': 'float64', 'bigint': 'int64', 'integer': 'int64', 'boolean': 'bool',
        'timestamp': 'datetime',
    } -%}
    {%- set decimals = modules.re.match('^decimal\\((\\d+), ?(\\d+)\\)$', data_type) -%}
    {%- if decimals -%}
        {{ return(data_type | replace('decimal', 'bignumeric' if decimals.group(2) | int > 9 else 'numeric')) }}
    {%- endif -%}
    {{ return(names.get(data_type, data_type)) }}
{%- endmacro %}
