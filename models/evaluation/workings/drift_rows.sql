-- One row per lead x as_of_date x scorecard of the training days or a later month, with the month;
-- the training days are one period without a month.
{{ config(materialized='view') }}

with

backtest_rows as (

    select * from {{ ref('backtest_rows') }}

),

splits as (

    select * from {{ ref('backtest_splits') }}
    where split = 'train'

),

-- A later day in the month in which the training days end belongs to neither.
drift_rows as (

    select
        backtest_rows.lead_id,
        backtest_rows.as_of_date,
        backtest_rows.scorecard_id,
        backtest_rows.score,
        case when backtest_rows.split <> 'train' then backtest_rows.cohort_month end as month,
        backtest_rows.split <> 'not_yet_known' as is_known
    from backtest_rows
    cross join splits
    where
        backtest_rows.split = 'train'
        or backtest_rows.cohort_month > splits.ends_on

)

select * from drift_rows
