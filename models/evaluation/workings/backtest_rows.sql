-- One row per lead x as_of_date x scorecard at which the score is judged, known or not yet known.
-- What came within the horizon after the day is its label.
with

subjects as (

    select * from {{ ref('score_subjects') }}
    where is_backtest

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

all_outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

totals as (

    select * from {{ ref('score_totals') }}

),

splits as (

    select * from {{ ref('backtest_splits') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

-- A lead that is an open lead and a customer at once may be scored on the other one's day.
judged as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        subjects.scorecard_id,
        subjects.scorecard_version,
        subjects.role as scorecard_role,
        subjects.is_primary,
        subjects.lead_age_days,
        scorecards.population
    from subjects
    inner join scorecards on subjects.scorecard_id = scorecards.scorecard_id
    where
        subjects.lead_age_days in (
            {{- backtest_lead_ages_days() | join(', ') or 'null' -}}
        )

),

-- A build of a past day does not know what came after it.
outcomes as (

    select all_outcomes.*
    from all_outcomes
    inner join clock on all_outcomes.occurred_date <= clock.as_of_date

),

-- Customers convert by buying again, open leads by the conversion outcome.
conversions as (

    select
        lead_id,
        'open_leads' as population,
        occurred_date,
        max(amount) as amount
    from outcomes
    where outcome = '{{ conversion_outcome() }}'
    group by lead_id, occurred_date

    union all

    select
        lead_id,
        'customers' as population,
        occurred_date,
        max(amount) as amount
    from outcomes
    where outcome = 'won'
    group by lead_id, occurred_date

),

next_conversions as (

    select
        judged.lead_id,
        judged.as_of_date,
        judged.population,
        min(conversions.occurred_date) as converted_date
    from judged
    inner join conversions
        on
            judged.lead_id = conversions.lead_id
            and judged.population = conversions.population
            and judged.as_of_date < conversions.occurred_date
            and conversions.occurred_date
            <= {{ add_days('judged.as_of_date', conversion_horizon_days()) }}
    group by judged.lead_id, judged.as_of_date, judged.population

),

labelled as (

    select
        judged.lead_id,
        judged.as_of_date,
        judged.scorecard_id,
        judged.scorecard_version,
        judged.scorecard_role,
        judged.is_primary,
        splits.split,
        judged.lead_age_days,
        cast({{ dbt.date_trunc('month', 'judged.as_of_date') }} as date) as cohort_month,
        totals.score,
        totals.fit_points,
        totals.engagement_points,
        totals.fit_band,
        totals.engagement_band,
        totals.band,
        totals.priority,
        totals.is_mql,
        next_conversions.converted_date is not null as is_converted,
        next_conversions.converted_date,
        {{ days_between('judged.as_of_date', 'next_conversions.converted_date') }}
            as days_to_conversion,
        conversions.amount as conversion_amount
    from judged
    inner join totals
        on
            judged.lead_id = totals.lead_id
            and judged.as_of_date = totals.as_of_date
            and judged.scorecard_id = totals.scorecard_id
    inner join splits
        on
            judged.as_of_date >= splits.starts_on
            and judged.as_of_date <= coalesce(splits.ends_on, judged.as_of_date)
    left join next_conversions
        on
            judged.lead_id = next_conversions.lead_id
            and judged.as_of_date = next_conversions.as_of_date
            and judged.population = next_conversions.population
    left join conversions
        on
            next_conversions.lead_id = conversions.lead_id
            and next_conversions.population = conversions.population
            and next_conversions.converted_date = conversions.occurred_date

)

select * from labelled
