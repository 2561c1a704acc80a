-- One row per role in a buying group.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('buying_roles') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('role') }} as role,
        {{ lower_text(clean_text('departments')) }} as departments,
        {{ lower_text(clean_text('seniorities')) }} as seniorities,
        {{ parse_number(clean_text('weight')) }} as weight,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('role') }} is not null

)

select * from renamed
