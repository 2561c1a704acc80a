-- One row per scorecard x dimension x lead age of the back-test: how much better or worse leads of
-- that age convert than their score says, in log odds.
-- At the same score a lead of yesterday converts more often than one of last quarter. The offset is
-- the most likely one (Newton's method) under a normal prior around zero, so that thin ages stay
-- close to the common curve.
{%- set steps = 10 %}
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
    {%- set before = 'step_' ~ (step - 1) %}
    sums_{{ step }} as (

        select
            log_odds.scorecard_id,
            log_odds.dimension,
            log_odds.lead_age_days,
            {{ before }}.age_log_odds,
            sum(
                log_odds.conversions - log_odds.scored_rows
                * {{ logistic('log_odds.log_odds + ' ~ before ~ '.age_log_odds') }}
            ) as gradient,
            sum(
                log_odds.scored_rows
                * {{ logistic('log_odds.log_odds + ' ~ before ~ '.age_log_odds') }}
                * (1 - {{ logistic('log_odds.log_odds + ' ~ before ~ '.age_log_odds') }})
            ) as weight
        from log_odds
        inner join {{ before }}
            on
                log_odds.scorecard_id = {{ before }}.scorecard_id
                and log_odds.dimension = {{ before }}.dimension
                and log_odds.lead_age_days = {{ before }}.lead_age_days
        group by
            log_odds.scorecard_id,
            log_odds.dimension,
            log_odds.lead_age_days,
            {{ before }}.age_log_odds

    ),

    step_{{ step }} as (

        select
            sums_{{ step }}.scorecard_id,
            sums_{{ step }}.dimension,
            sums_{{ step }}.lead_age_days,
            sums_{{ step }}.age_log_odds + (
                sums_{{ step }}.gradient
                - sums_{{ step }}.age_log_odds / power(settings.lead_age_prior_sd, 2)
            ) / (sums_{{ step }}.weight + 1 / power(settings.lead_age_prior_sd, 2)) as age_log_odds,
            1 / (sums_{{ step }}.weight + 1 / power(settings.lead_age_prior_sd, 2)) as age_variance
        from sums_{{ step }}
        cross join settings

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
