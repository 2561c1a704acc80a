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
        {{ hash_number(
            ['ranked.scorecard_version', 'evidence.evidence_version']
        ) }} as subject_version
    from ranked
    inner join evidence on ranked.lead_id = evidence.lead_id

)

select * from subjects
