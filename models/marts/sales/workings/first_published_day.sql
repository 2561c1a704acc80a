-- One row: the first day whose scores were published on the day itself. What the log holds of
-- earlier days was worked out afterwards, and nobody was told it then.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

score_log as (

    select * from {{ ref('lead_score_log') }}

),

logged_days as (

    select
        max(score_log.as_of_date) as newest_date,
        min(case when not score_log.is_rebuilt then score_log.as_of_date end) as published_date
    from score_log
    cross join clock
    where score_log.as_of_date <= clock.as_of_date

),

-- As of a day before anything was published the newest day there is stands for it.
first_published_day as (

    select
        coalesce(
            logged_days.published_date, logged_days.newest_date, clock.as_of_date
        ) as first_published_date
    from clock
    cross join logged_days

)

select * from first_published_day
