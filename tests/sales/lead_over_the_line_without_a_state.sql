-- A lead that was published over the sales-ready line on the last day, and that is scored, is in no
-- state of sales: nobody works it, and nobody knows why.
with

lead_days as (

    select * from {{ ref('published_lead_days') }}

),

last_days as (

    select max(as_of_date) as as_of_date
    from lead_days

)

select
    lead_days.lead_id,
    lead_days.scorecard_id,
    lead_days.score
from lead_days
inner join last_days on lead_days.as_of_date = last_days.as_of_date
inner join {{ ref('int_clock__as_of') }} as clock on lead_days.as_of_date = clock.as_of_date
inner join {{ ref('lead_scores') }} as scores
    on
        lead_days.lead_id = scores.lead_id
        and scores.is_primary
inner join {{ ref('stg_config__scorecards') }} as scorecards
    on
        scores.scorecard_id = scorecards.scorecard_id
        and lead_days.population = scorecards.population
left join {{ ref('sales_lead_states') }} as states on lead_days.lead_id = states.lead_id
where
    lead_days.is_mql
    and states.lead_id is null
