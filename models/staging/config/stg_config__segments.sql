-- One row per condition of a segment; a lead is in the segment when all of them hold.
with

source as (

    select
        *,
        {{ seed_row_number() }} as row_number
    from {{ ref('segments') }}

),

cleaned as (

    select
        row_number,
        {{ clean_text('segment_id') }} as segment_id,
        {{ lower_text(clean_text('attribute')) }} as attribute,
        {{ lower_text(clean_text('operator')) }} as operator,
        {{ clean_text('value') }} as value
    from source

),

keyed as (

    select
        *,
        {{ condition_key('operator', 'value') }} as condition_key
    from cleaned

)

select * from keyed
