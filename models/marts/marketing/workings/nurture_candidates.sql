-- One row per lead x published day x track whose conditions it meets on it, but for the interest in
-- a topic. Days before the first published one are left out: nobody was written to on them.
with

published as (

    select * from {{ ref('published_lead_days') }}

),

first_published as (

    select * from {{ ref('first_published_day') }}

),

tracks as (

    select * from {{ ref('stg_config__nurture_tracks') }}

),

segment_members as (

    select * from {{ ref('marketing_segment_members') }}

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

fitting as (

    select
        published.lead_id,
        published.as_of_date,
        published.population,
        published.scorecard_id,
        published.score,
        published.band,
        tracks.track_id,
        tracks.track_order,
        tracks.segment_id,
        tracks.topic,
        tracks.min_interest,
        tracks.leave_on,
        tracks.max_days,
        tracks.cool_down_days
    from published
    cross join first_published
    inner join tracks
        on
            published.population = tracks.population
            and {{ listed_in('published.band', 'tracks.bands') }}
    where published.as_of_date >= first_published.first_published_date

),

candidates as (

    select
        fitting.lead_id,
        fitting.as_of_date,
        fitting.scorecard_id,
        fitting.score,
        fitting.band,
        fitting.track_id,
        fitting.track_order,
        fitting.topic,
        fitting.min_interest,
        fitting.max_days,
        fitting.cool_down_days
    from fitting
    left join segment_members
        on
            fitting.lead_id = segment_members.lead_id
            and fitting.as_of_date = segment_members.as_of_date
            and fitting.segment_id = segment_members.segment_id
    where
        (fitting.segment_id is null or segment_members.segment_id is not null)
        and not exists (
            select 1
            from obstacles
            where
                fitting.lead_id = obstacles.lead_id
                and fitting.as_of_date >= obstacles.starts_on
                and fitting.as_of_date < obstacles.ends_on
        )
        and not exists (
            select 1
            from sales_periods
            where
                fitting.lead_id = sales_periods.lead_id
                and fitting.as_of_date >= sales_periods.starts_on
                and fitting.as_of_date < sales_periods.ends_on
                and {{ listed_in("'with_sales'", "coalesce(fitting.leave_on, '')") }}
        )
        and not exists (
            select 1
            from mql_events
            where
                fitting.lead_id = mql_events.lead_id
                and fitting.population = mql_events.population
                and fitting.as_of_date >= mql_events.entered_date
                and (mql_events.left_date is null or fitting.as_of_date < mql_events.left_date)
                and {{ listed_in("'mql'", "coalesce(fitting.leave_on, '')") }}
        )

)

select * from candidates
