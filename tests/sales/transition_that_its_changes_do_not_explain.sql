-- The changes named for a transition go further than its score moved, though no entry of the ledger
-- moved it the other way: the two ledgers are not those of the two days.
select
    lead_id,
    scorecard_id,
    as_of_date,
    score_change
from {{ ref('band_transitions') }}
where
    unexplained_because is null
    and score_change <> 0
    and (
        change_1 is null
        or change_1_points * score_change < 0
    )
