-- One row per spelling of a country.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('country_regions') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('country_name')) }} as country_name,
        {{ clean_text('country_code') }} as country_code,
        {{ lower_text(clean_text('market_region')) }} as market_region
    from source

)

select * from renamed
