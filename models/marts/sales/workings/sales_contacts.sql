-- One row per lead x thing that sales did with it until the as-of date: a touch, taking it, or a
-- rejection, with how long that leaves the lead alone.
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

rejection_reasons as (

    select * from {{ ref('stg_config__rejection_reasons') }}

),

-- One row, also when there is no rule for all other reasons.
other_reasons as (

    select max(cool_down_days) as cool_down_days
    from rejection_reasons
    where reason is null

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

with_days as (

    select
        touches_and_decisions.*,
        case
            when touches_and_decisions.kind <> 'rejection' then null
            when own_reasons.row_number is null then other_reasons.cool_down_days
            else own_reasons.cool_down_days
        end as cool_down_days
    from touches_and_decisions
    cross join clock
    left join rejection_reasons as own_reasons
        on touches_and_decisions.reason = own_reasons.reason
    cross join other_reasons
    where touches_and_decisions.contacted_date <= clock.as_of_date

),

contacts as (

    select
        lead_id,
        contacted_at,
        contacted_date,
        contact,
        contact_text,
        kind,
        reason,
        {{ add_days('contacted_date', 'cool_down_days') }} as cool_down_end_date,
        -- A rejection of which only the day is known has the last word on it.
        case
            when
                kind = 'rejection'
                and contacted_at = cast(contacted_date as {{ dbt.type_timestamp() }})
                then {{ end_of_day('contacted_date') }}
            else contacted_at
        end as ordered_at
    from with_days

)

select * from contacts
