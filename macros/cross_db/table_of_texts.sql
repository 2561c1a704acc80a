{#
    A table written out in a query: rows of texts, of which any may be missing. Stands behind `from` or `join`.
#}
{% macro table_of_texts(name, columns, rows) -%}
    {{ return(adapter.dispatch('table_of_texts', 'lead_scoring')(name, columns, rows)) }}
{%- endmacro %}

{% macro default__table_of_texts(name, columns, rows) -%}
    (
        values
        {%- for row in rows %}
            (
                {%- for text in row %}
                {{ 'null' if text is none else "'" ~ text ~ "'" }}{{ ',' if not loop.last }}
                {%- endfor %}
            ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as {{ name }} ({{ columns | join(', ') }})
{%- endmacro %}

{% macro bigquery__table_of_texts(name, columns, rows) -%}
    unnest(
        array<struct<{{ columns | join(' string, ') }} string>>[
        {%- for row in rows %}
            (
                {%- for text in row %}
                {{ 'null' if text is none else "'" ~ text ~ "'" }}{{ ',' if not loop.last }}
                {%- endfor %}
            ){{ ',' if not loop.last }}
        {%- endfor %}
        ]
    ) as {{ name }}
{%- endmacro %}
