-- One row per accepted activity of a known lead, under the lead that survives for the person.
{{ config(materialized='view') }}

with

received as (

    select * from {{ ref('int_activities__received') }}

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

accepted as (

    select
        received.activity_id,
        identity.surviving_lead_id as lead_id,
        received.activity_type,
        received.occurred_at,
        received.topic,
        received.asset,
        received.campaign,
        received.channel,
        received.load_date,
        received.is_bot,
        cast(received.occurred_at as date) as occurred_date
    from received
    inner join identity on received.raw_lead_key = identity.lead_id
    where
        received.rejection_reason is null
        and not received.is_repetition

)

select * from accepted
