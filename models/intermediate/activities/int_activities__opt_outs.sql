-- One row per lead x period in which it does not want to be contacted, at the end of every day.
-- starts_on belongs to the period, ends_on does not.
with

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

roles as (

    select * from {{ ref('stg_config__activity_roles') }}
    where role in ('opt_out', 'opt_in')

),

-- At the same time the opt-out decides.
wishes as (

    select
        activities.lead_id,
        activities.occurred_date,
        roles.role,
        row_number() over (
            partition by activities.lead_id, activities.occurred_date
            order by
                activities.occurred_at desc,
                case roles.role when 'opt_out' then 1 else 2 end
        ) as recency
    from activities
    inner join roles on activities.activity_type = roles.activity_type

),

daily_wishes as (

    select
        lead_id,
        occurred_date,
        role,
        lag(role) over (partition by lead_id order by occurred_date) as previous_role
    from wishes
    where recency = 1

),

changes as (

    select
        lead_id,
        role,
        occurred_date as starts_on,
        coalesce(
            lead(occurred_date) over (partition by lead_id order by occurred_date),
            cast('9999-12-31' as date)
        ) as ends_on
    from daily_wishes
    where
        previous_role is null
        or previous_role <> role

),

opt_outs as (

    select
        lead_id,
        starts_on,
        ends_on
    from changes
    where role = 'opt_out'

)

select * from opt_outs
