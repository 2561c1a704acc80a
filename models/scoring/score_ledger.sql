-- One row per lead x as_of_date x scorecard x entry: every rule that fired, the base points and
-- every limit that moved the score. The points of a score's entries add up to the score, exactly.
{{ config(materialized='view') }}

with

attribute_hits as (

    select * from {{ ref('score_attribute_hits') }}

),

activity_hits as (

    select * from {{ ref('score_activity_hits') }}

),

dimension_totals as (

    select * from {{ ref('score_dimension_totals') }}

),

totals as (

    select * from {{ ref('score_totals') }}

),

rule_entries as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        'rule' as entry,
        rule_id,
        dimension,
        raw_points,
        decay_points,
        cap_points,
        points,
        event_count,
        last_event_date
    from attribute_hits

    union all

    select
        lead_id,
        as_of_date,
        scorecard_id,
        'rule' as entry,
        rule_id,
        dimension,
        raw_points,
        decay_points,
        cap_points,
        points,
        event_count,
        last_event_date
    from activity_hits

),

base_entries as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        'base' as entry,
        cast(null as {{ dbt.type_string() }}) as dimension,
        base_points as raw_points,
        cast(0 as decimal(12, 2)) as cap_points,
        base_points as points
    from totals

),

dimension_limit_entries as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        'dimension_limit' as entry,
        dimension,
        cast(0 as decimal(12, 2)) as raw_points,
        limit_points as cap_points,
        limit_points as points
    from dimension_totals
    where limit_points <> 0

),

score_limit_entries as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        case when limit_points > 0 then 'score_floor' else 'score_ceiling' end as entry,
        cast(null as {{ dbt.type_string() }}) as dimension,
        cast(0 as decimal(12, 2)) as raw_points,
        limit_points as cap_points,
        limit_points as points
    from totals
    where limit_points <> 0

),

other_entries as (

    select * from base_entries
    union all
    select * from dimension_limit_entries
    union all
    select * from score_limit_entries

),

ledger as (

    select * from rule_entries

    union all

    select
        lead_id,
        as_of_date,
        scorecard_id,
        entry,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        dimension,
        raw_points,
        cast(0 as decimal(12, 2)) as decay_points,
        cap_points,
        points,
        cast(null as {{ dbt.type_bigint() }}) as event_count,
        cast(null as date) as last_event_date
    from other_entries

)

select * from ledger
