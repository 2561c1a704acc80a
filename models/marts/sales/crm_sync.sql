-- One row per record of a CRM lead that was ever published: what its fields are to show now.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

fields as (

    select * from {{ ref('crm_fields') }}

),

sync_log as (

    select * from {{ ref('crm_sync_log') }}

),

changed_records as (

    select distinct sync_log.record_id
    from sync_log
    inner join clock on sync_log.as_of_date = clock.as_of_date

),

synced as (

    select
        fields.record_id,
        fields.lead_id,
        fields.is_survivor,
        fields.is_scored,
        fields.score,
        fields.band,
        fields.priority,
        fields.grade,
        fields.conversion_chance,
        fields.expected_value,
        fields.reasons,
        fields.next_step,
        fields.owner_id,
        fields.sales_state,
        fields.is_mql,
        fields.first_mql_date,
        fields.last_mql_date,
        fields.row_hash,
        changed_records.record_id is not null as is_changed
    from fields
    left join changed_records on fields.record_id = changed_records.record_id

)

select * from synced
