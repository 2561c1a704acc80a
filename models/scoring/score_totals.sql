-- One row per lead x as_of_date x scorecard: the score, its dimensions in short, bands and
-- priority.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook='{{ drop_stale_subjects() }}'
) }}

with

subjects as (

    {{ new_subjects() }}

),

dimension_totals as (

    select * from {{ ref('score_dimension_totals') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

bands as (

    select * from {{ ref('stg_config__bands') }}

),

priority_grid as (

    select * from {{ ref('stg_config__priority_grid') }}

),

new_dimension_totals as (

    select dimension_totals.*
    from dimension_totals
    inner join subjects
        on
            dimension_totals.lead_id = subjects.lead_id
            and dimension_totals.as_of_date = subjects.as_of_date
            and dimension_totals.scorecard_id = subjects.scorecard_id
            and dimension_totals.subject_version = subjects.subject_version

),

sums as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        subject_version,
        sum(points) as dimension_points,
        max(case when dimension = 'fit' then points end) as fit_points,
        max(case when dimension = 'fit' then band end) as fit_band,
        max(case when dimension = 'engagement' then points end) as engagement_points,
        max(case when dimension = 'engagement' then band end) as engagement_band
    from new_dimension_totals
    group by lead_id, as_of_date, scorecard_id, subject_version

),

summed as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        subjects.scorecard_id,
        subjects.scorecard_version,
        subjects.subject_version,
        scorecards.min_score,
        scorecards.max_score,
        scorecards.mql_score,
        sums.fit_points,
        sums.fit_band,
        sums.engagement_points,
        sums.engagement_band,
        cast(
            coalesce(scorecards.base_points, 0) + coalesce(sums.dimension_points, 0)
            as decimal(12, 2)
        ) as unlimited_score,
        coalesce(scorecards.base_points, 0) as base_points
    from subjects
    inner join scorecards on subjects.scorecard_id = scorecards.scorecard_id
    left join sums
        on
            subjects.lead_id = sums.lead_id
            and subjects.as_of_date = sums.as_of_date
            and subjects.scorecard_id = sums.scorecard_id
            and subjects.subject_version = sums.subject_version

),

limited as (

    select
        *,
        {{ points_within('unlimited_score', 'min_score', 'max_score') }} as score
    from summed

),

totals as (

    select
        limited.lead_id,
        limited.as_of_date,
        limited.scorecard_id,
        limited.scorecard_version,
        limited.subject_version,
        limited.score,
        cast(limited.base_points as decimal(12, 2)) as base_points,
        cast(limited.score - limited.unlimited_score as decimal(12, 2)) as limit_points,
        limited.fit_points,
        limited.engagement_points,
        limited.fit_band,
        limited.engagement_band,
        bands.band,
        priority_grid.priority,
        priority_grid.sla_hours,
        priority_grid.next_step,
        coalesce(limited.score >= limited.mql_score, false) as is_mql
    from limited
    left join bands
        on
            limited.scorecard_id = bands.scorecard_id
            and bands.dimension = 'total'
            and {{ points_in_band('limited.score', 'bands') }}
    left join priority_grid
        on
            limited.scorecard_id = priority_grid.scorecard_id
            and limited.fit_band = priority_grid.fit_band
            and limited.engagement_band = priority_grid.engagement_band

)

select * from totals
