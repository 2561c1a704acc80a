-- One row per experiment x arm.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('experiments') }}

),

renamed as (

    select
        row_number,
        {{ clean_text('experiment_id') }} as experiment_id,
        {{ clean_text('salt') }} as salt,
        {{ parse_date(clean_text('starts_on')) }} as starts_on,
        {{ parse_date(clean_text('ends_on')) }} as ends_on,
        {{ clean_text('arm') }} as arm,
        cast({{ parse_number(clean_text('share')) }} as decimal(7, 6)) as share,
        {{ lower_text(clean_text('treatment')) }} as treatment,
        {{ clean_text('scorecard_id') }} as scorecard_id,
        {{ parse_boolean(clean_text('is_control')) }} as is_control,
        {{ clean_text('description') }} as description
    from source
    where {{ clean_text('experiment_id') }} is not null

)

select * from renamed
