-- One row per scorecard x month of scored days: how many outcomes are known, and how many cannot be
-- known yet.
with

backtest_rows as (

    select * from {{ ref('backtest_rows') }}

),

maturity as (

    select
        scorecard_id,
        cohort_month,
        count(*) as scored_rows,
        count(case when split <> 'not_yet_known' then 1 end) as mature_rows,
        count(case when split = 'not_yet_known' then 1 end) as not_yet_known_rows,
        count(case when split <> 'not_yet_known' and is_converted then 1 end) as conversions,
        count(case when split = 'not_yet_known' and is_converted then 1 end) as conversions_so_far
    from backtest_rows
    group by scorecard_id, cohort_month

)

select * from maturity
