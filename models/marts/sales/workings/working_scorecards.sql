-- One row per scored lead, with the scorecard that sales goes by now.
with

scores as (

    select * from {{ ref('lead_scores') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

lead_days as (

    select * from {{ ref('published_lead_days') }}

),

last_days as (

    select max(as_of_date) as as_of_date
    from lead_days

),

-- That of the last published day, if it still scores the lead.
published_scorecards as (

    select
        lead_days.lead_id,
        lead_days.scorecard_id
    from lead_days
    inner join last_days on lead_days.as_of_date = last_days.as_of_date
    inner join scores
        on
            lead_days.lead_id = scores.lead_id
            and lead_days.scorecard_id = scores.scorecard_id

),

working as (

    select
        scores.lead_id,
        scorecards.population,
        coalesce(published_scorecards.scorecard_id, scores.scorecard_id) as scorecard_id
    from scores
    inner join scorecards on scores.scorecard_id = scorecards.scorecard_id
    left join published_scorecards on scores.lead_id = published_scorecards.lead_id
    where scores.is_primary

)

select * from working
