-- One row per back-test row x dimension that ranks it: the total score, each dimension, and for
-- champions the baselines.
{{ config(materialized='view') }}

with

backtest as (

    select * from {{ ref('backtest') }}

),

dimension_totals as (

    select * from {{ ref('score_dimension_totals') }}

),

baseline_scores as (

    select * from {{ ref('baseline_scores') }}

),

total_scores as (

    select
        scorecard_id,
        'total' as dimension,
        lead_id,
        as_of_date,
        false as is_baseline,
        band,
        cast(score as {{ type_double() }}) as score
    from backtest

),

dimension_scores as (

    select
        backtest.scorecard_id,
        dimension_totals.dimension,
        backtest.lead_id,
        backtest.as_of_date,
        false as is_baseline,
        dimension_totals.band,
        cast(dimension_totals.points as {{ type_double() }}) as score
    from backtest
    inner join dimension_totals
        on
            backtest.lead_id = dimension_totals.lead_id
            and backtest.as_of_date = dimension_totals.as_of_date
            and backtest.scorecard_id = dimension_totals.scorecard_id

),

scores as (

    select * from total_scores

    union all

    select * from dimension_scores

    union all

    select
        scorecard_id,
        baseline as dimension,
        lead_id,
        as_of_date,
        true as is_baseline,
        cast(null as {{ dbt.type_string() }}) as band,
        score
    from baseline_scores

),

labelled as (

    select
        scores.scorecard_id,
        scores.dimension,
        scores.lead_id,
        scores.as_of_date,
        backtest.split,
        backtest.lead_age_days,
        backtest.cohort_month,
        scores.is_baseline,
        scores.band,
        scores.score,
        backtest.is_converted,
        backtest.days_to_conversion,
        backtest.conversion_amount
    from scores
    inner join backtest
        on
            scores.lead_id = backtest.lead_id
            and scores.as_of_date = backtest.as_of_date
            and scores.scorecard_id = backtest.scorecard_id

)

select * from labelled
