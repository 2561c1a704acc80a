-- One row per cell of the seeds, as written, with what the seed contract expects of it. Blank lines
-- have no cells. A table, because each of the many checks reads it, and planning it takes longer
-- than writing it.
{{ config(materialized='table') }}

{%- set contract = seed_contract() %}
with

{% for seed_name in contract %}
    {{ seed_name }}_rows as (

        select
            *,
            {{ seed_row_number() }} as row_number
        from {{ ref(seed_name) }}

    ),

{% endfor %}

unpivoted as (

    {%- for seed_name, seed in contract.items() %}

        select
            '{{ seed_name }}' as seed_name,
            '{{ seed_file(seed_name) }}' as seed_file,
            seed_rows.row_number,
            expected_cells.column_name,
            case expected_cells.column_name
                {%- for column in seed.columns %}
                    when '{{ column }}' then seed_rows.{{ column }}
                {%- endfor %}
            end as written_value,
            expected_cells.value_type,
            expected_cells.needed,
            expected_cells.hint,
            expected_cells.one_of,
            expected_cells.list_of,
            expected_cells.key_name,
            '{{ seed.get("repeated", "error") }}' as repeated
        from {{ seed_name }}_rows as seed_rows
        cross join {{ expected_cells(seed_name) }}
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

cleaned as (

    select
        *,
        {{ clean_text('written_value') }} as value
    from unpivoted

),

counted as (

    select
        *,
        count(value) over (partition by seed_name, row_number) as filled_cells
    from cleaned

),

cells as (

    select
        seed_name,
        seed_file,
        row_number,
        column_name,
        value,
        -- The form in which the models compare it.
        case when value_type = 'word' then {{ lower_text('value') }} else value end as term,
        {{ parse_number('value') }} as number_value,
        value_type,
        needed,
        hint,
        one_of,
        list_of,
        key_name,
        repeated
    from counted
    where filled_cells > 0

)

select * from cells
