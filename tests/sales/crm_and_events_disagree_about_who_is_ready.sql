-- The CRM calls a lead ready for sales that has no open event or no score, or does not call one
-- that has both.
with

ready_leads as (

    select distinct events.lead_id
    from {{ ref('mql_events') }} as events
    inner join {{ ref('lead_scores') }} as scores
        on
            events.lead_id = scores.lead_id
            and scores.is_primary
    where events.left_date is null

)

select
    crm.record_id,
    crm.lead_id,
    crm.is_mql
from {{ ref('crm_sync') }} as crm
left join ready_leads on crm.lead_id = ready_leads.lead_id
where crm.is_mql <> (ready_leads.lead_id is not null)

union all

select
    ready_leads.lead_id as record_id,
    ready_leads.lead_id,
    cast(null as boolean) as is_mql
from ready_leads
where not exists (
    select 1
    from {{ ref('crm_sync') }} as crm
    where
        ready_leads.lead_id = crm.lead_id
        and crm.is_survivor
)
