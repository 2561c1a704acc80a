-- A lead was published over the sales-ready line on a day that no event covers.
select
    lead_days.lead_id,
    lead_days.as_of_date
from {{ ref('published_lead_days') }} as lead_days
left join {{ ref('mql_events') }} as events
    on
        lead_days.lead_id = events.lead_id
        and lead_days.population = events.population
        and lead_days.as_of_date >= events.entered_date
        and (events.left_date is null or lead_days.as_of_date < events.left_date)
where
    lead_days.is_mql
    and events.lead_id is null
