-- A lead in an experiment that was not created on one of its days, up to the day that is scored.
select
    assignments.experiment_id,
    assignments.lead_id,
    identity.created_date,
    experiments.starts_on,
    experiments.ends_on
from {{ ref('experiment_assignments') }} as assignments
cross join {{ ref('int_clock__as_of') }} as clock
inner join {{ ref('stg_config__experiments') }} as experiments
    on
        assignments.experiment_id = experiments.experiment_id
        and assignments.arm = experiments.arm
left join {{ ref('int_leads__identity') }} as identity
    on assignments.lead_id = identity.lead_id
where
    identity.created_date is null
    or identity.created_date <> assignments.entered_date
    or identity.created_date < experiments.starts_on
    or identity.created_date > experiments.ends_on
    or identity.created_date > clock.as_of_date
