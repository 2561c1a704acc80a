-- One row per mature lead x as_of_date x scorecard: the score of that day beside what came of the
-- lead within the horizon.
with

backtest_rows as (

    select * from {{ ref('backtest_rows') }}

),

mature_rows as (

    select * from backtest_rows
    where split <> 'not_yet_known'

)

select * from mature_rows
