-- One row per scorecard that is scored, with a version that changes when anything about it changes.
with

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

rules as (

    select * from {{ ref('stg_config__raw_rules') }}

),

dimensions as (

    select * from {{ ref('stg_config__score_dimensions') }}

),

bands as (

    select * from {{ ref('stg_config__bands') }}

),

priority_grid as (

    select * from {{ ref('stg_config__priority_grid') }}

),

segments as (

    select * from {{ ref('stg_config__segments') }}

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

scorecard_lines as (

    select
        scorecard_id,
        'scorecard' as part,
        {{ row_text([
            'population', 'segment_id', 'base_points', 'min_score', 'max_score', 'mql_score'
        ]) }} as line
    from scorecards

),

rule_lines as (

    select
        scorecard_id,
        'rule' as part,
        {{ row_text([
            'rule_id', 'dimension', 'signal', 'measure', 'topic', 'window_days', 'operator',
            'value', 'points', 'half_life_days', 'max_points', 'segment_id'
        ]) }} as line
    from rules

),

dimension_lines as (

    select
        scorecard_id,
        'dimension' as part,
        {{ row_text(['dimension', 'min_points', 'max_points']) }} as line
    from dimensions

),

band_lines as (

    select
        scorecard_id,
        'band' as part,
        {{ row_text(['dimension', 'band', 'min_points']) }} as line
    from bands

),

grid_lines as (

    select
        scorecard_id,
        'grid' as part,
        {{ row_text([
            'fit_band', 'engagement_band', 'priority', number_text('sla_hours'), 'next_step'
        ]) }} as line
    from priority_grid

),

segment_uses as (

    select
        scorecard_id,
        segment_id
    from rules
    where segment_id is not null

    union distinct

    select
        scorecard_id,
        segment_id
    from scorecards
    where segment_id is not null

),

segment_lines as (

    select
        segment_uses.scorecard_id,
        'segment' as part,
        {{ row_text([
            'segments.segment_id', 'segments.attribute', 'segments.condition_key'
        ]) }} as line
    from segment_uses
    inner join segments on segment_uses.segment_id = segments.segment_id

),

channel_lines as (

    select
        rules.scorecard_id,
        'channel' as part,
        {{ row_text(['activity_types.activity_type', 'activity_types.channel']) }} as line
    from rules
    inner join activity_types on rules.signal = 'channel:' || activity_types.channel

),

lines as (

    select * from scorecard_lines
    union all
    select * from rule_lines
    union all
    select * from dimension_lines
    union all
    select * from band_lines
    union all
    select * from grid_lines
    union all
    select * from segment_lines
    union all
    select * from channel_lines

),

line_versions as (

    select
        scorecard_id,
        {{ dbt.hash("part || '|' || line") }} as line_hash
    from lines

),

versions as (

    select
        scorecard_id,
        {{ dbt.hash(dbt.listagg('line_hash', "','", 'order by line_hash')) }} as content_hash
    from line_versions
    group by scorecard_id

),

scored as (

    select
        scorecards.scorecard_id,
        left(versions.content_hash, 12) as scorecard_version
    from scorecards
    inner join versions on scorecards.scorecard_id = versions.scorecard_id
    where scorecards.role in ('champion', 'challenger')

)

select * from scored
