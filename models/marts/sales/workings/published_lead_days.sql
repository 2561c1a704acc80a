-- One row per lead x published day: the score that sales goes by on that day. It is that of the
-- scorecard that speaks for the lead, unless a running experiment has the lead worked by another in
-- its place.
-- What was published of records that were merged since is the history of the lead that survives.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

score_log as (

    select * from {{ ref('lead_score_log') }}

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

mql_rules as (

    select * from {{ ref('stg_config__mql_rules') }}

),

experiments as (

    select * from {{ ref('stg_config__experiments') }}

),

assignments as (

    select * from {{ ref('experiment_assignments') }}
    where scorecard_id is not null

),

published as (

    select
        score_log.lead_id as published_lead_id,
        score_log.as_of_date,
        score_log.scorecard_id,
        score_log.population,
        score_log.score,
        score_log.band,
        score_log.priority,
        score_log.sla_hours,
        score_log.mql_score,
        score_log.is_mql,
        score_log.is_primary,
        score_log.is_rebuilt,
        coalesce(identity.surviving_lead_id, score_log.lead_id) as lead_id
    from score_log
    cross join clock
    left join identity on score_log.lead_id = identity.lead_id
    where score_log.as_of_date <= clock.as_of_date

),

-- An arm's scorecard takes the place of one that speaks for the same leads, or that another arm is
-- worked by. It does not silence the scorecard of a segment that the experiment is not about.
replaced_scorecards as (

    select
        arms.experiment_id,
        arms.scorecard_id,
        other_arms.scorecard_id as replaced_scorecard_id
    from experiments as arms
    inner join experiments as other_arms on arms.experiment_id = other_arms.experiment_id
    where other_arms.scorecard_id is not null

    union distinct

    select
        arms.experiment_id,
        arms.scorecard_id,
        scorecards.scorecard_id as replaced_scorecard_id
    from experiments as arms
    inner join scorecards as own on arms.scorecard_id = own.scorecard_id
    inner join scorecards
        on
            own.population = scorecards.population
            and coalesce(own.segment_id, '') = coalesce(scorecards.segment_id, '')

),

assigned_scorecards as (

    select
        published.lead_id,
        published.as_of_date,
        published.scorecard_id,
        row_number() over (
            partition by published.lead_id, published.as_of_date
            order by assignments.experiment_id
        ) as preference
    from published
    inner join assignments
        on
            published.lead_id = assignments.lead_id
            and published.scorecard_id = assignments.scorecard_id
            and published.as_of_date >= assignments.entered_date
            and published.as_of_date < assignments.maturity_date
    left join published as spoken_for
        on
            published.published_lead_id = spoken_for.published_lead_id
            and published.as_of_date = spoken_for.as_of_date
            and spoken_for.is_primary
    left join replaced_scorecards
        on
            assignments.experiment_id = replaced_scorecards.experiment_id
            and assignments.scorecard_id = replaced_scorecards.scorecard_id
            and spoken_for.scorecard_id = replaced_scorecards.replaced_scorecard_id
    where
        not published.is_primary
        and (
            spoken_for.scorecard_id is null
            or replaced_scorecards.replaced_scorecard_id is not null
        )

),

-- Of several records of a person the one that was ready for sales counts, else the survivor's own.
ranked as (

    select
        published.*,
        row_number() over (
            partition by published.lead_id, published.as_of_date
            order by
                case when published.is_mql then 1 else 2 end,
                case when published.published_lead_id = published.lead_id then 1 else 2 end,
                published.published_lead_id,
                published.scorecard_id
        ) as record_number
    from published
    left join assigned_scorecards
        on
            published.lead_id = assigned_scorecards.lead_id
            and published.as_of_date = assigned_scorecards.as_of_date
            and assigned_scorecards.preference = 1
    where
        published.scorecard_id = assigned_scorecards.scorecard_id
        or (assigned_scorecards.scorecard_id is null and published.is_primary)

),

spoken as (

    select * from ranked
    where record_number = 1

),

published_dates as (

    select distinct as_of_date
    from spoken

),

published_days as (

    select
        as_of_date,
        row_number() over (order by as_of_date) as day_number
    from published_dates

),

-- One row, also when there is no rule for all other scorecards.
other_rules as (

    select
        max(exit_margin_points) as exit_margin_points,
        max(recycle_after_days) as recycle_after_days
    from mql_rules
    where scorecard_id is null

),

with_lines as (

    select
        spoken.lead_id,
        spoken.as_of_date,
        spoken.scorecard_id,
        spoken.score,
        spoken.band,
        spoken.priority,
        spoken.sla_hours,
        spoken.is_mql,
        spoken.is_rebuilt,
        coalesce(spoken.population, scorecards.population, 'open_leads') as population,
        coalesce(spoken.mql_score, scorecards.mql_score) as line_score,
        coalesce(own_rules.exit_margin_points, other_rules.exit_margin_points, 0)
            as exit_margin_points,
        case
            when own_rules.row_number is null then other_rules.recycle_after_days
            else own_rules.recycle_after_days
        end as recycle_after_days
    from spoken
    left join scorecards on spoken.scorecard_id = scorecards.scorecard_id
    left join mql_rules as own_rules on spoken.scorecard_id = own_rules.scorecard_id
    cross join other_rules

),

lead_days as (

    select
        with_lines.lead_id,
        with_lines.as_of_date,
        published_days.day_number,
        with_lines.population,
        with_lines.scorecard_id,
        with_lines.score,
        with_lines.band,
        with_lines.priority,
        with_lines.sla_hours,
        with_lines.line_score as mql_score,
        with_lines.recycle_after_days,
        with_lines.is_mql,
        with_lines.is_rebuilt,
        cast(with_lines.line_score - with_lines.exit_margin_points as decimal(12, 2))
            as exit_score
    from with_lines
    inner join published_days on with_lines.as_of_date = published_days.as_of_date

)

select * from lead_days
