{# The outcome that counts as conversion, from the var; any other word than an outcome stops dbt. #}
{% macro conversion_outcome() -%}
    {%- set outcome = var('conversion_outcome') -%}
    {%- if outcome not in outcome_names() -%}
        {{ exceptions.raise_compiler_error(
            "The var conversion_outcome is '" ~ outcome ~ "': write one of "
            ~ outcome_names() | join(', ') ~ '.'
        ) }}
    {%- endif -%}
    {{ return(outcome) }}
{%- endmacro %}
