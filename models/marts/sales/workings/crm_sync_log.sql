-- One row per record of the CRM and time its fields became others. Rows are added, never changed,
-- and a full refresh leaves them alone.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}

-- What cannot be taken back waits for the tests of the raw rows.
-- depends_on: {{ ref('row_balance') }}

with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

fields as (

    select * from {{ ref('crm_fields') }}

),

{% if is_incremental() %}

    newest_logged as (

        select max(as_of_date) as as_of_date from {{ this }}

    ),

    ranked_log as (

        select
            record_id,
            sync_number,
            row_hash,
            row_number() over (partition by record_id order by sync_number desc) as recency
        from {{ this }}

    ),

    last_logged as (

        select * from ranked_log
        where recency = 1

    ),

    changed as (

        select
            fields.record_id,
            fields.row_hash,
            coalesce(last_logged.sync_number, 0) + 1 as sync_number
        from fields
        cross join clock
        cross join newest_logged
        left join last_logged on fields.record_id = last_logged.record_id
        where
            (last_logged.record_id is null or fields.row_hash <> last_logged.row_hash)
            -- A build as of a past day tells the CRM nothing.
            and clock.as_of_date >= coalesce(newest_logged.as_of_date, clock.as_of_date)

    ),

{% else %}

    changed as (

        select
            record_id,
            row_hash,
            1 as sync_number
        from fields

    ),

{% endif %}

logged as (

    select
        changed.record_id,
        cast(changed.sync_number as integer) as sync_number,
        clock.as_of_date,
        changed.row_hash
    from changed
    cross join clock

)

select * from logged
