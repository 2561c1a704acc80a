-- One row per accepted activity of a known lead, under the lead that survives for the person.
{{ config(materialized='view') }}

with

received as (

    select * from {{ ref('int_activities__received') }}

),

accepted as (

    select
        activity_id,
        lead_id,
        activity_type,
        occurred_at,
        occurred_date,
        topic,
        asset,
        campaign,
        channel,
        load_date,
        is_bot
    from received
    where row_status = 'accepted'

)

select * from accepted
