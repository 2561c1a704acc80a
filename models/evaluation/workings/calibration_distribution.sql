-- One row per scorecard x dimension x lead age x score of the rows that chances are learned from.
with

scores as (

    select * from {{ ref('calibration_scores') }}

),

distribution as (

    select
        scorecard_id,
        dimension,
        lead_age_days,
        score,
        count(*) as scored_rows,
        count(case when is_converted then 1 end) as conversions
    from scores
    group by scorecard_id, dimension, lead_age_days, score

)

select * from distribution
