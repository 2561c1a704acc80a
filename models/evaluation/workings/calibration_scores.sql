-- One row per back-test row x dimension from which chances are learned. The points of a fitted
-- scorecard look better on the leads they were learned from than on any other, so that its chances
-- come from the leads that the fit left aside, if enough of them converted.
{{ config(materialized='view') }}

with

scores as (

    select * from {{ ref('backtest_scores') }}
    where split = 'train'

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

limits as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

marked as (

    select
        scores.*,
        scorecards.method = 'fitted' and not scores.is_baseline as is_fitted,
        {{ calibration_share('scores.lead_id') }} < limits.calibration_lead_share as is_set_aside,
        limits.calibration_lead_min_conversions
    from scores
    inner join scorecards on scores.scorecard_id = scorecards.scorecard_id
    cross join limits

),

counted as (

    select
        scorecard_id,
        dimension,
        count(distinct case when is_set_aside and is_converted then lead_id end)
            as converted_leads_set_aside,
        count(distinct case when is_set_aside and not is_converted then lead_id end)
            as other_leads_set_aside
    from marked
    group by scorecard_id, dimension

),

calibration_scores as (

    select
        marked.scorecard_id,
        marked.dimension,
        marked.lead_id,
        marked.as_of_date,
        marked.lead_age_days,
        marked.score,
        marked.is_converted
    from marked
    inner join counted
        on
            marked.scorecard_id = counted.scorecard_id
            and marked.dimension = counted.dimension
    where
        not marked.is_fitted
        or marked.is_set_aside
        or counted.converted_leads_set_aside < marked.calibration_lead_min_conversions
        or counted.other_leads_set_aside < marked.calibration_lead_min_conversions

)

select * from calibration_scores
