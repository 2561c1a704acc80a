{# Takes the place of dbt's macro of this name: the columns of a table with a contract, in the types of the engine. #}
{% macro postgres__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model.columns.items() -%}
        {%- do columns.update({name: dict(column, data_type=contract_type(column.data_type))}) -%}
    {%- endfor -%}
    (
        {{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }}
    )
{%- endmacro %}
