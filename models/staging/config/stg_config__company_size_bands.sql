-- One row per company size band.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('company_size_bands') }}

),

renamed as (

    select
        row_number,
        {{ lower_text(clean_text('company_size')) }} as company_size,
        {{ parse_number(clean_text('min_employees')) }} as min_employees,
        {{ parse_number(clean_text('max_employees')) }} as max_employees
    from source

)

select * from renamed
