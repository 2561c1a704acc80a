-- One row per beginning of a campaign name with the topic of its mails, pages and advertisements.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('campaign_topics') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('campaign_prefix')) }} as campaign_prefix,
        {{ lower_text(clean_text('topic')) }} as topic,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('campaign_prefix') }} is not null

)

select * from renamed
