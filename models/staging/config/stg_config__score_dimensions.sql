-- One row per scorecard x dimension with limits.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('score_dimensions') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        {{ lower_text(clean_text('dimension')) }} as dimension,
        {{ parse_points('min_points') }} as min_points,
        {{ parse_points('max_points') }} as max_points
    from source

)

select * from renamed
