-- One row per mistake: a cell that names something that is not there, or a row that is there
-- twice.
{{ config(
    materialized='view',
    pre_hook='{{ enable_text_distance() }}'
) }}

{%- set lists = name_lists() %}
{%- set rule_seeds = ['score_rules', 'score_rules_fitted'] %}
{%- set counting_measures = measures_with('window_days') %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

rules as (

    {{ cell_rows(rule_seeds) }}

),

activity_types as (

    {{ cell_rows(['activity_types']) }}

),

lists as (

    {%- for list_name, list in lists.items() %}

        select
            '{{ list_name }}' as list_name,
            '{{ list.label }}' as list_label,
            {{ "'" ~ seed_file(list.seed) ~ "'" if 'seed' in list else 'null' }} as seed_file
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

known_names as (

    {%- for list_name, list in lists.items() %}
        {%- set outer_loop = loop %}
        {%- for name in list.get('names', []) %}
            {%- if not (loop.first and outer_loop.first) %}

                union all
            {%- endif %}

            select
                '{{ list_name }}' as list_name,
                '{{ name }}' as term,
                {{ loop.index }} as list_position
        {%- endfor %}
    {%- endfor %}

    {%- for list_name, list in lists.items() if 'seed' in list %}

        union distinct

        select
            '{{ list_name }}' as list_name,
            term,
            0 as list_position
        from cells
        where
            seed_name = '{{ list.seed }}'
            and column_name = '{{ list.column }}'
            and term is not null
    {%- endfor %}

    union distinct

    select
        'activity' as list_name,
        'channel:' || channel as term,
        0 as list_position
    from activity_types
    where channel is not null

),

rule_signals as (

    select
        seed_file,
        row_number,
        'signal' as column_name,
        signal as term,
        case measure
            {%- for measure in measures() %}
                when '{{ measure.name }}' then '{{ measure.signal }}'
            {%- endfor %}
        end as one_of
    from rules
    where signal is not null

),

cell_items as (

    {{ split_to_rows('cells', 'term', '|') }}

),

named_items as (

    select
        seed_file,
        row_number,
        column_name,
        list_of as one_of,
        item as term
    from cell_items
    where list_of is not null

),

named_cells as (

    select
        seed_file,
        row_number,
        column_name,
        term,
        one_of
    from cells
    where
        one_of is not null
        and term is not null

    union all

    select
        seed_file,
        row_number,
        column_name,
        term,
        one_of
    from rule_signals
    where one_of is not null

    union all

    select
        seed_file,
        row_number,
        column_name,
        term,
        one_of
    from named_items

),

unknown_name_cells as (

    select named_cells.*
    from named_cells
    left join known_names
        on
            named_cells.one_of = known_names.list_name
            and named_cells.term = known_names.term
    where known_names.term is null

),

name_distances as (

    select
        unknown_name_cells.one_of,
        unknown_name_cells.term,
        known_names.term as known_name,
        case
            when {{ dbt.position('unknown_name_cells.term', 'known_names.term') }} = 1 then 1
            else {{ text_distance('unknown_name_cells.term', 'known_names.term') }}
        end as distance
    from unknown_name_cells
    inner join known_names on unknown_name_cells.one_of = known_names.list_name

),

ranked_names as (

    select
        one_of,
        term,
        known_name,
        row_number() over (
            partition by one_of, term
            order by distance, known_name
        ) as preference
    from name_distances
    where
        distance * 3 <= length(term)
        and length(term) <= 200

),

name_choices as (

    select
        list_name,
        {{ dbt.listagg('term', "', '", 'order by list_position, term') }} as choices,
        count(*) as name_count
    from known_names
    group by list_name

),

unknown_names as (

    select
        unknown_name_cells.seed_file,
        unknown_name_cells.row_number,
        unknown_name_cells.column_name,
        'error' as severity,
        {{ quoted_value('unknown_name_cells.term') }} || ' is not ' || lists.list_label as problem,
        case
            when other_names.list_name = 'attribute'
                then 'it is a lead attribute: use measure value'
            when other_names.list_name = 'activity'
                then 'it is an activity: use measure {{ counting_measures | join(", ") }}'
            when name_choices.name_count <= 16 then 'use one of ' || name_choices.choices
            when ranked_names.known_name is not null then 'write ' || ranked_names.known_name
            else 'use one of those in ' || lists.seed_file
        end
        || case
            when other_names.list_name is not null or lists.seed_file is null then ''
            when name_choices.name_count <= 16 or ranked_names.known_name is not null
                then ', or add it to ' || lists.seed_file
            else ', or add it there'
        end
        || case
            when unknown_name_cells.one_of = 'attribute' and other_names.list_name is null
                then
                    '; a column of your own belongs into the var lead_attributes, given with --vars'
            else ''
        end as fix
    from unknown_name_cells
    inner join lists on unknown_name_cells.one_of = lists.list_name
    left join name_choices on unknown_name_cells.one_of = name_choices.list_name
    left join ranked_names
        on
            unknown_name_cells.one_of = ranked_names.one_of
            and unknown_name_cells.term = ranked_names.term
            and ranked_names.preference = 1
    -- An attribute where an activity belongs, or the other way round.
    left join known_names as other_names
        on
            unknown_name_cells.column_name = 'signal'
            and unknown_name_cells.term = other_names.term
            and other_names.list_name in ('attribute', 'activity')

),

row_keys as (

    select
        seed_file,
        row_number,
        key_name,
        repeated,
        {{ dbt.listagg(
            'coalesce(' ~ lower_text('value') ~ ", '')", "'|'", 'order by column_name'
        ) }} as row_key,
        {{ dbt.listagg('column_name', "' and '", 'order by column_name') }} as key_columns,
        count(value) as filled_cells
    from cells
    where key_name is not null
    group by seed_file, row_number, key_name, repeated

),

row_key_uses as (

    select
        *,
        first_value(seed_file) over (
            partition by key_name, row_key
            order by seed_file, row_number
        ) as first_seed_file,
        first_value(row_number) over (
            partition by key_name, row_key
            order by seed_file, row_number
        ) as first_row_number
    from row_keys
    where filled_cells > 0

),

repeated_keys as (

    select
        seed_file,
        row_number,
        cast(null as {{ dbt.type_string() }}) as column_name,
        repeated as severity,
        'has the same ' || key_columns || ' as row '
        || cast(first_row_number as {{ dbt.type_string() }})
        || case when first_seed_file <> seed_file then ' of ' || first_seed_file else '' end
            as problem,
        'delete one of the two rows or change one of them' as fix
    from row_key_uses
    where
        first_seed_file <> seed_file
        or first_row_number <> row_number

),

learning_exclusions as (

    {{ cell_rows(['learning_exclusions']) }}

),

exclusions_of_nothing as (

    select
        learning_exclusions.seed_file,
        learning_exclusions.row_number,
        'signal' as column_name,
        'warning' as severity,
        'correct the name, or delete the row' as fix,
        {{ quoted_value('learning_exclusions.signal') }}
        || ' is no attribute, activity type or channel, so nothing is left out' as problem
    from learning_exclusions
    left join known_names
        on
            learning_exclusions.signal = known_names.term
            and known_names.list_name in ('attribute', 'activity')
    where
        learning_exclusions.signal is not null
        and known_names.term is null

),

mistakes as (

    {{ mistakes_of([
        'unknown_names', 'repeated_keys', 'exclusions_of_nothing',
    ]) }}

)

select * from mistakes
