-- One row per experiment x lead that entered it, with the arm the lead was drawn into. The draw
-- depends on the salt and the lead alone, so nothing that happens later can move a lead.
{%- set first_age_days = backtest_lead_ages_days() | first | default(0) %}
with

experiments as (

    select * from {{ ref('stg_config__experiments') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

outcomes as (

    select * from {{ ref('int_outcomes__by_lead') }}

),

totals as (

    select * from {{ ref('score_totals') }}

),

score_log as (

    select * from {{ ref('lead_score_log') }}

),

-- Each arm takes a piece of the numbers from 0 to 1, in the order of the names.
arm_pieces as (

    select
        *,
        sum(share) over (
            partition by experiment_id
            order by {{ byte_order('arm') }}
            rows between unbounded preceding and current row
        ) as draw_below
    from experiments

),

leads as (

    select
        identity.lead_id,
        identity.created_date,
        outcomes.first_converted_date
    from identity
    left join outcomes on identity.lead_id = outcomes.lead_id
    where
        identity.lead_id = identity.surviving_lead_id
        and not identity.is_deleted
        -- Who has converted by the end of the first day is no open lead.
        and (
            outcomes.first_converted_date is null
            or outcomes.first_converted_date > identity.created_date
        )

),

entries as (

    select
        experiments.experiment_id,
        leads.lead_id,
        leads.created_date as entered_date,
        {{ add_days('leads.created_date', conversion_horizon_days()) }} as maturity_date,
        {{ add_days('leads.created_date', first_age_days) }} as first_scored_date,
        leads.first_converted_date,
        clock.as_of_date,
        {{ hash_share(['experiments.salt', 'leads.lead_id']) }} as draw
    from leads
    cross join clock
    inner join experiments
        on
            experiments.is_control
            and leads.created_date >= experiments.starts_on
            and leads.created_date <= coalesce(experiments.ends_on, clock.as_of_date)
    where leads.created_date <= clock.as_of_date

),

drawn as (

    select
        entries.*,
        arm_pieces.arm,
        arm_pieces.treatment,
        arm_pieces.scorecard_id
    from entries
    inner join arm_pieces
        on
            entries.experiment_id = arm_pieces.experiment_id
            and entries.draw >= cast(
                arm_pieces.draw_below - arm_pieces.share as {{ type_double() }}
            )
            and entries.draw < cast(arm_pieces.draw_below as {{ type_double() }})

),

lines as (

    select
        experiments.experiment_id,
        experiments.scorecard_id,
        scorecards.mql_score
    from experiments
    inner join scorecards on experiments.scorecard_id = scorecards.scorecard_id
    where experiments.treatment = 'exploration'

),

-- The first score is made of what was known before the treatment could change anything. It is
-- looked up for every arm, so that an exploration is compared with the same kind of leads. Score
-- and line are those that were published: other weights tomorrow move no lead of the experiment.
placed as (

    select
        drawn.*,
        coalesce(score_log.score, totals.score)
        < coalesce(score_log.mql_score, lines.mql_score) as is_below_line
    from drawn
    left join lines on drawn.experiment_id = lines.experiment_id
    left join score_log
        on
            drawn.lead_id = score_log.lead_id
            and drawn.first_scored_date = score_log.as_of_date
            and lines.scorecard_id = score_log.scorecard_id
    left join totals
        on
            drawn.lead_id = totals.lead_id
            and drawn.first_scored_date = totals.as_of_date
            and lines.scorecard_id = totals.scorecard_id

),

assignments as (

    select
        experiment_id,
        lead_id,
        arm,
        treatment,
        scorecard_id,
        entered_date,
        maturity_date,
        is_below_line,
        maturity_date <= as_of_date as is_mature,
        case
            when maturity_date <= as_of_date
                then 'Work it as usual: its part in the experiment is over'
            when first_converted_date <= as_of_date then 'Nothing to do: it has converted'
            when treatment = 'hold_out' then 'Do not work it by score'
            when treatment = 'scorecard' then 'Work it by the score of ' || scorecard_id
            when is_below_line
                then 'Work it, although it is below the sales-ready line of ' || scorecard_id
            when not is_below_line then 'Work it by the score of ' || scorecard_id
            else 'Work it as usual: ' || scorecard_id || ' gave it no first score'
        end as instruction,
        case
            when first_converted_date <= as_of_date and first_converted_date <= maturity_date
                then first_converted_date
        end as converted_date,
        case
            when maturity_date <= as_of_date
                then coalesce(first_converted_date <= maturity_date, false)
        end as is_converted
    from placed

)

select * from assignments
