-- One row per lead x population x crossing of the sales-ready line upwards, as it was published.
with

lead_days as (

    select * from {{ ref('published_lead_days') }}

),

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

by_lead as (

    select * from {{ ref('int_outcomes__by_lead') }}

),

published_days as (

    select distinct
        day_number,
        as_of_date
    from lead_days

),

leads_once_over as (

    select distinct
        lead_id,
        population
    from lead_days
    where is_mql

),

-- A day decides when the score reaches the line or falls below the exit; in between, the day before
-- counts on. A published day without the lead ends the chain.
decided as (

    select
        lead_days.*,
        lead_days.day_number - row_number() over (
            partition by lead_days.lead_id, lead_days.population
            order by lead_days.day_number
        ) as chain_number,
        case
            when lead_days.is_mql then 1
            when lead_days.score >= lead_days.exit_score then null
            else 0
        end as decision
    from lead_days
    inner join leads_once_over
        on
            lead_days.lead_id = leads_once_over.lead_id
            and lead_days.population = leads_once_over.population

),

counted as (

    select
        *,
        count(decision) over (
            partition by lead_id, population, chain_number
            order by day_number
            rows between unbounded preceding and current row
        ) as decision_number
    from decided

),

carried as (

    select
        *,
        coalesce(
            max(decision) over (
                partition by lead_id, population, chain_number, decision_number
            ),
            0
        ) as readiness
    from counted

),

entered as (

    select
        *,
        case
            when
                readiness = 1
                and coalesce(
                    lag(readiness) over (
                        partition by lead_id, population, chain_number
                        order by day_number
                    ),
                    0
                ) = 0
                then 1
            else 0
        end as entry
    from carried

),

numbered as (

    select
        *,
        sum(entry) over (
            partition by lead_id, population
            order by day_number
            rows between unbounded preceding and current row
        ) as event_number
    from entered
    where readiness = 1

),

crossings as (

    select
        lead_id,
        population,
        event_number,
        min(as_of_date) as entered_date,
        max(as_of_date) as last_ready_date,
        max(day_number) as last_day_number,
        max(case when entry = 1 then scorecard_id end) as scorecard_id,
        max(case when entry = 1 then score end) as score,
        max(case when entry = 1 then mql_score end) as mql_score,
        max(case when entry = 1 then band end) as band,
        max(case when entry = 1 then priority end) as priority,
        max(case when entry = 1 then sla_hours end) as sla_hours,
        max(case when entry = 1 then recycle_after_days end) as recycle_after_days,
        max(case when entry = 1 and is_rebuilt then 1 else 0 end) = 1 as is_rebuilt
    from numbered
    group by lead_id, population, event_number

),

ended as (

    select
        crossings.*,
        published_days.as_of_date as left_date
    from crossings
    left join published_days on crossings.last_day_number + 1 = published_days.day_number

),

losses as (

    select
        lead_id,
        occurred_date
    from outcomes
    where outcome = 'lost'

),

lost_events as (

    select distinct
        ended.lead_id,
        ended.population,
        ended.event_number
    from ended
    inner join losses
        on
            ended.lead_id = losses.lead_id
            and ended.last_ready_date <= losses.occurred_date
            and ended.left_date >= losses.occurred_date
    where ended.population = 'open_leads'

),

explained as (

    select
        ended.*,
        case
            when ended.left_date is null then null
            when lead_days.lead_id is not null then 'fell below'
            when
                ended.population = 'open_leads'
                and by_lead.first_converted_date <= ended.left_date
                then 'converted'
            when lost_events.lead_id is not null then 'lost'
            else 'no longer scored'
        end as left_because
    from ended
    left join lead_days
        on
            ended.lead_id = lead_days.lead_id
            and ended.population = lead_days.population
            and ended.left_date = lead_days.as_of_date
    left join by_lead on ended.lead_id = by_lead.lead_id
    left join lost_events
        on
            ended.lead_id = lost_events.lead_id
            and ended.population = lost_events.population
            and ended.event_number = lost_events.event_number

),

followed as (

    select
        *,
        lag(entered_date) over (
            partition by lead_id, population
            order by event_number
        ) as previous_entered_date,
        lag(left_date) over (
            partition by lead_id, population
            order by event_number
        ) as previous_left_date,
        lag(left_because) over (
            partition by lead_id, population
            order by event_number
        ) as previous_left_because
    from explained

),

rejections as (

    select
        lead_id,
        occurred_date
    from outcomes
    where outcome = 'sales_rejected'

),

events_after_rejection as (

    select distinct
        followed.lead_id,
        followed.population,
        followed.event_number
    from followed
    inner join rejections
        on
            followed.lead_id = rejections.lead_id
            and followed.previous_entered_date <= rejections.occurred_date
            and followed.entered_date >= rejections.occurred_date

),

events as (

    select
        followed.lead_id,
        followed.population,
        cast(followed.event_number as {{ dbt.type_bigint() }}) as event_number,
        followed.event_number = 1 as is_first,
        case
            when followed.event_number = 1 then 'first'
            when
                events_after_rejection.lead_id is not null
                or {{ days_between('followed.previous_left_date', 'followed.entered_date') }}
                >= followed.recycle_after_days
                then 'recycled'
            else 'repeated'
        end as kind,
        followed.entered_date,
        followed.left_date,
        followed.left_because,
        followed.scorecard_id,
        followed.score,
        followed.mql_score,
        followed.band,
        followed.priority,
        followed.sla_hours,
        followed.previous_left_date,
        followed.previous_left_because,
        followed.is_rebuilt
    from followed
    left join events_after_rejection
        on
            followed.lead_id = events_after_rejection.lead_id
            and followed.population = events_after_rejection.population
            and followed.event_number = events_after_rejection.event_number

)

select * from events
