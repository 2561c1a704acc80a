-- One row per lead x as_of_date x scorecard that scores it, with the version of what its score is
-- made of. The tables below compute a subject when they hold no row of this version, and drop rows
-- of any other.
with

spine as (

    select * from {{ ref('score_spine') }}

),

evidence as (

    select * from {{ ref('score_evidence') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

scorecard_versions as (

    select * from {{ ref('stg_config__scorecard_versions') }}

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

candidates as (

    select
        spine.lead_id,
        spine.as_of_date,
        spine.is_current,
        spine.is_history,
        spine.is_backtest,
        scorecards.scorecard_id,
        scorecards.role,
        scorecards.population,
        scorecards.segment_id,
        scorecard_versions.scorecard_version
    from spine
    inner join scorecards
        on
            (scorecards.population = 'open_leads' and spine.is_open_lead)
            or (scorecards.population = 'customers' and spine.is_customer)
    inner join scorecard_versions on scorecards.scorecard_id = scorecard_versions.scorecard_id

),

in_segment as (

    select candidates.*
    from candidates
    left join segment_members
        on
            candidates.lead_id = segment_members.lead_id
            and candidates.as_of_date = segment_members.as_of_date
            and candidates.segment_id = segment_members.segment_id
    where
        candidates.segment_id is null
        or segment_members.segment_id is not null

),

-- A customer's age counts from the last purchase, everybody else's from the day they came.
last_won_days as (

    select
        spine.lead_id,
        spine.as_of_date,
        max(outcomes.occurred_date) as last_won_date
    from spine
    inner join outcomes
        on
            spine.lead_id = outcomes.lead_id
            and spine.as_of_date >= outcomes.occurred_date
    where
        spine.is_customer
        and outcomes.outcome = 'won'
    group by spine.lead_id, spine.as_of_date

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id, as_of_date
            order by
                case role when 'champion' then 1 else 2 end,
                case when segment_id is null then 2 else 1 end,
                case population when 'open_leads' then 1 else 2 end,
                scorecard_id
        ) as preference
    from in_segment

),

subjects as (

    select
        ranked.lead_id,
        ranked.as_of_date,
        ranked.scorecard_id,
        ranked.role,
        ranked.role = 'champion' and ranked.preference = 1 as is_primary,
        ranked.is_current,
        ranked.is_history,
        ranked.is_backtest,
        ranked.scorecard_version,
        {{ days_between(
            "case ranked.population when 'customers' then last_won_days.last_won_date"
            ~ " else identity.created_date end",
            'ranked.as_of_date'
        ) }} as lead_age_days,
        {{ hash_number(
            ['ranked.scorecard_version', 'evidence.evidence_version']
        ) }} as subject_version
    from ranked
    inner join evidence on ranked.lead_id = evidence.lead_id
    inner join identity on ranked.lead_id = identity.lead_id
    left join last_won_days
        on
            ranked.lead_id = last_won_days.lead_id
            and ranked.as_of_date = last_won_days.as_of_date

)

select * from subjects
