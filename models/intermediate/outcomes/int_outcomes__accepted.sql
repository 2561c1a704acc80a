-- One row per accepted outcome of a known lead, under the lead that survives for the person.
with

outcomes as (

    select * from {{ ref('stg_raw__outcomes') }}
    where row_status = 'accepted'

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

accepted as (

    select
        identity.surviving_lead_id as lead_id,
        outcomes.outcome,
        outcomes.occurred_at,
        cast(outcomes.occurred_at as date) as occurred_date,
        outcomes.amount,
        outcomes.reason
    from outcomes
    inner join identity on outcomes.lead_id = identity.lead_id

)

select * from accepted
