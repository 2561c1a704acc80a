{# Takes the place of `spark__persist_constraints`: tables of Delta have constraints. #}
{% macro databricks__persist_constraints(relation, model) -%}
    {{ return(dbt_databricks.databricks__persist_constraints(relation, model)) }}
{%- endmacro %}
