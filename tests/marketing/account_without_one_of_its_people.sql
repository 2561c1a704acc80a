-- A company with a scored person and without an account, or an account that has lost people.
with

people as (

    select
        leads.company_id,
        count(*) as people
    from {{ ref('lead_scores') }} as scores
    inner join {{ ref('stg_raw__leads') }} as leads
        on
            scores.lead_id = leads.lead_id
            and leads.row_status = 'accepted'
    where
        scores.is_primary
        and leads.company_id is not null
    group by leads.company_id

)

select
    people.company_id,
    people.people,
    scored.company_id as account_id,
    scored.people as account_people
from people
full outer join {{ ref('account_scores') }} as scored
    on people.company_id = scored.company_id
where
    people.people is null
    or scored.people is null
    or people.people <> scored.people
