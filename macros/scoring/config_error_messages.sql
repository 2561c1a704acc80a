{# The query for the messages of `config_errors`, in the order in which people read files. #}
{% macro config_error_messages(relation) -%}
    select
        severity,
        message
    from {{ relation }}
    order by seed_file, coalesce(row_number, 0), column_name, message
{%- endmacro %}
