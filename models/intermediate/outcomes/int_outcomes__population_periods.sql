-- One row per lead x population x period in which the lead belongs to it at the end of every day.
-- starts_on belongs to the period, ends_on does not.
with

identity as (

    select * from {{ ref('int_leads__identity') }}

),

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

by_lead as (

    select * from {{ ref('int_outcomes__by_lead') }}

),

living_leads as (

    select
        identity.lead_id,
        identity.created_date,
        by_lead.first_converted_date
    from identity
    left join by_lead on identity.lead_id = by_lead.lead_id
    where
        identity.lead_id = identity.surviving_lead_id
        and not identity.is_deleted

),

-- What opens or closes a population; at the same time the higher precedence decides.
state_events as (

    select
        lead_id,
        'open_leads' as population,
        occurred_date,
        occurred_at,
        outcome = 'reopened' as is_member,
        case outcome when 'reopened' then 2 else 1 end as precedence
    from outcomes
    where outcome in ('lost', 'reopened')

    union all

    select
        lead_id,
        'customers' as population,
        occurred_date,
        occurred_at,
        outcome = 'won' as is_member,
        case outcome when 'churned' then 2 else 1 end as precedence
    from outcomes
    where outcome in ('won', 'churned')

),

ranked_events as (

    select
        *,
        row_number() over (
            partition by lead_id, population, occurred_date
            order by occurred_at desc, precedence desc
        ) as recency
    from state_events

),

states as (

    select
        lead_id,
        'open_leads' as population,
        cast('0001-01-01' as date) as starts_on,
        true as is_member
    from living_leads

    union all

    select
        lead_id,
        population,
        occurred_date as starts_on,
        is_member
    from ranked_events
    where recency = 1

),

periods as (

    select
        lead_id,
        population,
        starts_on,
        is_member,
        coalesce(
            lead(starts_on) over (partition by lead_id, population order by starts_on),
            cast('9999-12-31' as date)
        ) as ends_on
    from states

),

bounded_periods as (

    select
        periods.lead_id,
        periods.population,
        living_leads.created_date,
        greatest(periods.starts_on, living_leads.created_date) as starts_on,
        case
            when periods.population = 'open_leads'
                then least(
                    periods.ends_on,
                    coalesce(living_leads.first_converted_date, cast('9999-12-31' as date))
                )
            else periods.ends_on
        end as ends_on
    from periods
    inner join living_leads on periods.lead_id = living_leads.lead_id
    where periods.is_member

),

lasting_periods as (

    select * from bounded_periods
    where starts_on < ends_on

)

select * from lasting_periods
