-- What if a rule gave other points?
-- How many of today's leads would change band or cross the sales-ready line, worked out exactly as
-- a build would: decay, caps and limits included. Nothing is changed. The rule keeps its condition,
-- window, half-life and cap.
-- Vars: scorecard (default: the one that speaks for most leads), rule (default: the first of
-- rule_review whose points are to be changed; where evidence asks for no change, one line says so),
-- points (default: in whole points, what its evidence supports).
-- dbt show --select what_if --limit 50 --vars '{rule: requested_demo, points: 20}'
{%- set rule = var('rule', none) -%}
{%- set points = var('points', none) -%}
{%- if points is not none and points is not number -%}
    {{ exceptions.raise_compiler_error(
        "The var points is '" ~ points ~ "': write a number such as 12 or -2.5."
    ) }}
{%- endif %}
with

subjects as (

    select * from {{ ref('score_subjects') }}
    where is_current

),

all_totals as (

    select * from {{ ref('score_totals') }}

),

all_dimension_totals as (

    select * from {{ ref('score_dimension_totals') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

rule_performance as (

    select * from {{ ref('rule_performance') }}

),

all_scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

limits as (

    select * from {{ ref('stg_config__score_dimensions') }}

),

bands as (

    select * from {{ ref('stg_config__bands') }}

),

rule_activity_types as (

    select * from {{ ref('score_rule_activity_types') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

asked_scorecard as (

    {{ asked_scorecard('subjects') }}

),

-- A rule that is too good to be true is to be looked at, not to be given more points.
ranked_rules as (

    select
        rules.*,
        -- Points of a rule that counts events are points for each of them.
        cast(
            rules.points * rule_performance.supported_points
            / nullif(rule_performance.points_now, 0)
            as decimal(12, 0)
        ) as supported_points,
        row_number() over (order by rule_performance.review_rank) as place
    from rules
    inner join asked_scorecard on rules.scorecard_id = asked_scorecard.scorecard_id
    left join rule_performance
        on
            rules.scorecard_id = rule_performance.scorecard_id
            and rules.rule_id = rule_performance.rule_id
    where
        {%- if rule is not none %}
            rules.rule_id = {{ quoted_list([rule | string]) }}
        {%- else %}
            rule_performance.verdict in ('wrong sign', 'raise', 'lower')
        {%- endif %}

),

asked_rule as (

    select
        scorecard_id,
        rule_id,
        dimension,
        measure,
        topic,
        window_days,
        half_life_days,
        max_points,
        points as points_now,
        cast(
            coalesce({{ points if points is not none else 'null' }}, supported_points, points)
            as decimal(12, 2)
        ) as points_then
    from ranked_rules
    where place = 1

),

totals as (

    select
        all_totals.lead_id,
        all_totals.as_of_date,
        all_totals.scorecard_id,
        all_totals.score,
        all_totals.limit_points,
        all_totals.band,
        all_totals.is_mql
    from all_totals
    inner join subjects
        on
            all_totals.lead_id = subjects.lead_id
            and all_totals.as_of_date = subjects.as_of_date
            and all_totals.scorecard_id = subjects.scorecard_id
    inner join asked_rule on all_totals.scorecard_id = asked_rule.scorecard_id

),

hits as (

    select
        totals.lead_id,
        totals.as_of_date,
        ledger.points
    from totals
    inner join ledger
        on
            totals.lead_id = ledger.lead_id
            and totals.as_of_date = ledger.as_of_date
            and totals.scorecard_id = ledger.scorecard_id
    inner join asked_rule on ledger.rule_id = asked_rule.rule_id

),

aged_events as (

    select
        hits.lead_id,
        {{ days_between('activities.occurred_date', 'hits.as_of_date') }} as age_days,
        asked_rule.half_life_days,
        asked_rule.points_then
    from hits
    inner join activities
        on
            hits.lead_id = activities.lead_id
            and hits.as_of_date >= activities.occurred_date
    inner join asked_rule
        on
            asked_rule.measure = 'each'
            and (asked_rule.topic is null or activities.topic = asked_rule.topic)
            and (
                asked_rule.window_days is null
                or {{ days_between('activities.occurred_date', 'hits.as_of_date') }}
                < asked_rule.window_days
            )
    inner join rule_activity_types
        on
            asked_rule.scorecard_id = rule_activity_types.scorecard_id
            and asked_rule.rule_id = rule_activity_types.rule_id
            and activities.activity_type = rule_activity_types.activity_type
            and coalesce(activities.channel, '') = coalesce(rule_activity_types.channel, '')

),

event_points as (

    select
        lead_id,
        cast(
            sum({{ decayed_points('points_then', 'age_days', 'half_life_days') }})
            as decimal(12, 2)
        ) as points
    from aged_events
    group by lead_id

),

hits_then as (

    select
        hits.lead_id,
        hits.points,
        asked_rule.max_points,
        coalesce(event_points.points, asked_rule.points_then) as points_then
    from hits
    cross join asked_rule
    left join event_points on hits.lead_id = event_points.lead_id

),

rule_changes as (

    select
        lead_id,
        {{ capped_points('points_then', 'max_points') }} - points as change_points
    from hits_then

),

dimension_totals as (

    select
        totals.lead_id,
        all_dimension_totals.points,
        limits.min_points,
        limits.max_points,
        all_dimension_totals.rule_points
        + coalesce(rule_changes.change_points, 0) as rule_points_then
    from totals
    cross join asked_rule
    inner join all_dimension_totals
        on
            totals.lead_id = all_dimension_totals.lead_id
            and totals.as_of_date = all_dimension_totals.as_of_date
            and totals.scorecard_id = all_dimension_totals.scorecard_id
            and asked_rule.dimension = all_dimension_totals.dimension
    left join limits
        on
            all_dimension_totals.scorecard_id = limits.scorecard_id
            and all_dimension_totals.dimension = limits.dimension
    left join rule_changes on totals.lead_id = rule_changes.lead_id

),

dimension_changes as (

    select
        lead_id,
        {{ points_within('rule_points_then', 'min_points', 'max_points') }}
        - points as change_points
    from dimension_totals

),

unlimited as (

    select
        totals.lead_id,
        totals.scorecard_id,
        totals.score,
        totals.band,
        totals.is_mql,
        all_scorecards.min_score,
        all_scorecards.max_score,
        all_scorecards.mql_score,
        totals.score - totals.limit_points
        + dimension_changes.change_points as unlimited_score_then
    from totals
    inner join dimension_changes on totals.lead_id = dimension_changes.lead_id
    inner join all_scorecards on totals.scorecard_id = all_scorecards.scorecard_id

),

limited as (

    select
        *,
        {{ points_within('unlimited_score_then', 'min_score', 'max_score') }} as score_then
    from unlimited

),

banded as (

    select
        limited.lead_id,
        limited.scorecard_id,
        limited.score,
        limited.score_then,
        limited.band,
        limited.is_mql,
        bands.band as band_then,
        bands.band_rank,
        coalesce(limited.score_then >= limited.mql_score, false) as is_mql_then
    from limited
    left join bands
        on
            limited.scorecard_id = bands.scorecard_id
            and bands.dimension = 'total'
            and {{ points_in_band('limited.score_then', 'bands') }}

),

moves as (

    select
        scorecard_id,
        band,
        band_then,
        band_rank,
        count(*) as leads,
        sum(case when score_then <> score then 1 else 0 end) as leads_with_new_score,
        cast(avg(score_then - score) as {{ type_double() }}) as mean_score_change,
        sum(case when is_mql_then and not is_mql then 1 else 0 end) as mql_gained,
        sum(case when is_mql and not is_mql_then then 1 else 0 end) as mql_lost,
        max(score) as highest_score
    from banded
    group by scorecard_id, band, band_then, band_rank

),

changes as (

    select
        moves.band,
        moves.band_then,
        moves.leads,
        moves.mql_gained,
        moves.mql_lost,
        cast(asked_rule.points_then as {{ dbt.type_string() }}) || ', not '
        || cast(asked_rule.points_now as {{ dbt.type_string() }}) || ' points for '
        || asked_rule.rule_id as sentence,
        moves.leads_with_new_score,
        moves.mean_score_change,
        asked_rule.rule_id,
        asked_rule.points_now,
        asked_rule.points_then,
        moves.scorecard_id,
        row_number() over (
            order by
                case when moves.band = moves.band_then then 2 else 1 end asc,
                moves.highest_score desc,
                moves.band_rank asc nulls last
        ) as place
    from moves
    cross join asked_rule

),

what_if as (

    select * from changes

    union all

    select
        cast(null as {{ dbt.type_string() }}) as band,
        cast(null as {{ dbt.type_string() }}) as band_then,
        null as leads,
        null as mql_gained,
        null as mql_lost,
        {%- if rule is not none %}
            'No such rule in the scorecard' as sentence,
        {%- else %}
            'No rule to change by what is known: try one that you name, with the var rule'
                as sentence,
        {%- endif %}
        null as leads_with_new_score,
        null as mean_score_change,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        null as points_now,
        null as points_then,
        asked_scorecard.scorecard_id,
        1 as place
    from asked_scorecard
    left join asked_rule on asked_scorecard.scorecard_id = asked_rule.scorecard_id
    where asked_rule.rule_id is null

)

select * from what_if
order by place
