-- A lead that a champion scores now and that no scorecard speaks for, or several do: it is missing
-- from, or counted twice in, all that takes one row per lead.
with

champions as (

    select * from {{ ref('stg_config__scorecards') }}
    where role = 'champion'

),

scores as (

    select * from {{ ref('lead_scores') }}

),

-- Champions without a segment score everybody of their population, others whom they have scored.
championed_leads as (

    select spine.lead_id
    from {{ ref('score_spine') }} as spine
    inner join champions
        on
            champions.segment_id is null
            and (
                (spine.is_open_lead and champions.population = 'open_leads')
                or (spine.is_customer and champions.population = 'customers')
            )
    where spine.is_current

    union distinct

    select scores.lead_id
    from scores
    inner join champions on scores.scorecard_id = champions.scorecard_id

),

primaries as (

    select
        lead_id,
        count(*) as primary_rows
    from scores
    where is_primary
    group by lead_id

)

select
    championed_leads.lead_id,
    primaries.primary_rows
from championed_leads
left join primaries on championed_leads.lead_id = primaries.lead_id
where coalesce(primaries.primary_rows, 0) <> 1
