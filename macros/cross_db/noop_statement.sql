{#
    Takes the place of dbt's macro of this name, which also writes the statement of a seed to
    <target>/run/<path of the seed>: with a seed folder given as an absolute path that is the seed itself, which
    would be overwritten by SQL. This one only keeps the result.
#}
{% macro noop_statement(name=none, message=none, code=none, rows_affected=none, res=none) -%}
    {%- set statement = caller() -%}
    {%- if name is not none -%}
        {{ store_raw_result(
            name, message=message, code=code, rows_affected=rows_affected, agate_table=res
        ) }}
    {%- endif -%}
{%- endmacro %}
