{# Where a raw table is read from, as a person would write it. #}
{% macro raw_location(table_name) -%}
    {{ return(env_var('LEAD_SCORING_RAW', 'data/raw') ~ '/' ~ table_name ~ '*.parquet') }}
{%- endmacro %}
