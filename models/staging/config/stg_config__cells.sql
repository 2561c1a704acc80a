-- One row per cell of the seeds, as written, with what the seed contract expects of it. Blank lines
-- have no cells.
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
        {%- set outer_loop = loop %}
        {%- for column, expected in seed.columns.items() %}
            {%- set type = expected.get('type', 'text') %}
            {%- set is_key = column in seed.key %}

            select
                '{{ seed_name }}' as seed_name,
                '{{ seed_file(seed_name) }}' as seed_file,
                row_number,
                '{{ column }}' as column_name,
                {{ clean_text(column) }} as value,
                '{{ type }}' as value_type,
                {{ "'" ~ expected.needed ~ "'" if 'needed' in expected else 'null' }} as needed,
                {{ "'" ~ expected.hint ~ "'" if 'hint' in expected else 'null' }} as hint,
                {{ "'" ~ expected.one_of ~ "'" if 'one_of' in expected else 'null' }} as one_of,
                {{ "'" ~ expected.list_of ~ "'" if 'list_of' in expected else 'null' }} as list_of,
                {{ "'" ~ seed.get('key_name', seed_name) ~ "'" if is_key else 'null' }} as key_name,
                '{{ seed.get("repeated", "error") }}' as repeated
            from {{ seed_name }}_rows
            {%- if not (loop.last and outer_loop.last) %}

                union all
            {%- endif %}
        {%- endfor %}
    {%- endfor %}

),

counted as (

    select
        *,
        count(value) over (partition by seed_name, row_number) as filled_cells
    from unpivoted

),

cells as (

    select
        seed_name,
        seed_file,
        row_number,
        column_name,
        value,
        -- The form in which the models compare it.
        case when value_type = 'word' then lower(value) else value end as term,
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
