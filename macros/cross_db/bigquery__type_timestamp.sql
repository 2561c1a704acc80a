{# Takes the place of dbt's macro of this name: timestamps are in UTC and have no zone. #}
{% macro bigquery__type_timestamp() -%}
    datetime
{%- endmacro %}
