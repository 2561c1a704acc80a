{#
    Takes the place of dbt's macro of this name. PostgreSQL forgets the decimals of a number on its way through a query,
    and dbt compares texts: without zeros at the end 50 and 50.00 are the same.
#}
{% macro postgres__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
    {%- set decimals = get_column_schema_from_query(main_sql)
        | selectattr('dtype', 'equalto', 'DECIMAL') | map(attribute='quoted') | list -%}
    {%- set columns = [] -%}
    {%- for column in expected_column_names -%}
        {%- do columns.append(
            'trim_scale(' ~ column ~ ') as ' ~ column if column in decimals else column
        ) -%}
    {%- endfor -%}
    {{ dbt.default__get_unit_test_sql(main_sql, expected_fixture_sql, columns) }}
{%- endmacro %}
