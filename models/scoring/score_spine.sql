-- One row per eligible lead x as_of_date that is scored, with what the row is for.
-- Nothing is scored by weights with mistakes.
-- depends_on: {{ ref('config_errors') }}
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

population_periods as (

    select * from {{ ref('int_outcomes__population_periods') }}

),

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

days_back as (

    {{ integers([whole_number_var('history_daily_days'), 30] | max) }}

),

months_back as (

    {{ integers(whole_number_var('history_monthly_periods')) }}

),

-- The days 7 and 30 before carry the trend of the score, whatever the daily history.
recent_days as (

    select
        {{ add_days('clock.as_of_date', '-days_back.n') }} as as_of_date,
        days_back.n = 0 as is_current
    from clock
    cross join days_back
    where
        days_back.n in (0, 7, 30)
        or days_back.n <= {{ whole_number_var('history_daily_days') }}

),

month_starts as (

    select
        cast(
            {{ dbt.dateadd(
                'month', '1 - months_back.n', dbt.date_trunc('month', 'clock.as_of_date')
            ) }} as date
        ) as month_start
    from clock
    cross join months_back

),

month_ends as (

    select
        {{ add_days('month_starts.month_start', -1) }} as as_of_date,
        false as is_current
    from month_starts

),

calendar as (

    select * from recent_days

    union all

    -- The first of the months is the one under way, whose end has not come.
    select month_ends.*
    from month_ends
    cross join clock
    where month_ends.as_of_date < clock.as_of_date

),

calendar_rows as (

    select
        population_periods.lead_id,
        population_periods.population,
        calendar.as_of_date,
        case when calendar.is_current then 1 else 0 end as is_current,
        case when calendar.is_current then 0 else 1 end as is_history,
        0 as is_backtest
    from population_periods
    inner join calendar
        on
            calendar.as_of_date >= population_periods.starts_on
            and calendar.as_of_date < population_periods.ends_on

),

backtest_ages as (

    {%- for age_days in backtest_lead_ages_days() %}
        {{ 'union all' if not loop.first }}
        select {{ age_days }} as age_days
    {%- else %}
        select 0 as age_days
        from clock
        where 1 = 0
    {%- endfor %}

),

won_days as (

    select distinct
        lead_id,
        occurred_date as won_date
    from outcomes
    where outcome = 'won'

),

won_periods as (

    select
        lead_id,
        won_date,
        coalesce(
            lead(won_date) over (partition by lead_id order by won_date),
            cast('9999-12-31' as date)
        ) as next_won_date
    from won_days

),

open_backtest_rows as (

    select
        population_periods.lead_id,
        population_periods.population,
        {{ add_days('population_periods.created_date', 'backtest_ages.age_days') }} as as_of_date,
        population_periods.starts_on,
        population_periods.ends_on
    from population_periods
    cross join backtest_ages
    where population_periods.population = 'open_leads'

),

customer_backtest_rows as (

    select
        population_periods.lead_id,
        population_periods.population,
        {{ add_days('won_periods.won_date', 'backtest_ages.age_days') }} as as_of_date,
        greatest(population_periods.starts_on, won_periods.won_date) as starts_on,
        least(population_periods.ends_on, won_periods.next_won_date) as ends_on
    from population_periods
    inner join won_periods on population_periods.lead_id = won_periods.lead_id
    cross join backtest_ages
    where population_periods.population = 'customers'

),

dated_backtest_rows as (

    select * from open_backtest_rows
    union all
    select * from customer_backtest_rows

),

backtest_rows as (

    select
        dated_backtest_rows.lead_id,
        dated_backtest_rows.population,
        dated_backtest_rows.as_of_date,
        0 as is_current,
        0 as is_history,
        1 as is_backtest
    from dated_backtest_rows
    cross join clock
    where
        dated_backtest_rows.as_of_date >= dated_backtest_rows.starts_on
        and dated_backtest_rows.as_of_date < dated_backtest_rows.ends_on
        and dated_backtest_rows.as_of_date <= clock.as_of_date

),

spine_rows as (

    select * from calendar_rows
    union all
    select * from backtest_rows

),

spine as (

    select
        lead_id,
        as_of_date,
        max(is_current) = 1 as is_current,
        max(is_history) = 1 as is_history,
        max(is_backtest) = 1 as is_backtest,
        max(case when population = 'open_leads' then 1 else 0 end) = 1 as is_open_lead,
        max(case when population = 'customers' then 1 else 0 end) = 1 as is_customer
    from spine_rows
    group by lead_id, as_of_date

)

select * from spine
