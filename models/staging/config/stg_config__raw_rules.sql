-- One row per line of the two rule seeds, as text, with the place it stands at.
with

manual_rules as (

    select
        *,
        '{{ seed_file("score_rules") }}' as seed_file,
        {{ seed_row_number() }} as row_number
    from {{ ref('score_rules') }}

),

fitted_rules as (

    select
        *,
        '{{ seed_file("score_rules_fitted") }}' as seed_file,
        {{ seed_row_number() }} as row_number
    from {{ ref('score_rules_fitted') }}

),

unioned as (

    select * from manual_rules
    union all
    select * from fitted_rules

),

cleaned as (

    select
        seed_file,
        row_number,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        {{ clean_text('rule_id') }} as rule_id,
        {{ lower_text(clean_text('dimension')) }} as dimension,
        {{ lower_text(clean_text('signal')) }} as signal,
        {{ lower_text(clean_text('measure')) }} as measure,
        {{ lower_text(clean_text('topic')) }} as topic,
        {{ clean_text('window_days') }} as window_days,
        {{ lower_text(clean_text('operator')) }} as operator,
        {{ clean_text('value') }} as value,
        {{ clean_text('points') }} as points,
        {{ clean_text('half_life_days') }} as half_life_days,
        {{ clean_text('max_points') }} as max_points,
        {{ clean_text('segment_id') }} as segment_id,
        {{ clean_text('reason') }} as reason,
        {{ clean_text('rationale') }} as rationale
    from unioned

)

select * from cleaned
