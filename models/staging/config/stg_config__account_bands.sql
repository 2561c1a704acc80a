-- One row per band of accounts, in the order in which they are tried.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('account_bands') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('band') }} as band,
        cast({{ parse_number(clean_text('min_chance')) }} as decimal(9, 6)) as min_chance,
        cast({{ parse_number(clean_text('min_coverage')) }} as decimal(9, 6)) as min_coverage,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('band') }} is not null

)

select * from renamed
