{# The whole number in a var; anything else, such as a number in quotes, stops dbt. #}
{% macro whole_number_var(name, lowest=0, highest=36500) -%}
    {%- set number = var(name) -%}
    {%- if number is not integer or number < lowest or number > highest -%}
        {{ exceptions.raise_compiler_error(
            'The var ' ~ name ~ ' is ' ~ var_text(number) ~ ': write a whole number from ' ~ lowest ~ ' to '
            ~ highest ~ ', without quotes.'
        ) }}
    {%- endif -%}
    {{ return(number) }}
{%- endmacro %}
