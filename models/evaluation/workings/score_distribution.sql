-- One row per scorecard x dimension x split x lead age x score: how many had it and how many of
-- them converted. All statistics of whole scorecards are made of these counts.
with

scores as (

    select * from {{ ref('backtest_scores') }}

),

distribution as (

    select
        scorecard_id,
        dimension,
        split,
        lead_age_days,
        score,
        count(*) as scored_rows,
        count(case when is_converted then 1 end) as conversions
    from scores
    group by scorecard_id, dimension, split, lead_age_days, score

)

select * from distribution
