-- One row per mature lead x as_of_date x population that weights can be learned from or tried on.
with

backtest as (

    select * from {{ ref('backtest') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

limits as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

judged as (

    select distinct
        backtest.lead_id,
        backtest.as_of_date,
        scorecards.population,
        backtest.split,
        backtest.lead_age_days,
        backtest.is_converted
    from backtest
    inner join scorecards on backtest.scorecard_id = scorecards.scorecard_id

),

numbered as (

    select
        judged.*,
        row_number() over (
            order by judged.population, judged.lead_id, judged.as_of_date
        ) as row_number,
        {{ calibration_share('judged.lead_id') }} < limits.calibration_lead_share as is_set_aside,
        {{ hash_share(["'sample'", 'judged.lead_id']) }} as sample_share
    from judged
    cross join limits

)

select * from numbered
