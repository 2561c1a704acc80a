-- One row per nurture track: who is in it and when a lead leaves it.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('nurture_tracks') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('track_id') }} as track_id,
        cast({{ parse_number(clean_text('track_order')) }} as integer) as track_order,
        {{ lower_text(clean_text('population')) }} as population,
        {{ clean_text('segment_id') }} as segment_id,
        {{ clean_text('bands') }} as bands,
        {{ lower_text(clean_text('topic')) }} as topic,
        {{ parse_points('min_interest') }} as min_interest,
        {{ lower_text(clean_text('leave_on')) }} as leave_on,
        cast({{ parse_number(clean_text('max_days')) }} as integer) as max_days,
        cast({{ parse_number(clean_text('cool_down_days')) }} as integer) as cool_down_days,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('track_id') }} is not null

)

select * from renamed
