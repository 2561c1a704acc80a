-- A lead that should have a score on a day and has none, or one with a score it should not have.
select
    subjects.lead_id,
    subjects.as_of_date,
    subjects.scorecard_id,
    totals.lead_id as scored_lead_id
from {{ ref('score_subjects') }} as subjects
full outer join {{ ref('score_totals') }} as totals
    on
        subjects.lead_id = totals.lead_id
        and subjects.as_of_date = totals.as_of_date
        and subjects.scorecard_id = totals.scorecard_id
        and subjects.subject_version = totals.subject_version
where
    subjects.lead_id is null
    or totals.lead_id is null
