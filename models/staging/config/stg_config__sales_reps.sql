-- One row per person in sales who takes leads.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('sales_reps') }}

),

renamed as (

    select
        row_number,
        {{ clean_id('owner_id') }} as owner_id,
        coalesce({{ clean_text('name') }}, {{ clean_id('owner_id') }}) as rep_name,
        {{ clean_text('team') }} as team,
        cast({{ parse_number(clean_text('daily_capacity')) }} as integer) as daily_capacity,
        {{ parse_number(clean_text('weight')) }} as weight,
        {{ parse_boolean(clean_text('is_active')) }} as is_active
    from source
    where {{ clean_text('owner_id') }} is not null

)

select * from renamed
