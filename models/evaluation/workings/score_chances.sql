-- One row per scorecard x dimension x split x lead age x score, with the chance to convert that the
-- calibration gives and the counts it is judged by.
with

distribution as (

    select * from {{ ref('score_distribution') }}

),

calibration as (

    select * from {{ ref('score_calibration') }}

),

bins as (

    select * from {{ ref('score_calibration_bins') }}

),

ages as (

    select * from {{ ref('score_calibration_ages') }}

),

log_odds as (

    select
        distribution.*,
        {{ calibrated_log_odds('distribution.score', 'calibration', 'bins') }}
        + coalesce(ages.age_log_odds, 0) as log_odds
    from distribution
    inner join calibration
        on
            distribution.scorecard_id = calibration.scorecard_id
            and distribution.dimension = calibration.dimension
    left join bins
        on
            calibration.method = 'binned'
            and distribution.scorecard_id = bins.scorecard_id
            and distribution.dimension = bins.dimension
            and {{ score_in_bin('distribution.score', 'bins') }}
    left join ages
        on
            distribution.scorecard_id = ages.scorecard_id
            and distribution.dimension = ages.dimension
            and distribution.lead_age_days = ages.lead_age_days

),

chances as (

    select
        scorecard_id,
        dimension,
        split,
        lead_age_days,
        score,
        scored_rows,
        conversions,
        {{ logistic('log_odds') }} as chance
    from log_odds

)

select * from chances
