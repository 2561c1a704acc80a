{# Texts with a separator between them; a missing one is left out. #}
{% macro joined_text(expressions, separator) -%}
    {{ return(adapter.dispatch('joined_text', 'lead_scoring')(expressions, separator)) }}
{%- endmacro %}

{% macro default__joined_text(expressions, separator) -%}
    concat_ws(
        {{ separator }}
        {%- for expression in expressions %},
        {{ expression }}
        {%- endfor %}
    )
{%- endmacro %}

{# `concat_ws` gives a missing text there as soon as one of its texts is missing. #}
{% macro snowflake__joined_text(expressions, separator) -%}
    array_to_string(
        array_construct_compact(
            {%- for expression in expressions %}
            cast({{ expression }} as {{ dbt.type_string() }}){{ ',' if not loop.last }}
            {%- endfor %}
        ),
        {{ separator }}
    )
{%- endmacro %}

{% macro bigquery__joined_text(expressions, separator) -%}
    array_to_string(
        [
            {%- for expression in expressions %}
            cast({{ expression }} as {{ dbt.type_string() }}){{ ',' if not loop.last }}
            {%- endfor %}
        ],
        {{ separator }}
    )
{%- endmacro %}
