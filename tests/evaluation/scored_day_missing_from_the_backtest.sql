-- Days at which a lead reached an age of the back-test and that no back-test row, known or not yet
-- known, stands for.
select
    subjects.lead_id,
    subjects.as_of_date,
    subjects.scorecard_id
from {{ ref('score_subjects') }} as subjects
left join {{ ref('backtest_rows') }} as backtest_rows
    on
        subjects.lead_id = backtest_rows.lead_id
        and subjects.as_of_date = backtest_rows.as_of_date
        and subjects.scorecard_id = backtest_rows.scorecard_id
where
    subjects.is_backtest
    and subjects.lead_age_days in (
        {{- backtest_lead_ages_days() | join(', ') or 'null' -}}
    )
    and backtest_rows.lead_id is null
