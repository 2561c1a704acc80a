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
