-- One row per activity type x role it has for the work of sales and marketing.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('activity_roles') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('activity_type')) }} as activity_type,
        {{ lower_text(clean_text('role')) }} as role,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('activity_type') }} is not null

)

select * from renamed
