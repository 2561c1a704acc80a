{#
    Takes the place of dbt's macro of this name, which neither quotes texts nor keeps their order. The numbers, days and
    booleans of a seed are written as texts and cast by the table.
#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.get('column_types', {}) -%}
    {%- set first_row = namespace(number=0) -%}
    {%- for rows in agate_table.rows | batch(get_batch_size()) -%}
        {%- call statement() -%}
            insert into {{ this }}
            select
                {%- for name in agate_table.column_names %}
                    cast(
                        column_{{ loop.index }}
                        as {{ contract_type(types.get(name, adapter.convert_type(agate_table, loop.index0))) }}
                    ),
                {%- endfor %}
                    seed_row
            from values
                {%- set first_number = first_row.number %}
                {%- for row in rows %}
                    ({{ first_number + loop.index }}
                    {%- for value in row %},
                        {{- ' null' if value is none else " '" ~ (value | string
                            | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'" -}}
                    {%- endfor %}){{ ',' if not loop.last }}
                {%- endfor %}
                as seed_rows (
                    seed_row
                    {%- for name in agate_table.column_names %}, column_{{ loop.index }}{% endfor -%}
                )
        {%- endcall -%}
        {%- set first_row.number = first_row.number + rows | length -%}
    {%- endfor -%}
{%- endmacro %}
