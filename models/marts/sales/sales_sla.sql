-- One row per MQL event: from when and by when sales was to make contact, when it did, and what
-- that makes.
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

opt_outs as (

    select * from {{ ref('int_activities__opt_outs') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

ranked_earlier_contacts as (

    select
        events.lead_id,
        events.population,
        events.event_number,
        contacts.kind,
        contacts.cool_down_end_date,
        row_number() over (
            partition by events.lead_id, events.population, events.event_number
            order by
                contacts.ordered_at desc,
                case contacts.kind when 'rejection' then 1 else 2 end asc,
                contacts.contact asc
        ) as recency
    from events
    inner join contacts
        on
            events.lead_id = contacts.lead_id
            and events.entered_date > contacts.contacted_date

),

-- A lead that was rejected before it became ready is left alone until its cool-down ends, if it
-- ever does.
rested as (

    select
        events.*,
        case
            when earlier_contacts.kind = 'rejection'
                then greatest(
                    events.entered_date,
                    coalesce(earlier_contacts.cool_down_end_date, cast('9999-12-31' as date))
                )
            else events.entered_date
        end as rested_date
    from events
    left join ranked_earlier_contacts as earlier_contacts
        on
            events.lead_id = earlier_contacts.lead_id
            and events.population = earlier_contacts.population
            and events.event_number = earlier_contacts.event_number
            and earlier_contacts.recency = 1

),

-- Nor may sales call while the lead does not want it.
callable as (

    select
        rested.*,
        nullif(
            coalesce(opt_outs.ends_on, rested.rested_date), cast('9999-12-31' as date)
        ) as callable_date
    from rested
    left join opt_outs
        on
            rested.lead_id = opt_outs.lead_id
            and rested.rested_date >= opt_outs.starts_on
            and rested.rested_date < opt_outs.ends_on

),

later_opt_outs as (

    select
        callable.lead_id,
        callable.population,
        callable.event_number,
        min(opt_outs.starts_on) as opted_out_date
    from callable
    cross join clock
    inner join opt_outs
        on
            callable.lead_id = opt_outs.lead_id
            and callable.callable_date < opt_outs.starts_on
            and coalesce(callable.left_date, clock.as_of_date) >= opt_outs.starts_on
    group by callable.lead_id, callable.population, callable.event_number

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
        callable.*,
        ranked_contacts.contacted_at as first_touch_at,
        ranked_contacts.contact as first_touch,
        {{ end_of_day('callable.callable_date') }} as told_at,
        {{ add_hours(end_of_day('callable.callable_date'), 'callable.sla_hours') }} as due_at,
        callable.left_date is not null or later_opt_outs.lead_id is not null as is_over,
        -- The clock stops at the first touch, or when there is nothing more to call for.
        coalesce(
            ranked_contacts.contacted_at,
            {{ end_of_day(
                'coalesce(later_opt_outs.opted_out_date, callable.left_date, clock.as_of_date)'
            ) }}
        ) as stopped_at
    from callable
    cross join clock
    left join later_opt_outs
        on
            callable.lead_id = later_opt_outs.lead_id
            and callable.population = later_opt_outs.population
            and callable.event_number = later_opt_outs.event_number
    left join ranked_contacts
        on
            callable.lead_id = ranked_contacts.lead_id
            and callable.population = ranked_contacts.population
            and callable.event_number = ranked_contacts.event_number
            and ranked_contacts.contact_number = 1

),

judged as (

    select
        *,
        case
            when sla_hours is null then 'no_target'
            when first_touch_at <= due_at then 'met'
            when first_touch_at > due_at then 'breached'
            -- Sales never may call.
            when due_at is null then 'stopped'
            when stopped_at <= due_at and not is_over then 'open'
            when stopped_at <= due_at then 'stopped'
            when not is_over then 'overdue'
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
        judged.callable_date,
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
