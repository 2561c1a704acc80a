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
    accounts.company_id,
    accounts.next_lead_id,
    accounts.next_reason,
    last_days.last_date
from {{ ref('account_scores') }} as accounts
left join last_days on accounts.next_lead_id = last_days.lead_id
where
    accounts.next_lead_id is not null
    and accounts.next_reason not like
    coalesce(
        'Last contacted by sales on ' || cast(last_days.last_date as {{ dbt.type_string() }}),
        'Never contacted by sales'
    ) || '%'
