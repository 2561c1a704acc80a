-- One row per lead x thing that sales did with it until the as-of date: a touch, taking it, or a
-- rejection.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

activity_roles as (

    select * from {{ ref('stg_config__activity_roles') }}
    where role = 'sales_touch'

),

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

touches as (

    select
        activities.lead_id,
        activities.occurred_at as contacted_at,
        activities.occurred_date as contacted_date,
        activities.activity_type as contact,
        replace(activities.activity_type, '_', ' ') as contact_text,
        'touch' as kind,
        cast(null as {{ dbt.type_string() }}) as reason
    from activities
    inner join activity_roles on activities.activity_type = activity_roles.activity_type

),

decisions as (

    select
        lead_id,
        occurred_at as contacted_at,
        occurred_date as contacted_date,
        outcome as contact,
        replace(outcome, '_', ' ') || coalesce(': ' || replace(reason, '_', ' '), '')
            as contact_text,
        case outcome when 'sales_rejected' then 'rejection' else 'taken' end as kind,
        {{ lower_text('reason') }} as reason
    from outcomes
    where outcome in ('sales_accepted', 'sales_rejected', 'opportunity')

),

touches_and_decisions as (

    select * from touches
    union all
    select * from decisions

),

contacts as (

    select touches_and_decisions.*
    from touches_and_decisions
    cross join clock
    where touches_and_decisions.contacted_date <= clock.as_of_date

)

select * from contacts
