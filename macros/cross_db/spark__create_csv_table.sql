{#
    Takes the place of dbt's macro of this name. Rows of a table of Spark have no order of their own, so seeds get a
    column that counts them.
#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model.config.get('column_types', {}) -%}
    {%- set sql -%}
        create table {{ this }} (
            {%- for name in agate_table.column_names %}
                {{ adapter.quote(name) }}
                {{ contract_type(types.get(name, adapter.convert_type(agate_table, loop.index0))) }},
            {%- endfor %}
                seed_row bigint
        )
        using parquet
    {%- endset -%}
    {%- call statement('_') -%}
        {{ sql }}
    {%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}
