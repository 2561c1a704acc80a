-- One row per scorecard x fit band x engagement band.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('priority_grid') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        {{ clean_text('fit_band') }} as fit_band,
        {{ clean_text('engagement_band') }} as engagement_band,
        {{ clean_text('priority') }} as priority,
        {{ parse_number(clean_text('sla_hours')) }} as sla_hours,
        {{ clean_text('next_step') }} as next_step
    from source

)

select * from renamed
