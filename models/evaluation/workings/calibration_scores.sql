-- One row per back-test row x dimension from which chances are learned. The points of a fitted
-- scorecard look better on the leads they were learned from than on any other, so that its chances
-- come from the leads that the fit left aside. Where too few converted to leave any aside, all tell
-- them, and the curve is held back (score_logistic_fits).
{{ config(materialized='view') }}

with

scores as (

    select * from {{ ref('backtest_scores') }}
    where split = 'train'

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

fitted_scorecards as (

    select * from {{ ref('stg_config__fitted_scorecards') }}

),

limits as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

calibration_scores as (

    select
        scores.scorecard_id,
        scores.dimension,
        scores.lead_id,
        scores.as_of_date,
        scores.lead_age_days,
        scores.score,
        scores.is_converted
    from scores
    inner join scorecards on scores.scorecard_id = scorecards.scorecard_id
    left join fitted_scorecards on scores.scorecard_id = fitted_scorecards.scorecard_id
    cross join limits
    where
        scorecards.method <> 'fitted'
        or scores.is_baseline
        or fitted_scorecards.calibration = 'cross_fit'
        or {{ calibration_share('scores.lead_id') }} < limits.calibration_lead_share

)

select * from calibration_scores
