-- One row per lead: how its published score moved in 7 and 30 days, by the same weights.
with

score_log as (

    select * from {{ ref('lead_score_log') }}
    where is_primary

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

-- Before 0.4.0 two scores could speak for a lead on one day.
numbered as (

    select
        score_log.*,
        row_number() over (
            partition by score_log.lead_id, score_log.as_of_date
            order by score_log.scorecard_id
        ) as score_number
    from score_log
    cross join clock
    where score_log.as_of_date <= clock.as_of_date

),

published as (

    select * from numbered
    where score_number = 1

),

-- A day on which nothing was published is stood in for by the last one before.
days as (

    select
        max(published.as_of_date) as last_date,
        max(
            case
                when published.as_of_date <= {{ add_days('clock.as_of_date', -7) }}
                    then published.as_of_date
            end
        ) as week_ago_date,
        max(
            case
                when published.as_of_date <= {{ add_days('clock.as_of_date', -30) }}
                    then published.as_of_date
            end
        ) as month_ago_date
    from published
    cross join clock

),

trends as (

    select
        published.lead_id,
        cast(published.score - week_ago.score as decimal(12, 2)) as score_change_7d,
        cast(published.score - month_ago.score as decimal(12, 2)) as score_change_30d
    from published
    inner join days on published.as_of_date = days.last_date
    left join published as week_ago
        on
            published.lead_id = week_ago.lead_id
            and published.scorecard_version = week_ago.scorecard_version
            and days.week_ago_date = week_ago.as_of_date
    left join published as month_ago
        on
            published.lead_id = month_ago.lead_id
            and published.scorecard_version = month_ago.scorecard_version
            and days.month_ago_date = month_ago.as_of_date

)

select * from trends
