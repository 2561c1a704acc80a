-- One row per lead x as_of_date x scorecard x dimension, with its points within the limits and its
-- band.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook='{{ drop_stale_subjects() }}'
) }}

with

subjects as (

    {{ new_subjects() }}

),

attribute_hits as (

    select * from {{ ref('score_attribute_hits') }}

),

activity_hits as (

    select * from {{ ref('score_activity_hits') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

limits as (

    select * from {{ ref('stg_config__score_dimensions') }}

),

bands as (

    select * from {{ ref('stg_config__bands') }}

),

scorecard_dimensions as (

    select
        scorecard_id,
        dimension
    from rules

    union distinct

    select
        scorecard_id,
        dimension
    from limits

    union distinct

    select
        scorecard_id,
        dimension
    from bands
    where dimension <> 'total'

),

hits as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        subject_version,
        dimension,
        points
    from attribute_hits

    union all

    select
        lead_id,
        as_of_date,
        scorecard_id,
        subject_version,
        dimension,
        points
    from activity_hits

),

-- A run adds up the hits of the subjects it computes, not those of all days.
new_hits as (

    select hits.*
    from hits
    inner join subjects
        on
            hits.lead_id = subjects.lead_id
            and hits.as_of_date = subjects.as_of_date
            and hits.scorecard_id = subjects.scorecard_id
            and hits.subject_version = subjects.subject_version

),

sums as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        subject_version,
        dimension,
        sum(points) as rule_points
    from new_hits
    group by lead_id, as_of_date, scorecard_id, subject_version, dimension

),

summed as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        subjects.scorecard_id,
        subjects.subject_version,
        scorecard_dimensions.dimension,
        cast(coalesce(sums.rule_points, 0) as decimal(12, 2)) as rule_points
    from subjects
    inner join scorecard_dimensions on subjects.scorecard_id = scorecard_dimensions.scorecard_id
    left join sums
        on
            subjects.lead_id = sums.lead_id
            and subjects.as_of_date = sums.as_of_date
            and subjects.scorecard_id = sums.scorecard_id
            and subjects.subject_version = sums.subject_version
            and scorecard_dimensions.dimension = sums.dimension

),

limited as (

    select
        summed.*,
        {{ points_within(
            'summed.rule_points', 'limits.min_points', 'limits.max_points'
        ) }} as points
    from summed
    left join limits
        on
            summed.scorecard_id = limits.scorecard_id
            and summed.dimension = limits.dimension

),

banded as (

    select
        limited.lead_id,
        limited.as_of_date,
        limited.scorecard_id,
        limited.subject_version,
        limited.dimension,
        limited.rule_points,
        cast(limited.points - limited.rule_points as decimal(12, 2)) as limit_points,
        limited.points,
        bands.band
    from limited
    left join bands
        on
            limited.scorecard_id = bands.scorecard_id
            and limited.dimension = bands.dimension
            and {{ points_in_band('limited.points', 'bands') }}

)

select * from banded
