-- One row per MQL event: by when sales was to make contact, when it did, and what that makes.
with

events as (

    select * from {{ ref('mql_events') }}

),

contacts as (

    select * from {{ ref('sales_contacts') }}

),

raw_leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

reps as (

    select * from {{ ref('stg_config__sales_reps') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

ranked_contacts as (

    select
        events.lead_id,
        events.population,
        events.event_number,
        contacts.contacted_at,
        contacts.contact,
        row_number() over (
            partition by events.lead_id, events.population, events.event_number
            order by contacts.contacted_at, contacts.contact
        ) as contact_number
    from events
    inner join contacts
        on
            events.lead_id = contacts.lead_id
            and events.entered_date <= contacts.contacted_date
            and (events.left_date is null or events.left_date >= contacts.contacted_date)

),

timed as (

    select
        events.*,
        ranked_contacts.contacted_at as first_touch_at,
        ranked_contacts.contact as first_touch,
        {{ end_of_day('events.entered_date') }} as told_at,
        {{ add_hours(end_of_day('events.entered_date'), 'events.sla_hours') }} as due_at,
        -- The clock stops at the first touch, or when the lead stops being ready.
        coalesce(
            ranked_contacts.contacted_at,
            {{ end_of_day('coalesce(events.left_date, clock.as_of_date)') }}
        ) as stopped_at
    from events
    cross join clock
    left join ranked_contacts
        on
            events.lead_id = ranked_contacts.lead_id
            and events.population = ranked_contacts.population
            and events.event_number = ranked_contacts.event_number
            and ranked_contacts.contact_number = 1

),

judged as (

    select
        *,
        case
            when due_at is null then 'no_target'
            when first_touch_at <= due_at then 'met'
            when first_touch_at > due_at then 'breached'
            when stopped_at <= due_at and left_date is null then 'open'
            when stopped_at <= due_at then 'stopped'
            when left_date is null then 'overdue'
            else 'breached'
        end as status,
        case
            when first_touch_at > told_at then {{ hours_between('told_at', 'first_touch_at') }}
            when first_touch_at is not null then 0
        end as hours_to_first_touch,
        case
            when stopped_at > due_at then {{ hours_between('due_at', 'stopped_at') }}
            when due_at is not null then 0
        end as hours_late
    from timed

),

levels as (

    select
        judged.lead_id,
        judged.population,
        judged.event_number,
        judged.kind,
        judged.scorecard_id,
        judged.band,
        judged.priority,
        raw_leads.owner_id,
        coalesce(reps.rep_name, raw_leads.owner_id) as owner_name,
        judged.entered_date,
        cast({{ dbt.date_trunc('week', 'judged.entered_date') }} as date) as week_start_date,
        judged.sla_hours,
        judged.due_at,
        judged.first_touch_at,
        judged.first_touch,
        cast(judged.hours_to_first_touch as decimal(12, 2)) as hours_to_first_touch,
        cast(judged.hours_late as decimal(12, 2)) as hours_late,
        judged.status,
        judged.left_date,
        judged.left_because,
        judged.is_rebuilt
    from judged
    left join raw_leads on judged.lead_id = raw_leads.lead_id
    left join reps on raw_leads.owner_id = reps.owner_id

)

select * from levels
