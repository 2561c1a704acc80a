-- One row per rule of topic interest, typed.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('interest_rules') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('rule_id') }} as rule_id,
        {{ lower_text(clean_text('signal')) }} as signal,
        {{ lower_text(clean_text('topic')) }} as topic,
        cast({{ parse_number(clean_text('window_days')) }} as integer) as window_days,
        {{ parse_points('points') }} as points,
        {{ parse_number(clean_text('half_life_days')) }} as half_life_days,
        {{ parse_points('max_points') }} as max_points,
        {{ clean_text('reason') }} as reason
    from source
    where {{ clean_text('rule_id') }} is not null

)

select * from renamed
