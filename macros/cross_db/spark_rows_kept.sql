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
            {# A condition that is null deletes nothing. #}
            {{- ' and ' if not loop.first }} (
                {{ condition[('where') | length:] | replace(this.identifier ~ '.', 'all_rows.') }}
            ) is not true
        {%- endfor %}
{%- endmacro %}
