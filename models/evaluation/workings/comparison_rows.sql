-- One row per champion x contender x test row that both score: the two scores, chances and
-- sales-ready lines side by side.
with

backtest as (

    select * from {{ ref('backtest') }}
    where split = 'test'

),

totals as (

    select * from {{ ref('backtest_chances') }}
    where
        split = 'test'
        and (
            is_baseline
            or dimension = 'total'
        )

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

-- A champion meets the challengers of its population; that of a segment also the general one.
rivals as (

    select
        champions.scorecard_id,
        contenders.scorecard_id as contender_id,
        contenders.role as contender_type
    from scorecards as champions
    inner join scorecards as contenders
        on
            champions.population = contenders.population
            and champions.scorecard_id <> contenders.scorecard_id
    where
        champions.role = 'champion'
        and (
            contenders.role = 'challenger'
            or (
                contenders.role = 'champion'
                and champions.segment_id is not null
                and contenders.segment_id is null
            )
        )

),

rival_rows as (

    select
        rivals.scorecard_id,
        rivals.contender_id,
        rivals.contender_type,
        champion_totals.lead_id,
        champion_totals.as_of_date,
        champion_totals.is_converted,
        champion_totals.score as champion_score,
        contender_totals.score as contender_score,
        champion_totals.chance as champion_chance,
        contender_totals.chance as contender_chance,
        contender_rows.is_mql as is_contender_mql
    from rivals
    inner join totals as champion_totals on rivals.scorecard_id = champion_totals.scorecard_id
    inner join totals as contender_totals
        on
            rivals.contender_id = contender_totals.scorecard_id
            and champion_totals.lead_id = contender_totals.lead_id
            and champion_totals.as_of_date = contender_totals.as_of_date
    inner join backtest as contender_rows
        on
            contender_totals.scorecard_id = contender_rows.scorecard_id
            and contender_totals.lead_id = contender_rows.lead_id
            and contender_totals.as_of_date = contender_rows.as_of_date
    where
        not champion_totals.is_baseline
        and not contender_totals.is_baseline

),

baseline_rows as (

    select
        champion_totals.scorecard_id,
        baselines.dimension as contender_id,
        'baseline' as contender_type,
        champion_totals.lead_id,
        champion_totals.as_of_date,
        champion_totals.is_converted,
        champion_totals.score as champion_score,
        baselines.score as contender_score,
        champion_totals.chance as champion_chance,
        baselines.chance as contender_chance,
        cast(null as boolean) as is_contender_mql
    from totals as champion_totals
    inner join totals as baselines
        on
            champion_totals.scorecard_id = baselines.scorecard_id
            and champion_totals.lead_id = baselines.lead_id
            and champion_totals.as_of_date = baselines.as_of_date
    where
        not champion_totals.is_baseline
        and baselines.is_baseline

),

pairs as (

    select * from rival_rows
    union all
    select * from baseline_rows

),

ranked as (

    select
        pairs.*,
        backtest.is_mql as is_champion_mql,
        row_number() over (
            partition by pairs.scorecard_id, pairs.contender_id
            order by
                pairs.contender_score desc,
                {{ hash_share(['pairs.lead_id', 'pairs.as_of_date']) }},
                pairs.lead_id
        ) as contender_position,
        sum(case when backtest.is_mql then 1 else 0 end) over (
            partition by pairs.scorecard_id, pairs.contender_id
        ) as champion_mql_rows
    from pairs
    inner join backtest
        on
            pairs.scorecard_id = backtest.scorecard_id
            and pairs.lead_id = backtest.lead_id
            and pairs.as_of_date = backtest.as_of_date

),

-- A baseline has no line of its own: it hands over as many leads as the champion.
compared as (

    select
        scorecard_id,
        contender_id,
        contender_type,
        lead_id,
        as_of_date,
        is_converted,
        champion_score,
        contender_score,
        champion_chance,
        contender_chance,
        is_champion_mql,
        coalesce(is_contender_mql, contender_position <= champion_mql_rows) as is_contender_mql
    from ranked

)

select * from compared
