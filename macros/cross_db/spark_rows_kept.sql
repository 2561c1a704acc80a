{# Query of the rows of another query that no `delete` statement would delete. #}
{% macro spark_rows_kept(query, deletes) -%}
    {%- if not deletes -%}
        {{ return(query) }}
    {%- endif -%}
    select *
    from ({{ query }}) as all_rows
    where
        {%- for delete in deletes %}
            {%- set condition = delete[('delete from ' ~ this) | length:] | trim %}
            {{ 'and ' if not loop.first }}not (
                {{ condition[('where') | length:] | replace(this.identifier ~ '.', 'all_rows.') }}
            )
        {%- endfor %}
{%- endmacro %}
