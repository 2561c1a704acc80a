-- A score that its explanation does not add up to, or one without the other.
with

ledger as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        sum(points) as ledger_points
    from {{ ref('score_ledger') }}
    group by lead_id, as_of_date, scorecard_id

)

select
    totals.lead_id,
    totals.as_of_date,
    totals.scorecard_id,
    totals.score,
    ledger.ledger_points
from {{ ref('score_totals') }} as totals
full outer join ledger
    on
        totals.lead_id = ledger.lead_id
        and totals.as_of_date = ledger.as_of_date
        and totals.scorecard_id = ledger.scorecard_id
where
    totals.lead_id is null
    or ledger.lead_id is null
    or totals.score <> ledger.ledger_points
