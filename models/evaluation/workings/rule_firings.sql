-- One row per training row x rule that gave it points, with the chance that the whole score was
-- given.
with

chances as (

    select * from {{ ref('backtest_chances') }}
    where
        dimension = 'total'
        and split = 'train'

),

ledger as (

    select * from {{ ref('score_ledger') }}
    where entry = 'rule'

),

firings as (

    select
        chances.scorecard_id,
        ledger.rule_id,
        chances.lead_id,
        chances.as_of_date,
        chances.is_converted,
        chances.chance,
        ledger.points
    from chances
    inner join ledger
        on
            chances.lead_id = ledger.lead_id
            and chances.as_of_date = ledger.as_of_date
            and chances.scorecard_id = ledger.scorecard_id

)

select * from firings
