-- One row per scorecard that a fit has written.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('fitted_scorecards') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        {{ lower_text(clean_text('calibration')) }} as calibration,
        {{ parse_points('anchor_score') }} as anchor_score,
        {{ parse_number(clean_text('points_to_double_odds')) }} as points_to_double_odds
    from source

)

select * from renamed
