-- One row per scorecard x rule, typed and ready to be joined to evidence.
with

raw_rules as (

    select * from {{ ref('stg_config__raw_rules') }}

),

typed as (

    select
        scorecard_id,
        rule_id,
        -- A small number to group by, where two texts would make the largest query several times
        -- slower.
        row_number() over (order by scorecard_id, rule_id) as rule_number,
        dimension,
        signal,
        measure,
        topic,
        cast({{ parse_number('window_days') }} as integer) as window_days,
        operator,
        value,
        {{ condition_key('operator', 'value') }} as condition_key,
        {{ parse_points('points') }} as points,
        {{ parse_number('half_life_days') }} as half_life_days,
        {{ parse_points('max_points') }} as max_points,
        segment_id,
        reason,
        rationale
    from raw_rules

)

select * from typed
