-- One row per window or half-life that a fit tries out.
with

source as (

    select * from {{ ref('fit_candidates') }}

),

renamed as (

    select
        {{ lower_text(clean_text('candidate')) }} as candidate,
        {{ parse_number(clean_text('days')) }} as days
    from source

),

filled as (

    select * from renamed
    where candidate is not null

)

select * from filled
