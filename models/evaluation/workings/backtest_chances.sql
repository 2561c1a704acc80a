-- One row per back-test row x dimension that ranks it, with the chance to convert that its score
-- was given; missing where the dimension has none.
{{ config(materialized='view') }}

with

scores as (

    select * from {{ ref('backtest_scores') }}

),

chances as (

    select * from {{ ref('score_chances') }}

),

backtest_chances as (

    select
        scores.scorecard_id,
        scores.dimension,
        scores.lead_id,
        scores.as_of_date,
        scores.split,
        scores.is_baseline,
        scores.score,
        scores.is_converted,
        chances.chance
    from scores
    left join chances
        on
            scores.scorecard_id = chances.scorecard_id
            and scores.dimension = chances.dimension
            and scores.split = chances.split
            and scores.lead_age_days = chances.lead_age_days
            and scores.score = chances.score

)

select * from backtest_chances
