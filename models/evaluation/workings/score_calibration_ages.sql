-- One row per scorecard x dimension x lead age of the back-test: how much better or worse leads of
-- that age convert than their score says, in log odds.
-- At the same score a lead of yesterday converts more often than one of last quarter. The offset is
-- the most likely one (Newton's method) under a normal prior around zero, so that thin ages stay
-- close to the common curve. All training rows tell it, those that points were learned from, too:
-- their scores tell apart better than others would, but how many of them converted is as true.
{%- set steps = 15 %}
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

step_0 as (

    select distinct
        scorecard_id,
        dimension,
        lead_age_days,
        cast(0 as {{ type_double() }}) as age_log_odds,
        cast(null as {{ type_double() }}) as age_variance
    from log_odds

),

{% for step in range(1, steps + 1) %}
    errors_{{ step }} as (

        select
            fitted.*,
            log_odds.conversions - log_odds.scored_rows
            * {{ logistic('log_odds.log_odds + fitted.age_log_odds') }} as error,
            log_odds.scored_rows
            * {{ logistic('log_odds.log_odds + fitted.age_log_odds') }}
            * (1 - {{ logistic('log_odds.log_odds + fitted.age_log_odds') }}) as weight
        from log_odds
        inner join step_{{ step - 1 }} as fitted
            on
                log_odds.scorecard_id = fitted.scorecard_id
                and log_odds.dimension = fitted.dimension
                and log_odds.lead_age_days = fitted.lead_age_days

    ),

    step_{{ step }} as (

        select
            errors_{{ step }}.scorecard_id,
            errors_{{ step }}.dimension,
            errors_{{ step }}.lead_age_days,
            -- Of an age unlike all others a longer step would overshoot.
            errors_{{ step }}.age_log_odds + least(
                greatest(
                    (
                        sum(errors_{{ step }}.error)
                        - errors_{{ step }}.age_log_odds / power(settings.lead_age_prior_sd, 2)
                    ) / (
                        sum(errors_{{ step }}.weight) + 1 / power(settings.lead_age_prior_sd, 2)
                    ),
                    -1
                ),
                1
            ) as age_log_odds,
            1 / (
                sum(errors_{{ step }}.weight) + 1 / power(settings.lead_age_prior_sd, 2)
            ) as age_variance
        from errors_{{ step }}
        cross join settings
        group by
            errors_{{ step }}.scorecard_id,
            errors_{{ step }}.dimension,
            errors_{{ step }}.lead_age_days,
            errors_{{ step }}.age_log_odds,
            settings.lead_age_prior_sd

    ),
{% endfor %}

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
        step_{{ steps }}.age_log_odds,
        step_{{ steps }}.age_variance
    from counts
    inner join step_{{ steps }}
        on
            counts.scorecard_id = step_{{ steps }}.scorecard_id
            and counts.dimension = step_{{ steps }}.dimension
            and counts.lead_age_days = step_{{ steps }}.lead_age_days

)

select * from ages
