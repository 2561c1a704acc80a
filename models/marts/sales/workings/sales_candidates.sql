-- One row per lead that sales is to work, with what stands in the way of working it now: leads in
-- an open MQL event, and those that a running experiment has worked whatever their score.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

scored_leads as (

    select * from {{ ref('working_scorecards') }}

),

mql_rules as (

    select * from {{ ref('stg_config__mql_rules') }}

),

experiments as (

    select * from {{ ref('stg_config__experiments') }}

),

assignments as (

    select * from {{ ref('experiment_assignments') }}

),

mql_events as (

    select * from {{ ref('mql_events') }}

),

last_contacts as (

    select * from {{ ref('sales_last_contacts') }}

),

opt_outs as (

    select * from {{ ref('int_activities__opt_outs') }}

),

raw_leads as (

    select * from {{ ref('stg_raw__leads') }}
    where
        row_status = 'accepted'
        and not is_deleted

),

reps as (

    select * from {{ ref('stg_config__sales_reps') }}

),

ended_opt_outs as (

    select
        opt_outs.lead_id,
        max(opt_outs.ends_on) as ended_date
    from opt_outs
    inner join clock on opt_outs.ends_on <= clock.as_of_date
    group by opt_outs.lead_id

),

-- One row, also when there is no rule for all other scorecards.
other_rules as (

    select max(work_days) as work_days
    from mql_rules
    where scorecard_id is null

),

open_events as (

    select * from mql_events
    where left_date is null

),

experiment_leads as (

    select
        assignments.lead_id,
        assignments.treatment,
        assignments.experiment_id,
        assignments.entered_date,
        experiments.share
    from assignments
    inner join experiments
        on
            assignments.experiment_id = experiments.experiment_id
            and assignments.arm = experiments.arm
    where
        not assignments.is_mature
        and (
            assignments.treatment = 'hold_out'
            or (assignments.treatment = 'exploration' and assignments.is_below_line)
        )

),

causes as (

    select
        lead_id,
        population,
        'mql' as queued_because,
        1 as precedence,
        cast(null as {{ dbt.type_string() }}) as experiment_id,
        cast(null as decimal(7, 6)) as experiment_share,
        event_number,
        entered_date
    from open_events

    union all

    select
        lead_id,
        'open_leads' as population,
        treatment as queued_because,
        case treatment when 'hold_out' then 0 else 2 end as precedence,
        experiment_id,
        share as experiment_share,
        cast(null as {{ dbt.type_bigint() }}) as event_number,
        entered_date
    from experiment_leads

),

ranked_causes as (

    select
        scored_leads.lead_id,
        scored_leads.population,
        scored_leads.scorecard_id,
        causes.queued_because,
        causes.experiment_id,
        causes.experiment_share,
        causes.entered_date,
        max(causes.event_number) over (partition by causes.lead_id) as event_number,
        row_number() over (
            partition by causes.lead_id
            order by causes.precedence, causes.experiment_id
        ) as preference
    from causes
    inner join scored_leads
        on
            causes.lead_id = scored_leads.lead_id
            and causes.population = scored_leads.population

),

with_contacts as (

    select
        ranked_causes.lead_id,
        ranked_causes.population,
        ranked_causes.scorecard_id,
        ranked_causes.queued_because,
        ranked_causes.experiment_id,
        ranked_causes.experiment_share,
        ranked_causes.event_number,
        ranked_causes.entered_date,
        last_contacts.contacted_at as last_contact_at,
        last_contacts.contacted_date as last_contact_date,
        last_contacts.contact_text as last_contact,
        last_contacts.kind as last_contact_kind,
        last_contacts.cool_down_end_date,
        case
            when own_rules.row_number is null then other_rules.work_days
            else own_rules.work_days
        end as work_days,
        coalesce(last_contacts.is_cooling_down, false) as is_cooling_down,
        coalesce(not reps.is_active, false) as is_owner_away,
        opt_outs.lead_id is not null as is_opted_out,
        greatest(
            ranked_causes.entered_date,
            coalesce(ended_opt_outs.ended_date, ranked_causes.entered_date)
        ) as callable_date
    from ranked_causes
    cross join clock
    left join last_contacts on ranked_causes.lead_id = last_contacts.lead_id
    left join mql_rules as own_rules on ranked_causes.scorecard_id = own_rules.scorecard_id
    cross join other_rules
    left join opt_outs
        on
            ranked_causes.lead_id = opt_outs.lead_id
            and clock.as_of_date >= opt_outs.starts_on
            and clock.as_of_date < opt_outs.ends_on
    left join ended_opt_outs on ranked_causes.lead_id = ended_opt_outs.lead_id
    left join raw_leads on ranked_causes.lead_id = raw_leads.lead_id
    left join reps on raw_leads.owner_id = reps.owner_id
    where ranked_causes.preference = 1

),

-- The last thing sales did with the lead decides: a rejection leaves it alone for the cool-down of
-- its reason, anything else since it became ready keeps it for the days of work. Nobody works the
-- leads of a rep who is away.
dated as (

    select
        *,
        case
            when last_contact_kind = 'rejection' then cool_down_end_date
            when last_contact_date >= entered_date and is_owner_away then last_contact_date
            when last_contact_date >= entered_date
                then {{ add_days('last_contact_date', 'work_days') }}
        end as return_date,
        coalesce(last_contact_kind = 'rejection' or last_contact_date >= entered_date, false)
            as was_handled
    from with_contacts

),

candidates as (

    select
        dated.lead_id,
        clock.as_of_date,
        dated.population,
        dated.scorecard_id,
        dated.queued_because,
        dated.experiment_id,
        dated.experiment_share,
        dated.event_number,
        dated.entered_date,
        dated.last_contact_at,
        dated.last_contact_date,
        dated.last_contact,
        dated.last_contact_kind,
        dated.return_date,
        case
            when dated.is_opted_out then 'opted_out'
            when dated.is_cooling_down then 'cooling_down'
            when not dated.was_handled or dated.return_date <= clock.as_of_date then 'waiting'
            else 'being_worked'
        end as state,
        case
            when not dated.was_handled then dated.callable_date
            when dated.return_date <= clock.as_of_date
                then greatest(dated.callable_date, coalesce(dated.return_date, dated.callable_date))
        end as queued_date
    from dated
    cross join clock

)

select * from candidates
