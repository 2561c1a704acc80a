-- One row per scorecard x dimension x lead age of the back-test: how much better or worse leads of
-- that age convert than their score says, in log odds.
-- At the same score a lead of yesterday converts more often than one of last quarter. The offset is
-- the most likely one (Newton's method) under a normal prior around zero, so that thin ages stay
-- close to the common curve. All training rows tell it, those that points were learned from, too:
-- their scores tell apart better than others would, but how many of them converted is as true.
with

distribution as (

    select * from {{ ref('score_distribution') }}
    where split = 'train'

),

calibration as (

    select * from {{ ref('score_calibration') }}

),

bins as (

    select * from {{ ref('score_calibration_bins') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

log_odds as (

    select
        distribution.scorecard_id,
        distribution.dimension,
        distribution.lead_age_days,
        distribution.scored_rows,
        distribution.conversions,
        {{ calibrated_log_odds('distribution.score', 'calibration', 'bins') }} as log_odds
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
    where calibration.method <> 'none'

),

{{ shift_fit(
    'fits', 'log_odds', ['scorecard_id', 'dimension', 'lead_age_days'], 'lead_age_prior_sd'
) }},

counts as (

    select
        scorecard_id,
        dimension,
        lead_age_days,
        sum(scored_rows) as scored_rows,
        sum(conversions) as conversions
    from log_odds
    group by scorecard_id, dimension, lead_age_days

),

ages as (

    select
        counts.scorecard_id,
        counts.dimension,
        counts.lead_age_days,
        counts.scored_rows,
        counts.conversions,
        fits.shift as age_log_odds,
        1 / fits.weight as age_variance
    from counts
    inner join fits
        on
            counts.scorecard_id = fits.scorecard_id
            and counts.dimension = fits.dimension
            and counts.lead_age_days = fits.lead_age_days

)

select * from ages
