-- One row per scorecard.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('scorecards') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        {{ lower_text(clean_text('role')) }} as role,
        {{ lower_text(clean_text('population')) }} as population,
        {{ clean_text('segment_id') }} as segment_id,
        {{ lower_text(clean_text('method')) }} as method,
        {{ parse_points('base_points') }} as base_points,
        {{ parse_points('min_score') }} as min_score,
        {{ parse_points('max_score') }} as max_score,
        {{ parse_points('mql_score') }} as mql_score,
        {{ clean_text('description') }} as description
    from source

)

select * from renamed
