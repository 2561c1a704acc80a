-- One row per band that a fitted scorecard is given.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('fit_bands') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('dimension')) }} as dimension,
        {{ clean_text('band') }} as band,
        {{ parse_number(clean_text('min_odds_ratio')) }} as min_odds_ratio
    from source

),

filled as (

    select * from renamed
    where dimension is not null

)

select * from filled
