{#
    Query of what a table holds after an insert: its own rows, without those whose unique key has new ones, and the new
    rows, in the columns of the table and their types.
#}
{% macro spark_old_and_new_rows(existing, new_rows, columns) -%}
    {%- set unique_key = config.get('unique_key') -%}
    {%- set new_names = adapter.get_columns_in_relation(new_rows) | map(attribute='name') | list -%}
    select
        {%- for column in columns %}
            old_rows.{{ column.quoted }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ existing }} as old_rows
    {%- if config.get('incremental_strategy') == 'delete+insert' %}
    where not exists (
        select 1 from {{ new_rows }} as new_rows where new_rows.{{ unique_key }} = old_rows.{{ unique_key }}
    )
    {%- endif %}
    union all
    select
        {%- for column in columns %}
            cast({{ column.quoted if column.name in new_names else 'null' }} as {{ column.data_type }})
            as {{ column.quoted }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ new_rows }}
{%- endmacro %}
