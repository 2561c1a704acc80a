-- One row per mature lead x population x what it is judged for: a lead counts once for its source,
-- at the youngest age it was scored at, and once for content, at the middle age.
with

backtest as (

    select * from {{ ref('backtest') }}
    where is_primary

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

limits as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

ages as (

    select
        lead_age_days,
        row_number() over (order by lead_age_days) as age_number,
        count(*) over () as age_count
    from backtest
    group by lead_age_days

),

middle_age as (

    select lead_age_days
    from ages
    where age_number = floor(age_count / cast(2 as {{ type_double() }})) + 1

),

scored as (

    select
        backtest.lead_id,
        backtest.as_of_date,
        backtest.scorecard_id,
        backtest.lead_age_days,
        backtest.score,
        backtest.is_converted,
        backtest.conversion_amount,
        scorecards.population
    from backtest
    inner join scorecards on backtest.scorecard_id = scorecards.scorecard_id

),

judgements as (

    select
        'source' as judged_for,
        scored.*
    from scored

    union all

    select
        'content' as judged_for,
        scored.*
    from scored
    inner join middle_age on scored.lead_age_days = middle_age.lead_age_days

),

-- A customer who bought twice was at the middle age twice.
placed as (

    select
        *,
        row_number() over (
            partition by judged_for, population, lead_id
            order by as_of_date, lead_age_days
        ) as place
    from judgements

),

judged as (

    select * from placed
    where place = 1

),

ranked as (

    select
        *,
        rank() over (
            partition by judged_for, population, scorecard_id, lead_age_days
            order by score
        ) as score_rank,
        count(*) over (
            partition by judged_for, population, scorecard_id, lead_age_days
        ) as peers
    from judged

),

judged_leads as (

    select
        ranked.judged_for,
        ranked.population,
        ranked.lead_id,
        ranked.as_of_date,
        ranked.scorecard_id,
        ranked.lead_age_days,
        ranked.is_converted,
        ranked.conversion_amount,
        -- Equal scores are in the same bin.
        cast(
            floor(
                limits.chance_bins * (ranked.score_rank - 1)
                / cast(ranked.peers as {{ type_double() }})
            ) as integer
        ) as score_bin
    from ranked
    cross join limits

)

select * from judged_leads
