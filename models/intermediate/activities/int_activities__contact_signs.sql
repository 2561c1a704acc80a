-- One row per activity that tells whether a person may be contacted, or can be: opt-outs, opt-ins
-- and returned mails, under the lead that they count for.
--
-- They outlive what gives points. Those of a deleted record count for the living lead with its
-- address. An opt-out or a returned mail that is set aside, because its time cannot be read or its
-- key is missing, counts all the same; an opt-in has to be a row that can be used.
with

received as (

    select * from {{ ref('int_activities__received') }}

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

roles as (

    select * from {{ ref('stg_config__activity_roles') }}
    where role in ('opt_out', 'opt_in', 'undeliverable')

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

signs as (

    select
        identity.person_lead_id as lead_id,
        received.activity_id,
        received.activity_type,
        roles.role,
        -- What is dated in the future has no time yet.
        case
            when
                received.rejection_reason is null
                or (
                    cast(received.occurred_at as date) <= received.load_date
                    and cast(received.occurred_at as date) <= {{ wall_clock_date() }}
                )
                then received.occurred_at
        end as occurred_at,
        -- Neither is a day of the future one of a load, nor the first of all days, which stands for
        -- a row without any time.
        case
            when
                received.load_date > cast('0001-01-01' as date)
                and received.load_date <= {{ wall_clock_date() }}
                then received.load_date
        end as load_date
    from received
    inner join roles on received.activity_type = roles.activity_type
    inner join identity on received.raw_lead_key = identity.lead_id
    where
        not received.is_repetition
        and (
            received.rejection_reason is null
            or roles.role <> 'opt_in'
        )

),

contact_signs as (

    select
        signs.lead_id,
        signs.activity_id,
        signs.activity_type,
        signs.role,
        signs.occurred_at,
        case
            when signs.occurred_at is not null then cast(signs.occurred_at as date)
            -- A load of the night after the newest day counts on that day.
            when signs.load_date > clock.newest_date then clock.newest_date
            else signs.load_date
        end as sign_date
    from signs
    cross join clock

)

select * from contact_signs
