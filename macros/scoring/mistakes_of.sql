{#- The rows of CTEs that each find one kind of mistake in the seeds. -#}
{% macro mistakes_of(checks) -%}
    {%- for check in checks %}
    select
        seed_file,
        row_number,
        column_name,
        severity,
        problem,
        fix
    from {{ check }}
        {%- if not loop.last %}
    union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
