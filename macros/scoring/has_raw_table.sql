{#
    Whether a raw table is to be read: an optional one by its var, such as has_companies, all others always.
    Anything but true or false stops dbt: any text, 'false' too, would be taken for yes.
#}
{% macro has_raw_table(table_name) -%}
    {%- set is_there = var('has_' ~ table_name, true) -%}
    {%- if is_there is not boolean -%}
        {{ exceptions.raise_compiler_error(
            'The var has_' ~ table_name ~ ' is ' ~ var_text(is_there) ~ ': write true or false, without quotes.'
        ) }}
    {%- endif -%}
    {{ return(is_there) }}
{%- endmacro %}
