-- The person whom an account is to call next is said never to have been contacted by sales, or
-- last on another day than sales_contacts tells.
with

last_days as (

    select
        lead_id,
        max(contacted_date) as last_date
    from {{ ref('sales_contacts') }}
    group by lead_id

)

select
    scored_accounts.company_id,
    scored_accounts.next_lead_id,
    scored_accounts.next_reason,
    last_days.last_date
from {{ ref('account_scores') }} as scored_accounts
left join last_days on scored_accounts.next_lead_id = last_days.lead_id
where
    scored_accounts.next_lead_id is not null
    and scored_accounts.next_reason not like
    coalesce(
        'Last contacted by sales on ' || cast(last_days.last_date as {{ dbt.type_string() }}),
        'Never contacted by sales'
    ) || '%'
