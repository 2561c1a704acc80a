{# Adds the columns that a query has and a table has not, where the model asks for that. #}
{% macro spark_add_new_columns(existing, query) -%}
    {%- if config.get('on_schema_change') == 'append_new_columns' -%}
        {%- set names = adapter.get_columns_in_relation(existing) | map(attribute='name') | list -%}
        {%- set added = get_column_schema_from_query(query) | rejectattr('name', 'in', names) | list -%}
        {%- if added -%}
            {%- do alter_relation_add_remove_columns(existing, added, none) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
