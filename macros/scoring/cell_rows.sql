{#
    Seeds as rows again, from the CTE `cells`: every column in the form in which it is compared, and
    number columns as a number too (`points` and `points_number`). The seeds must have the same
    columns.
#}
{% macro cell_rows(seed_names) -%}
    {%- set number_types = [
        'points', 'cap', 'days', 'days_or_none', 'count', 'positive', 'share', 'amount',
    ] -%}
    select
        seed_file,
        row_number,
        {%- for column, expected in seed_contract()[seed_names[0]].columns.items() %}
            {%- if expected.get('type') in number_types %}
        max(case when column_name = '{{ column }}' then number_value end) as {{ column }}_number,
            {%- endif %}
        max(case when column_name = '{{ column }}' then term end) as {{ column }}
            {{- ',' if not loop.last }}
        {%- endfor %}
    from cells
    where seed_name in ({{ quoted_list(seed_names) }})
    group by seed_file, row_number
{%- endmacro %}
