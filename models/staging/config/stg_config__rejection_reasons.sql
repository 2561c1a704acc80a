-- One row per reason for a rejection, and one for all others.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('rejection_reasons') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('reason')) }} as reason,
        cast({{ parse_number(clean_text('cool_down_days')) }} as integer) as cool_down_days,
        {{ clean_text('description') }} as description
    from source
    where
        {{ clean_text('reason') }} is not null
        or {{ clean_text('cool_down_days') }} is not null
        or {{ clean_text('description') }} is not null

)

select * from renamed
