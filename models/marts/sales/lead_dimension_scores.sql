-- One row per scored lead x scorecard x dimension, now.
with

dimension_totals as (

    select * from {{ ref('score_dimension_totals') }}

),

subjects as (

    select * from {{ ref('score_subjects') }}
    where is_current

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

trend as (

    select
        dimension_totals.lead_id,
        dimension_totals.scorecard_id,
        dimension_totals.dimension,
        max(case
            when
                dimension_totals.as_of_date = {{ add_days('clock.as_of_date', -7) }}
                then dimension_totals.points
        end) as points_7d_ago,
        max(case
            when
                dimension_totals.as_of_date = {{ add_days('clock.as_of_date', -30) }}
                then dimension_totals.points
        end) as points_30d_ago
    from dimension_totals
    cross join clock
    where
        dimension_totals.as_of_date in (
            {{ add_days('clock.as_of_date', -7) }},
            {{ add_days('clock.as_of_date', -30) }}
        )
    group by dimension_totals.lead_id, dimension_totals.scorecard_id, dimension_totals.dimension

),

dimension_scores as (

    select
        dimension_totals.lead_id,
        dimension_totals.scorecard_id,
        dimension_totals.dimension,
        subjects.scorecard_version,
        dimension_totals.as_of_date,
        dimension_totals.rule_points,
        dimension_totals.limit_points,
        dimension_totals.points,
        dimension_totals.band,
        cast(
            dimension_totals.points - trend.points_7d_ago as decimal(12, 2)
        ) as points_change_7d,
        cast(
            dimension_totals.points - trend.points_30d_ago as decimal(12, 2)
        ) as points_change_30d
    from dimension_totals
    inner join subjects
        on
            dimension_totals.lead_id = subjects.lead_id
            and dimension_totals.as_of_date = subjects.as_of_date
            and dimension_totals.scorecard_id = subjects.scorecard_id
    left join trend
        on
            dimension_totals.lead_id = trend.lead_id
            and dimension_totals.scorecard_id = trend.scorecard_id
            and dimension_totals.dimension = trend.dimension

)

select * from dimension_scores
