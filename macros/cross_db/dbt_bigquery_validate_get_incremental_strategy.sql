{#
    Takes the place of the macro of dbt-bigquery of this name, which knows neither `append` nor `delete+insert`; see
    `bq_generate_incremental_build_sql`.
#}
{% macro dbt_bigquery_validate_get_incremental_strategy(config) -%}
    {{ return(config.get('incremental_strategy')) }}
{%- endmacro %}
