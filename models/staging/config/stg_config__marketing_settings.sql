-- One row: the numbers behind the tables of marketing, a column each.
with

source as (

    select * from {{ ref('marketing_settings') }}

),

renamed as (

    select
        {{ lower_text(clean_text('setting')) }} as setting,
        {{ parse_number(clean_text('value')) }} as value
    from source

),

pivoted as (

    select
        {{ settings_as_columns(marketing_settings()) }}
    from renamed

)

select * from pivoted
