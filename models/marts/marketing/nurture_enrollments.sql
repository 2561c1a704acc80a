-- One row per lead x track x day it entered the track, with when and why it left.
with

nurture_days as (

    select * from {{ ref('nurture_days') }}

),

published as (

    select * from {{ ref('published_lead_days') }}

),

tracks as (

    select * from {{ ref('stg_config__nurture_tracks') }}

),

obstacles as (

    select * from {{ ref('email_obstacles') }}

),

sales_periods as (

    select * from {{ ref('sales_periods') }}

),

mql_events as (

    select * from {{ ref('mql_events') }}

),

by_lead as (

    select * from {{ ref('int_outcomes__by_lead') }}

),

losses as (

    select
        lead_id,
        occurred_date
    from {{ ref('int_outcomes__accepted') }}
    where outcome = 'lost'

),

calendar as (

    select
        as_of_date,
        lead(as_of_date) over (order by as_of_date) as next_date
    from published
    group by as_of_date

),

stays as (

    select
        lead_id,
        track_id,
        track_order,
        run_last_date,
        min(as_of_date) as entered_date,
        max(as_of_date) as last_date
    from nurture_days
    where is_in_track
    group by lead_id, track_id, track_order, run_number, run_last_date, round_number

),

numbered as (

    select
        stays.*,
        calendar.next_date as left_date,
        cast(
            row_number() over (
                partition by stays.lead_id, stays.track_id
                order by stays.entered_date
            ) as {{ dbt.type_bigint() }}
        ) as enrollment_number
    from stays
    inner join calendar on stays.last_date = calendar.as_of_date

),

-- An opt-out says more than an address that does not work.
obstacles_at_leaving as (

    select
        numbered.lead_id,
        numbered.left_date,
        min(obstacles.obstacle) as obstacle
    from numbered
    inner join obstacles
        on
            numbered.lead_id = obstacles.lead_id
            and numbered.left_date >= obstacles.starts_on
            and numbered.left_date < obstacles.ends_on
    group by numbered.lead_id, numbered.left_date

),

lost_stays as (

    select distinct
        numbered.lead_id,
        numbered.left_date
    from numbered
    inner join losses
        on
            numbered.lead_id = losses.lead_id
            and numbered.last_date < losses.occurred_date
            and numbered.left_date >= losses.occurred_date

),

leaving as (

    select
        numbered.*,
        obstacles_at_leaving.obstacle,
        tracks.population,
        tracks.leave_on,
        by_lead.first_converted_date,
        lost_stays.lead_id is not null as is_lost,
        next_days.lead_id is not null as is_in_earlier_track,
        next_scores.lead_id is not null
        and next_scores.population = tracks.population as is_scored,
        mql_events.lead_id is not null as is_mql,
        sales_periods.lead_id is not null as is_with_sales
    from numbered
    inner join tracks on numbered.track_id = tracks.track_id
    left join obstacles_at_leaving
        on
            numbered.lead_id = obstacles_at_leaving.lead_id
            and numbered.left_date = obstacles_at_leaving.left_date
    left join nurture_days as next_days
        on
            numbered.lead_id = next_days.lead_id
            and numbered.left_date = next_days.as_of_date
            and (
                numbered.track_order > next_days.track_order
                or (
                    numbered.track_order = next_days.track_order
                    and numbered.track_id > next_days.track_id
                )
            )
    left join published as next_scores
        on
            numbered.lead_id = next_scores.lead_id
            and numbered.left_date = next_scores.as_of_date
    left join sales_periods
        on
            numbered.lead_id = sales_periods.lead_id
            and numbered.left_date >= sales_periods.starts_on
            and numbered.left_date < sales_periods.ends_on
    left join mql_events
        on
            numbered.lead_id = mql_events.lead_id
            and tracks.population = mql_events.population
            and numbered.left_date >= mql_events.entered_date
            and (mql_events.left_date is null or numbered.left_date < mql_events.left_date)
    left join by_lead on numbered.lead_id = by_lead.lead_id
    left join lost_stays
        on
            numbered.lead_id = lost_stays.lead_id
            and numbered.left_date = lost_stays.left_date

),

reasoned as (

    select
        *,
        case
            when left_date is null then null
            when obstacle is not null then obstacle
            when not is_scored and population = 'open_leads' and first_converted_date <= left_date
                then 'converted'
            when not is_scored and is_lost then 'lost'
            when not is_scored then 'no_longer_scored'
            when is_mql and {{ listed_in("'mql'", "coalesce(leave_on, '')") }} then 'sales_ready'
            when is_with_sales and {{ listed_in("'with_sales'", "coalesce(leave_on, '')") }}
                then 'with_sales'
            when run_last_date >= left_date then 'max_days'
            when is_in_earlier_track then 'other_track'
            else 'conditions_ended'
        end as left_because
    from leaving

),

enrollments as (

    select
        reasoned.lead_id,
        reasoned.track_id,
        reasoned.entered_date,
        entry_days.scorecard_id,
        reasoned.enrollment_number,
        reasoned.left_date is null as is_current,
        reasoned.last_date,
        reasoned.left_date,
        reasoned.left_because,
        entry_days.band as entry_band,
        entry_days.score as entry_score,
        entry_days.topic,
        cast(entry_days.interest as decimal(12, 2)) as entry_interest,
        'Band ' || coalesce(entry_days.band, 'unknown')
        || case
            when entry_days.topic is null then ''
            else
                ', interest in ' || entry_days.topic || ' '
                || cast(cast(entry_days.interest as decimal(12, 2)) as {{ dbt.type_string() }})
        end as entry_reason,
        case
            when reasoned.left_date is not null then entry_days.earliest_return_date
        end as earliest_return_date,
        cast(
            {{ days_between('reasoned.entered_date', 'reasoned.last_date') }} + 1
            as {{ dbt.type_bigint() }}
        ) as days_in_track
    from reasoned
    inner join nurture_days as entry_days
        on
            reasoned.lead_id = entry_days.lead_id
            and reasoned.entered_date = entry_days.as_of_date

)

select * from enrollments
