-- One row per lead x period in which it does not want to be contacted, at the end of every day.
-- starts_on belongs to the period, ends_on does not. An opt-out of which no day is known holds on
-- all days.
with

signs as (

    select * from {{ ref('int_activities__contact_signs') }}
    where role in ('opt_out', 'opt_in')

),

-- Nobody knows whether an opt-in came after an opt-out of which no day is known.
always_opted_out as (

    select distinct lead_id
    from signs
    where
        role = 'opt_out'
        and sign_date is null

),

dated_signs as (

    select
        signs.lead_id,
        signs.role,
        signs.occurred_at,
        coalesce(signs.sign_date, cast('0001-01-01' as date)) as sign_date
    from signs
    left join always_opted_out on signs.lead_id = always_opted_out.lead_id
    where
        signs.role = 'opt_out'
        or always_opted_out.lead_id is null

),

-- At the same time the opt-out decides, and so does one of which only the day is known.
wishes as (

    select
        lead_id,
        sign_date,
        role,
        row_number() over (
            partition by lead_id, sign_date
            order by
                case when occurred_at is null then 1 else 2 end,
                occurred_at desc,
                case role when 'opt_out' then 1 else 2 end
        ) as recency
    from dated_signs

),

daily_wishes as (

    select
        lead_id,
        sign_date,
        role,
        lag(role) over (partition by lead_id order by sign_date) as previous_role
    from wishes
    where recency = 1

),

changes as (

    select
        lead_id,
        role,
        sign_date as starts_on,
        coalesce(
            lead(sign_date) over (partition by lead_id order by sign_date),
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
