-- One row per scorecard with rules for being ready for sales, and one for all others.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('mql_rules') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        cast(
            coalesce({{ parse_points('exit_margin_points') }}, 0) as decimal(12, 2)
        ) as exit_margin_points,
        cast({{ parse_number(clean_text('recycle_after_days')) }} as integer)
            as recycle_after_days,
        cast({{ parse_number(clean_text('work_days')) }} as integer) as work_days,
        {{ clean_text('description') }} as description
    from source
    where
        {{ clean_text('scorecard_id') }} is not null
        or {{ clean_text('exit_margin_points') }} is not null
        or {{ clean_text('recycle_after_days') }} is not null
        or {{ clean_text('work_days') }} is not null
        or {{ clean_text('description') }} is not null

)

select * from renamed
