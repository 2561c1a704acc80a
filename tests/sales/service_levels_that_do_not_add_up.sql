-- In a way of grouping the events of all groups, or the events by what became of them, are not as
-- many as sales_sla has.
with

events as (

    select
        is_rebuilt,
        count(*) as events
    from {{ ref('sales_sla') }}
    group by is_rebuilt

),

groupings as (

    select distinct grouped_by
    from {{ ref('sales_sla_summary') }}

),

summed as (

    select
        grouped_by,
        is_rebuilt,
        sum(events) as events,
        sum(met + breached + overdue + still_open + stopped + without_target) as fates
    from {{ ref('sales_sla_summary') }}
    group by grouped_by, is_rebuilt

)

select
    groupings.grouped_by,
    events.is_rebuilt,
    events.events,
    summed.events as summed_events,
    summed.fates
from events
cross join groupings
left join summed
    on
        groupings.grouped_by = summed.grouped_by
        and events.is_rebuilt = summed.is_rebuilt
where
    summed.events is null
    or events.events <> summed.events
    or events.events <> summed.fates
