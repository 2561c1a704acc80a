-- One row per lead that waits for sales, with its place in the queue and the rep it goes to.
with

candidates as (

    select * from {{ ref('sales_candidates') }}
    where state = 'waiting'

),

scores as (

    select * from {{ ref('lead_scores') }}

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

routing_rules as (

    select * from {{ ref('stg_config__routing_rules') }}

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}

),

active_reps as (

    select * from reps
    where is_active

),

rep_counts as (

    select count(*) as rep_count
    from reps

),

scored_candidates as (

    select
        candidates.lead_id,
        candidates.as_of_date,
        candidates.experiment_id,
        candidates.experiment_share,
        candidates.entered_date,
        candidates.queued_because,
        raw_leads.created_at,
        raw_leads.company_id,
        raw_leads.owner_id,
        scores.priority,
        scores.expected_value,
        scores.conversion_chance,
        scores.score,
        case when candidates.queued_because = 'mql' then '' else candidates.experiment_id end
            as list_id
    from candidates
    inner join scores
        on
            candidates.lead_id = scores.lead_id
            and candidates.scorecard_id = scores.scorecard_id
    left join raw_leads on candidates.lead_id = raw_leads.lead_id

),

-- Leads that an experiment has worked whatever their score are lists of their own, in order of
-- arrival.
placed_in_list as (

    select
        *,
        row_number() over (
            partition by list_id
            order by
                case when list_id = '' then priority end asc nulls last,
                case when list_id = '' then expected_value end desc nulls last,
                case when list_id = '' then conversion_chance end desc nulls last,
                case when list_id = '' then score end desc nulls last,
                created_at asc,
                lead_id asc
        ) as list_position
    from scored_candidates

),

-- Each such list gets the share of the places that its arm has of the leads: place k of a list
-- comes at (k - 1/2) / weight.
queued as (

    select
        *,
        row_number() over (
            order by
                (cast(list_position as {{ type_double() }}) - 0.5)
                / case
                    when list_id = '' or experiment_share = 1 then 1
                    else
                        cast(experiment_share as {{ type_double() }})
                        / (1 - cast(experiment_share as {{ type_double() }}))
                end,
                list_id,
                lead_id
        ) as queue_position
    from placed_in_list

),

-- Who owns the other leads that the company had by that day: the most of them, ties by id.
company_owners as (

    select
        raw_leads.company_id,
        raw_leads.owner_id,
        row_number() over (
            partition by raw_leads.company_id
            order by count(*) desc, raw_leads.owner_id
        ) as preference
    from raw_leads
    inner join active_reps on raw_leads.owner_id = active_reps.owner_id
    cross join clock
    where
        raw_leads.company_id is not null
        and cast(raw_leads.created_at as date) <= clock.as_of_date
    group by raw_leads.company_id, raw_leads.owner_id

),

market_regions as (

    select
        queued.lead_id,
        attribute_history.value as market_region
    from queued
    inner join attribute_history
        on
            queued.lead_id = attribute_history.lead_id
            and attribute_history.attribute = 'market_region'
            and queued.as_of_date >= attribute_history.valid_from
            and queued.as_of_date < attribute_history.valid_to

),

matched_rules as (

    select
        queued.lead_id,
        routing_rules.team,
        case
            when routing_rules.segment_id is null and routing_rules.market_region is null
                then 'pool'
            else 'territory'
        end as routed_by,
        row_number() over (
            partition by queued.lead_id
            order by routing_rules.rule_order
        ) as preference
    from queued
    cross join routing_rules
    left join market_regions on queued.lead_id = market_regions.lead_id
    left join segment_members
        on
            queued.lead_id = segment_members.lead_id
            and queued.as_of_date = segment_members.as_of_date
            and routing_rules.segment_id = segment_members.segment_id
    where
        (routing_rules.segment_id is null or segment_members.segment_id is not null)
        and (
            routing_rules.market_region is null
            or routing_rules.market_region = market_regions.market_region
        )

),

