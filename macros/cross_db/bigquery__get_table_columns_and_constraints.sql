{# Takes the place of dbt's macro of this name: the columns of a table with a contract, in the types of the engine. #}
{% macro bigquery__get_table_columns_and_constraints() -%}
    {{ return(lead_scoring.postgres__get_table_columns_and_constraints()) }}
{%- endmacro %}
