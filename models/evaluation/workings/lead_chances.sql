-- One row per scored lead x scorecard, now: its chance to convert within the horizon, with an
-- interval, and what a conversion would bring.
with

subjects as (

    select * from {{ ref('score_subjects') }}
    where is_current

),

totals as (

    select * from {{ ref('score_totals') }}

),

calibration as (

    select * from {{ ref('score_calibration') }}
    where dimension = 'total'

),

bins as (

    select * from {{ ref('score_calibration_bins') }}
    where dimension = 'total'

),

ages as (

    select * from {{ ref('score_calibration_ages') }}
    where dimension = 'total'

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

amounts as (

    select * from {{ ref('segment_amounts') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

scored as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        subjects.scorecard_id,
        cast(totals.score as {{ type_double() }}) as score,
        {{ lead_age_group('subjects.lead_age_days') }} as lead_age_group
    from subjects
    inner join totals
        on
            subjects.lead_id = totals.lead_id
            and subjects.as_of_date = totals.as_of_date
            and subjects.scorecard_id = totals.scorecard_id

),

log_odds as (

    select
        scored.lead_id,
        scored.as_of_date,
        scored.scorecard_id,
        {{ calibrated_log_odds('scored.score', 'calibration', 'bins') }}
        + coalesce(ages.age_log_odds, 0) as log_odds,
        coalesce(ages.age_variance, 0) + case calibration.method
            when 'platt'
                then
                    calibration.slope_variance * scored.score * scored.score
                    + 2 * calibration.slope_intercept_covariance * scored.score
                    + calibration.intercept_variance
            when 'binned' then bins.log_odds_variance
        end as variance
    from scored
    inner join calibration on scored.scorecard_id = calibration.scorecard_id
    left join bins
        on
            calibration.method = 'binned'
            and scored.scorecard_id = bins.scorecard_id
            and {{ score_in_bin('scored.score', 'bins') }}
    left join ages
        on
            scored.scorecard_id = ages.scorecard_id
            and scored.lead_age_group = ages.lead_age_days
    where calibration.method <> 'none'

),

-- Of several segments the one with the fewest conversions says most about the lead.
segment_choices as (

    select
        scored.lead_id,
        scored.scorecard_id,
        amounts.expected_amount,
        row_number() over (
            partition by scored.lead_id, scored.scorecard_id
            order by amounts.conversions, amounts.segment_id
        ) as preference
    from scored
    inner join segment_members
        on
            scored.lead_id = segment_members.lead_id
            and scored.as_of_date = segment_members.as_of_date
    inner join amounts
        on
            scored.scorecard_id = amounts.scorecard_id
            and segment_members.segment_id = amounts.segment_id

),

-- Six decimals are enough for everybody, and the same however the sums were added up.
chances as (

    select
        log_odds.lead_id,
        log_odds.scorecard_id,
        log_odds.as_of_date,
        cast({{ logistic('log_odds.log_odds') }} as decimal(9, 6)) as conversion_chance,
        cast(
            {{ logistic(
                'log_odds.log_odds - settings.confidence_z * sqrt(greatest(log_odds.variance, 0))'
            ) }} as decimal(9, 6)
        ) as conversion_chance_low,
        cast(
            {{ logistic(
                'log_odds.log_odds + settings.confidence_z * sqrt(greatest(log_odds.variance, 0))'
            ) }} as decimal(9, 6)
        ) as conversion_chance_high,
        cast(
            coalesce(segment_choices.expected_amount, all_amounts.expected_amount)
            as decimal(18, 2)
        ) as expected_amount
    from log_odds
    cross join settings
    left join segment_choices
        on
            log_odds.lead_id = segment_choices.lead_id
            and log_odds.scorecard_id = segment_choices.scorecard_id
            and segment_choices.preference = 1
    left join amounts as all_amounts
        on
            log_odds.scorecard_id = all_amounts.scorecard_id
            and all_amounts.segment_id is null

)

select * from chances
