-- One row per setting that tells a machine's opens and clicks from a person's.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('bot_filters') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('bot_filter')) }} as bot_filter,
        {{ lower_text(clean_text('value')) }} as value,
        {{ clean_text('description') }} as description
    from source

)

select * from renamed
