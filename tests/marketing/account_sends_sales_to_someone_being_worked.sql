-- The person whom an account is to call next is being worked by sales, opted out, or was rejected
-- and is to be left alone for a while.
with

accounts as (

    select * from {{ ref('account_scores') }}
    where next_lead_id is not null

),

busy_leads as (

    select
        lead_id,
        state as because
    from {{ ref('sales_lead_states') }}
    where state in ('being_worked', 'cooling_down', 'opted_out')

    union all

    select
        lead_id,
        'cool-down after: ' || contact_text as because
    from {{ ref('sales_last_contacts') }}
    where is_cooling_down

)

select
    accounts.company_id,
    accounts.next_lead_id,
    accounts.next_reason,
    busy_leads.because
from accounts
inner join busy_leads on accounts.next_lead_id = busy_leads.lead_id
