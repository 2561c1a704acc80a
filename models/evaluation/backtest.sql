-- One row per mature lead x as_of_date x scorecard: the score of that day beside what came of the
-- lead within the horizon.
with

backtest_rows as (

    select * from {{ ref('backtest_rows') }}

),

mature_rows as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        scorecard_version,
        scorecard_role,
        is_primary,
        split,
        lead_age_days,
        cohort_month,
        score,
        fit_points,
        engagement_points,
        fit_band,
        engagement_band,
        band,
        priority,
        is_mql,
        is_converted,
        converted_date,
        days_to_conversion,
        conversion_amount
    from backtest_rows
    where split <> 'not_yet_known'

)

select * from mature_rows
