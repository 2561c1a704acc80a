{# The one of a table's two folders that it does not read. #}
{% macro spark_unused_folder(relation) -%}
    {%- set described = run_query('describe extended ' ~ relation) -%}
    {%- for row in described.rows if row['col_name'] == 'Location' -%}
        {%- set folder = row['data_type'] -%}
        {{ return(folder[:-7] if folder.endswith('__other') else folder ~ '__other') }}
    {%- endfor -%}
{%- endmacro %}
