-- One row per lead that sales is to work, with the one state it is in.
with

candidates as (

    select * from {{ ref('sales_candidates') }}

),

assignments as (

    select * from {{ ref('sales_assignments') }}

),

states as (

    select
        candidates.lead_id,
        candidates.as_of_date,
        candidates.population,
        candidates.scorecard_id,
        candidates.queued_because,
        candidates.experiment_id,
        candidates.entered_date,
        candidates.queued_date,
        candidates.last_contact_at,
        candidates.last_contact_date,
        candidates.last_contact,
        assignments.queue_position,
        assignments.routed_by,
        assignments.routed_team,
        assignments.owner_id,
        case
            when candidates.state <> 'waiting' then candidates.state
            when assignments.is_over_capacity then 'over_capacity'
            else 'in_queue'
        end as state
    from candidates
    left join assignments on candidates.lead_id = assignments.lead_id

)

select * from states
