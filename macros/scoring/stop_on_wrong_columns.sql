{#
    Stops before a seed is loaded when its file lacks columns or has others; the table stays as it
    was.
#}
{% macro stop_on_wrong_columns() -%}
    {%- if execute and model.name in seed_contract() -%}
        {%- set problems = seed_header_problems(
            model.name, load_agate_table().column_names | list
        ) -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error(problems | join('\n')) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
