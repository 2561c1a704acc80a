-- One row per campaign that looks for leads interested in a topic.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('topic_campaigns') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('campaign_id') }} as campaign_id,
        {{ lower_text(clean_text('topic')) }} as topic,
        {{ parse_points('min_interest') }} as min_interest,
        {{ lower_text(clean_text('signals')) }} as signals,
        cast({{ parse_number(clean_text('window_days')) }} as integer) as window_days,
        {{ lower_text(clean_text('population')) }} as population,
        {{ clean_text('segment_id') }} as segment_id,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('campaign_id') }} is not null

)

select * from renamed
