-- One row per mistake: limits of a scorecard that contradict each other, a champion too many or
-- too few.
{{ config(materialized='view') }}

{%- set active_roles = scorecard_roles() | reject('equalto', 'retired') | list %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

scorecards as (

    {{ cell_rows(['scorecards']) }}

),

active_scorecards as (

    select * from scorecards
    where role in ({{ quoted_list(active_roles) }})

),

dimensions as (

    {{ cell_rows(['score_dimensions']) }}

),

company_size_bands as (

    {{ cell_rows(['company_size_bands']) }}

),

minimum_above_maximum as (

    select
        seed_file,
        row_number,
        'min_score' as column_name,
        'error' as severity,
        {{ quoted_value('min_score') }} || ' is above max_score '
        || {{ quoted_value('max_score') }} as problem,
        'swap the two or correct one of them' as fix
    from scorecards
    where min_score_number > max_score_number

    union all

    select
        seed_file,
        row_number,
        'min_points' as column_name,
        'error' as severity,
        {{ quoted_value('min_points') }} || ' is above max_points '
        || {{ quoted_value('max_points') }} as problem,
        'swap the two or correct one of them' as fix
    from dimensions
    where min_points_number > max_points_number

    union all

    select
        seed_file,
        row_number,
        'min_employees' as column_name,
        'error' as severity,
        {{ quoted_value('min_employees') }} || ' is above max_employees '
        || {{ quoted_value('max_employees') }} as problem,
        'swap the two or correct one of them' as fix
    from company_size_bands
    where min_employees_number > max_employees_number

),

mql_scores_out_of_reach as (

    select
        seed_file,
        row_number,
        'mql_score' as column_name,
        'warning' as severity,
        case
            when mql_score_number > max_score_number
                then
                    'no score reaches ' || {{ quoted_value('mql_score') }}
                    || ', because scores end at max_score ' || {{ quoted_value('max_score') }}
            else
                'every score reaches ' || {{ quoted_value('mql_score') }}
                || ', because scores start at min_score ' || {{ quoted_value('min_score') }}
        end as problem,
        'write a number between min_score and max_score' as fix
    from scorecards
    where
        mql_score_number > max_score_number
        or mql_score_number <= min_score_number

),

champions as (

    select
        seed_file,
        row_number,
        scorecard_id,
        population,
        segment_id,
        first_value(scorecard_id) over (
            partition by population, segment_id
            order by row_number
        ) as first_scorecard_id,
        first_value(row_number) over (
            partition by population, segment_id
            order by row_number
        ) as first_row_number
    from scorecards
    where
        role = 'champion'
        and population is not null

),

second_champions as (

    select
        seed_file,
        row_number,
        'role' as column_name,
        'error' as severity,
        'a second champion for ' || population
        || case
            when segment_id is null then ' without a segment'
            else ' in segment ' || segment_id
        end
        || ', beside ' || coalesce(first_scorecard_id, 'the scorecard') || ' in row '
        || cast(first_row_number as {{ dbt.type_string() }}) as problem,
        'make one of the two challenger or retired, or give it another segment' as fix
    from champions
    where row_number <> first_row_number

),

default_champions as (

    select distinct population
    from scorecards
    where
        role = 'champion'
        and segment_id is null

),

populations_without_champion as (

    select distinct
        active_scorecards.seed_file,
        cast(null as integer) as row_number,
        cast(null as {{ dbt.type_string() }}) as column_name,
        'warning' as severity,
        'make a scorecard without segment_id their champion' as fix,
        active_scorecards.population || ' have no champion without a segment, so some of them'
        || ' may have no score that speaks for them' as problem
    from active_scorecards
    left join default_champions on active_scorecards.population = default_champions.population
    where
        active_scorecards.population is not null
        and default_champions.population is null

),

mistakes as (

    {{ mistakes_of([
        'minimum_above_maximum', 'mql_scores_out_of_reach', 'second_champions',
        'populations_without_champion',
    ]) }}

)

select * from mistakes
