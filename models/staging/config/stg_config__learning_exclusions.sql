-- One row per signal that no weights are learned from.
with

source as (

    select * from {{ ref('learning_exclusions') }}

),

renamed as (

    select
        {{ lower_text(clean_text('signal')) }} as signal,
        {{ clean_text('reason') }} as reason
    from source

),

filled as (

    select * from renamed
    where signal is not null

)

select * from filled
