-- A lead in a nurture track on a day on which it did not want to be contacted.
select
    nurture_days.lead_id,
    nurture_days.as_of_date,
    nurture_days.track_id,
    opt_outs.starts_on
from {{ ref('nurture_days') }} as nurture_days
inner join {{ ref('int_activities__opt_outs') }} as opt_outs
    on
        nurture_days.lead_id = opt_outs.lead_id
        and nurture_days.as_of_date >= opt_outs.starts_on
        and nurture_days.as_of_date < opt_outs.ends_on
where nurture_days.is_in_track
