-- One row per rule that leads a lead to a team.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('routing_rules') }}

),

renamed as (

    select
        row_number,
        cast({{ parse_number(clean_text('rule_order')) }} as integer) as rule_order,
        {{ clean_text('segment_id') }} as segment_id,
        {{ lower_text(clean_text('market_region')) }} as market_region,
        {{ clean_text('team') }} as team,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('rule_order') }} is not null

)

select * from renamed
