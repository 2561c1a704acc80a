-- Points for something that had not happened on the day that is scored.
select
    lead_id,
    as_of_date,
    scorecard_id,
    rule_id,
    last_event_date
from {{ ref('score_ledger') }}
where last_event_date > as_of_date
