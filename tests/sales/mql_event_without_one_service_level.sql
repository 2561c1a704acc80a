-- An MQL event that no row of sales_sla answers for, or several do, or a row without an event.
with

events as (

    select
        lead_id,
        population,
        event_number,
        count(*) as events
    from {{ ref('mql_events') }}
    group by lead_id, population, event_number

),

levels as (

    select
        lead_id,
        population,
        event_number,
        count(*) as service_levels
    from {{ ref('sales_sla') }}
    group by lead_id, population, event_number

)

select
    events.lead_id,
    events.population,
    events.event_number,
    levels.lead_id as answering_lead_id,
    levels.service_levels
from events
full outer join levels
    on
        events.lead_id = levels.lead_id
        and events.population = levels.population
        and events.event_number = levels.event_number
where
    events.events is null
    or levels.service_levels is null
    or events.events <> levels.service_levels
