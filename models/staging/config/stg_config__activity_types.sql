-- One row per activity type that rules may name.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('activity_types') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('activity_type')) }} as activity_type,
        {{ lower_text(clean_text('channel')) }} as channel,
        {{ parse_boolean(clean_text('is_bot_suspect')) }} as is_bot_suspect,
        {{ clean_text('description') }} as description
    from source

)

select * from renamed
