-- One row per distinct condition (operator and value) of the rules and segments, with the value in
-- every form a comparison needs, so that nothing is parsed once per lead.
with

rules as (

    select * from {{ ref('stg_config__rules') }}

),

segments as (

    select * from {{ ref('stg_config__segments') }}

),

written_conditions as (

    select
        condition_key,
        operator,
        value
    from rules
    where operator is not null

    union distinct

    select
        condition_key,
        operator,
        value
    from segments
    where operator is not null

),

value_items as (

    {{ split_to_rows('written_conditions', 'value', '|') }}

),

canonical_items as (

    select
        condition_key,
        {{ canonical_text(clean_text('item')) }} as item
    from value_items
    where operator in ('in', 'not in')

),

lists as (

    select
        condition_key,
        '|' || {{ dbt.listagg('item', "'|'", 'order by item') }} || '|' as list_canonical
    from canonical_items
    group by condition_key

),

conditions as (

    select
        written_conditions.condition_key,
        written_conditions.operator,
        {{ lower_text('written_conditions.value') }} as value_text,
        {{ canonical_text('written_conditions.value') }} as value_canonical,
        {{ parse_number('written_conditions.value') }} as value_number,
        {{ parse_number(clean_text(dbt.split_part('written_conditions.value', "'..'", 1))) }}
            as range_low,
        {{ parse_number(clean_text(dbt.split_part('written_conditions.value', "'..'", 2))) }}
            as range_high,
        lists.list_canonical
    from written_conditions
    left join lists on written_conditions.condition_key = lists.condition_key

)

select * from conditions
