-- A lead in an experiment that was not created on one of its days, up to the day that is scored.
select
    entered.experiment_id,
    entered.lead_id,
    leads.created_date,
    experiments.starts_on,
    experiments.ends_on
from {{ ref('experiment_assignments') }} as entered
inner join {{ ref('stg_config__experiments') }} as experiments
    on
        entered.experiment_id = experiments.experiment_id
        and entered.arm = experiments.arm
left join {{ ref('int_leads__identity') }} as leads
    on entered.lead_id = leads.lead_id
cross join {{ ref('int_clock__as_of') }} as clock
where
    leads.created_date is null
    or leads.created_date <> entered.entered_date
    or leads.created_date < experiments.starts_on
    or leads.created_date > experiments.ends_on
    or leads.created_date > clock.as_of_date
