-- One row per lead source or campaign x month with what it cost.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('campaign_costs') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('cost_of')) }} as cost_of,
        {{ lower_text(clean_text('name')) }} as name,
        {{ parse_date(clean_text('month')) }} as month,
        {{ parse_amount(clean_text('cost')) }} as cost,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('name') }} is not null

)

select * from renamed