routed as (

    select
        queued.*,
        matched_rules.team,
        rep_counts.rep_count,
        -- Without any rep in the seed the owners of the leads are all that is known.
        case
            when own_reps.owner_id is not null or rep_counts.rep_count = 0 then queued.owner_id
            else company_owners.owner_id
        end as kept_owner_id,
        case
            when own_reps.owner_id is not null then 'lead owner'
            when rep_counts.rep_count = 0 and queued.owner_id is not null then 'lead owner'
            when company_owners.owner_id is not null then 'account owner'
            else coalesce(matched_rules.routed_by, 'pool')
        end as routed_by
    from queued
    cross join rep_counts
    left join active_reps as own_reps on queued.owner_id = own_reps.owner_id
    left join company_owners
        on
            queued.company_id = company_owners.company_id
            and company_owners.preference = 1
    left join matched_rules
        on
            queued.lead_id = matched_rules.lead_id
            and matched_rules.preference = 1

),

-- Leads with an owner take the owner's capacity first.
kept_leads as (

    select
        lead_id,
        kept_owner_id as owner_id,
        row_number() over (partition by kept_owner_id order by queue_position) as owner_position
    from routed
    where kept_owner_id is not null

),

kept_counts as (

    select
        owner_id,
        count(*) as kept_leads
    from kept_leads
    group by owner_id

),

team_leads as (

    select
        lead_id,
        team,
        row_number() over (partition by team order by queue_position) as team_position,
        count(*) over (partition by team) as team_lead_count
    from routed
    where
        kept_owner_id is null
        and team is not null

),

team_reps as (

    select
        active_reps.owner_id,
        active_reps.team,
        active_reps.weight,
        least(active_reps.daily_capacity, coalesce(kept_counts.kept_leads, 0)) as taken_slots,
        active_reps.daily_capacity
        - least(active_reps.daily_capacity, coalesce(kept_counts.kept_leads, 0)) as free_slots,
        sum(active_reps.weight) over (partition by active_reps.team) as team_weight,
        count(*) over (partition by active_reps.team) as team_rep_count
    from active_reps
    left join kept_counts on active_reps.owner_id = kept_counts.owner_id

),

-- Slot k of a rep comes at (k - 1/2) / weight, so that a rep of twice the weight comes up twice as
-- often. Slots beyond the capacity come after all others and show who the lead would go to. The
-- positions of the team's leads serve as numbers; the limit leaves out slots that nobody reaches.
slots as (

    select
        team_reps.team,
        team_reps.owner_id,
        false as is_over_capacity,
        (
            cast(team_reps.taken_slots + team_leads.team_position as {{ type_double() }}) - 0.5
        ) / team_reps.weight as turn
    from team_reps
    inner join team_leads
        on
            team_reps.team = team_leads.team
            and team_reps.free_slots >= team_leads.team_position

    union all

    select
        team_reps.team,
        team_reps.owner_id,
        true as is_over_capacity,
        (cast(team_leads.team_position as {{ type_double() }}) - 0.5) / team_reps.weight as turn
    from team_reps
    inner join team_leads
        on
            team_reps.team = team_leads.team
            and (team_leads.team_lead_count + team_reps.team_rep_count) * team_reps.weight
            / team_reps.team_weight + 1 >= team_leads.team_position

),

numbered_slots as (

    select
        *,
        row_number() over (
            partition by team
            order by case when is_over_capacity then 1 else 0 end, turn, owner_id
        ) as slot_number
    from slots

),

assignments as (

    select
        routed.lead_id,
        routed.queue_position,
        routed.routed_by,
        coalesce(own_reps.team, routed.team) as routed_team,
        coalesce(routed.kept_owner_id, numbered_slots.owner_id) as owner_id,
        case
            when routed.rep_count = 0 then false
            when routed.kept_owner_id is not null
                then kept_leads.owner_position > own_reps.daily_capacity
            else coalesce(numbered_slots.is_over_capacity, true)
        end as is_over_capacity
    from routed
    left join kept_leads on routed.lead_id = kept_leads.lead_id
    left join active_reps as own_reps on routed.kept_owner_id = own_reps.owner_id
    left join team_leads on routed.lead_id = team_leads.lead_id
    left join numbered_slots
        on
            team_leads.team = numbered_slots.team
            and team_leads.team_position = numbered_slots.slot_number

)

select * from assignments
