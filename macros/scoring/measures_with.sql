{# The names of the measures to which a column of the rules applies. #}
{% macro measures_with(column) -%}
    {%- set names = [] -%}
    {%- for measure in measures() if column in measure['columns'] -%}
        {%- do names.append(measure.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
