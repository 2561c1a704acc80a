-- One row per lead x scorecard x published day on which its band or priority was another than on
-- the published day before, with what moved it.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

score_log as (

    select * from {{ ref('lead_score_log') }}

),

bands as (

    select * from {{ ref('stg_config__bands') }}
    where dimension = 'total'

),

totals as (

    select * from {{ ref('score_totals') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

published as (

    select score_log.*
    from score_log
    cross join clock
    where score_log.as_of_date <= clock.as_of_date

),

published_dates as (

    select distinct as_of_date
    from published

),

published_days as (

    select
        as_of_date,
        lag(as_of_date) over (order by as_of_date) as day_before_date
    from published_dates

),

-- The row before of a lead is looked up by order: joined to itself, a log of a year would pair each
-- of its days with all others.
with_row_before as (

    select
        published.*,
        published_days.day_before_date,
        lag(published.as_of_date) over (
            partition by published.lead_id, published.scorecard_id
            order by published.as_of_date
        ) as previous_date,
        lag(published.band) over (
            partition by published.lead_id, published.scorecard_id
            order by published.as_of_date
        ) as previous_band,
        lag(published.priority) over (
            partition by published.lead_id, published.scorecard_id
            order by published.as_of_date
        ) as previous_priority,
        lag(published.score) over (
            partition by published.lead_id, published.scorecard_id
            order by published.as_of_date
        ) as previous_score,
        lag(published.scorecard_version) over (
            partition by published.lead_id, published.scorecard_id
            order by published.as_of_date
        ) as previous_version
    from published
    inner join published_days on published.as_of_date = published_days.as_of_date

),

-- Coming into scoring and leaving it are no transitions: both days have to be there.
moved as (

    select
        lead_id,
        scorecard_id,
        as_of_date,
        is_primary,
        is_rebuilt,
        band,
        priority,
        score,
        scorecard_version,
        previous_date,
        previous_band,
        previous_priority,
        previous_score,
        previous_version,
        score - previous_score as score_change
    from with_row_before
    where
        previous_date = day_before_date
        and (
            coalesce(band, '') <> coalesce(previous_band, '')
            or coalesce(priority, '') <> coalesce(previous_priority, '')
        )

),

-- A ledger tells what moved the published scores if both days still have one by the rules of then,
-- and it still adds up to them.
checked as (

    select
        moved.*,
        to_bands.band_rank as to_rank,
        from_bands.band_rank as from_rank,
        case
            when moved.scorecard_version <> moved.previous_version
                then 'The scorecard was changed between the two days'
            when to_totals.lead_id is null or from_totals.lead_id is null
                then 'The ledger of the days is not kept any more'
            when
                to_totals.scorecard_version <> moved.scorecard_version
                or from_totals.scorecard_version <> moved.previous_version
                then 'The scorecard was changed since'
            when
                to_totals.score <> moved.score
                or from_totals.score <> moved.previous_score
                then 'What is known of the days has changed since'
        end as unexplained_because
    from moved
    left join bands as to_bands
        on
            moved.scorecard_id = to_bands.scorecard_id
            and moved.band = to_bands.band
    left join bands as from_bands
        on
            moved.scorecard_id = from_bands.scorecard_id
            and moved.previous_band = from_bands.band
    left join totals as to_totals
        on
            moved.lead_id = to_totals.lead_id
            and moved.scorecard_id = to_totals.scorecard_id
            and moved.as_of_date = to_totals.as_of_date
    left join totals as from_totals
        on
            moved.lead_id = from_totals.lead_id
            and moved.scorecard_id = from_totals.scorecard_id
            and moved.previous_date = from_totals.as_of_date

),

compared_ledgers as (

    select
        lead_id,
        scorecard_id,
        as_of_date,
        score_change,
        as_of_date as ledger_date,
        1 as side
    from checked
    where unexplained_because is null

    union all

    select
        lead_id,
        scorecard_id,
        as_of_date,
        score_change,
        previous_date as ledger_date,
        -1 as side
    from checked
    where unexplained_because is null

),

both_ledgers as (

    select
        compared_ledgers.lead_id,
        compared_ledgers.scorecard_id,
        compared_ledgers.as_of_date,
        compared_ledgers.score_change,
        ledger.entry,
        ledger.rule_id,
        ledger.dimension,
        ledger.points * compared_ledgers.side as points
    from compared_ledgers
    inner join ledger
        on
            compared_ledgers.lead_id = ledger.lead_id
            and compared_ledgers.scorecard_id = ledger.scorecard_id
            and compared_ledgers.ledger_date = ledger.as_of_date

),

entry_changes as (

    select
        lead_id,
        scorecard_id,
        as_of_date,
        score_change,
        entry,
        rule_id,
        dimension,
        cast(sum(points) as decimal(12, 2)) as points
    from both_ledgers
    group by lead_id, scorecard_id, as_of_date, score_change, entry, rule_id, dimension

),

ranked_changes as (

    select
        entry_changes.lead_id,
        entry_changes.scorecard_id,
        entry_changes.as_of_date,
        entry_changes.points,
        {{ ledger_reason('entry_changes.entry', 'entry_changes.dimension', 'rules.reason') }}
            as reason,
        row_number() over (
            partition by
                entry_changes.lead_id, entry_changes.scorecard_id, entry_changes.as_of_date
            order by
                case
                    when entry_changes.score_change > 0 then -entry_changes.points
                    when entry_changes.score_change < 0 then entry_changes.points
                    else -abs(entry_changes.points)
                end,
                entry_changes.entry,
                entry_changes.rule_id,
                entry_changes.dimension
        ) as strength
    from entry_changes
    left join rules
        on
            entry_changes.scorecard_id = rules.scorecard_id
            and entry_changes.rule_id = rules.rule_id
    where entry_changes.points <> 0

),

strongest_changes as (

    select
        lead_id,
        scorecard_id,
        as_of_date,
        max(case when strength = 1 then reason end) as change_1,
        max(case when strength = 1 then points end) as change_1_points,
        max(case when strength = 2 then reason end) as change_2,
        max(case when strength = 2 then points end) as change_2_points,
        max(case when strength = 3 then reason end) as change_3,
        max(case when strength = 3 then points end) as change_3_points
    from ranked_changes
    where strength <= 3
    group by lead_id, scorecard_id, as_of_date

),

transitions as (

    select
        checked.lead_id,
        checked.scorecard_id,
        checked.as_of_date,
        checked.previous_date,
        checked.is_primary,
        checked.previous_band as from_band,
        checked.band as to_band,
        checked.previous_priority as from_priority,
        checked.priority as to_priority,
        checked.previous_score as from_score,
        checked.score as to_score,
        strongest_changes.change_1,
        strongest_changes.change_1_points,
        strongest_changes.change_2,
        strongest_changes.change_2_points,
        strongest_changes.change_3,
        strongest_changes.change_3_points,
        checked.unexplained_because,
        checked.is_rebuilt,
        cast(checked.score_change as decimal(12, 2)) as score_change,
        case
            when checked.to_rank < checked.from_rank then 'up'
            when checked.to_rank > checked.from_rank then 'down'
            else 'sideways'
        end as direction
    from checked
    left join strongest_changes
        on
            checked.lead_id = strongest_changes.lead_id
            and checked.scorecard_id = strongest_changes.scorecard_id
            and checked.as_of_date = strongest_changes.as_of_date

)

select * from transitions
