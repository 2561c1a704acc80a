-- A lead in a campaign, or to be called for its account, that does not want to be contacted.
with

asked as (

    select
        lead_id,
        as_of_date,
        campaign_id as asked_by
    from {{ ref('interested_leads') }}

    union all

    select
        next_lead_id as lead_id,
        as_of_date,
        'account ' || company_id as asked_by
    from {{ ref('account_scores') }}
    where next_lead_id is not null

)

select
    asked.lead_id,
    asked.asked_by,
    opt_outs.starts_on
from asked
inner join {{ ref('int_activities__opt_outs') }} as opt_outs
    on
        asked.lead_id = opt_outs.lead_id
        and asked.as_of_date >= opt_outs.starts_on
        and asked.as_of_date < opt_outs.ends_on
