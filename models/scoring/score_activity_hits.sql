-- One row per lead x as_of_date x scorecard x activity rule that fired.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook='{{ drop_stale_subjects() }}'
) }}

with

subjects as (

    {{ new_subjects() }}

),

activities as (

    select
        lead_id,
        activity_type,
        topic,
        occurred_date,
        coalesce(channel, '') as channel
    from {{ ref('int_activities__accepted') }}
    where not is_bot

),

-- Rules that ask different things of the same events have them counted together. Where every event
-- has points, each rule is by itself.
rules as (

    select
        *,
        min(rule_number) over (
            partition by
                scorecard_id,
                signal,
                topic,
                window_days,
                case when measure = 'each' then rule_number end
        ) as counter_number
    from {{ ref('stg_config__rules') }}
    where measure <> 'value'

),

rule_activity_types as (

    select
        scorecard_id,
        rule_id,
        activity_type,
        coalesce(channel, '') as channel
    from {{ ref('score_rule_activity_types') }}

),

conditions as (

    select * from {{ ref('stg_config__conditions') }}

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

scored_periods as (

    select
        lead_id,
        scorecard_id,
        min(as_of_date) as first_date,
        max(as_of_date) as last_date
    from subjects
    group by lead_id, scorecard_id

),

scored_leads as (

    select
        lead_id,
        min(first_date) as first_date,
        max(last_date) as last_date
    from scored_periods
    group by lead_id

),

counters as (

    select *
    from rules
    where rule_number = counter_number

),

counted_kinds as (

    select
        rule_activity_types.activity_type,
        rule_activity_types.channel,
        counters.scorecard_id,
        counters.counter_number,
        counters.topic,
        counters.window_days
    from rule_activity_types
    inner join counters
        on
            rule_activity_types.scorecard_id = counters.scorecard_id
            and rule_activity_types.rule_id = counters.rule_id

),

kinds as (

    select
        activity_type,
        channel,
        case when count(*) = count(window_days) then max(window_days) end as longest_window_days,
        row_number() over (order by activity_type, channel) as kind_number
    from counted_kinds
    group by activity_type, channel

),

-- What the days that are scored ask for is far less than all that ever happened: what lies outside
-- the longest window on all of a lead's days goes, and the rest is counted by day, before anything
-- is multiplied by rules.
active_days as (

    select
        activities.lead_id,
        activities.occurred_date,
        activities.topic,
        kinds.kind_number,
        count(*) as event_count
    from activities
    inner join scored_leads on activities.lead_id = scored_leads.lead_id
    inner join kinds
        on
            activities.activity_type = kinds.activity_type
            and activities.channel = kinds.channel
    where
        activities.occurred_date <= scored_leads.last_date
        and (
            kinds.longest_window_days is null
            or {{ days_between('activities.occurred_date', 'scored_leads.first_date') }}
            < kinds.longest_window_days
        )
    group by
        activities.lead_id,
        activities.occurred_date,
        activities.topic,
        kinds.kind_number

),

numbered_kinds as (

    select
        counted_kinds.scorecard_id,
        counted_kinds.counter_number,
        counted_kinds.topic,
        counted_kinds.window_days,
        kinds.kind_number
    from counted_kinds
    inner join kinds
        on
            counted_kinds.activity_type = kinds.activity_type
            and counted_kinds.channel = kinds.channel

),

events_by_day as (

    select
        active_days.lead_id,
        active_days.occurred_date,
        scored_periods.first_date,
        numbered_kinds.counter_number,
        cast(sum(active_days.event_count) as {{ dbt.type_int() }}) as event_count
    from active_days
    inner join scored_periods on active_days.lead_id = scored_periods.lead_id
    inner join numbered_kinds
        on
            scored_periods.scorecard_id = numbered_kinds.scorecard_id
            and active_days.kind_number = numbered_kinds.kind_number
    where
        active_days.occurred_date <= scored_periods.last_date
        and (
            numbered_kinds.window_days is null
            or {{ days_between('active_days.occurred_date', 'scored_periods.first_date') }}
            < numbered_kinds.window_days
        )
        and (numbered_kinds.topic is null or active_days.topic = numbered_kinds.topic)
    group by
        active_days.lead_id,
        active_days.occurred_date,
        scored_periods.first_date,
        numbered_kinds.counter_number

),

counted_days as (

    select
        events_by_day.lead_id,
        events_by_day.occurred_date,
        events_by_day.event_count,
        1 as active_days,
        counters.counter_number,
        counters.scorecard_id,
        counters.measure,
        counters.window_days,
        counters.points,
        counters.half_life_days,
        counters.window_days is null
        and counters.half_life_days is null
        and events_by_day.occurred_date <= events_by_day.first_date as counts_on_all_days
    from events_by_day
    inner join counters on events_by_day.counter_number = counters.counter_number

),

-- Without window and decay, all that was before the first scored day is one row, of its last day.
counted_times as (

    select *
    from counted_days
    where not counts_on_all_days

    union all

    select
        lead_id,
        max(occurred_date) as occurred_date,
        cast(sum(event_count) as {{ dbt.type_int() }}) as event_count,
        cast(sum(active_days) as {{ dbt.type_int() }}) as active_days,
        counter_number,
        scorecard_id,
        measure,
        window_days,
        points,
        half_life_days,
        counts_on_all_days
    from counted_days
    where counts_on_all_days
    group by
        lead_id,
        counter_number,
        scorecard_id,
        measure,
        window_days,
        points,
        half_life_days,
        counts_on_all_days

),

aged_times as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        subjects.subject_version,
        counted_times.counter_number,
        counted_times.measure,
        counted_times.points,
        counted_times.half_life_days,
        counted_times.event_count,
        counted_times.active_days,
        counted_times.occurred_date,
        {{ days_between('counted_times.occurred_date', 'subjects.as_of_date') }} as age_days
    from subjects
    inner join counted_times
        on
            subjects.lead_id = counted_times.lead_id
            and subjects.scorecard_id = counted_times.scorecard_id
    where
        counted_times.occurred_date <= subjects.as_of_date
        and (
            counted_times.window_days is null
            or {{ days_between('counted_times.occurred_date', 'subjects.as_of_date') }}
            < counted_times.window_days
        )

),

evidence as (

    select
        lead_id,
        as_of_date,
        subject_version,
        counter_number,
        sum(event_count) as event_count,
        sum(active_days) as active_days,
        min(age_days) as days_since_last,
        max(occurred_date) as last_event_date,
        sum(
            event_count * cast(
                case
                    when measure <> 'each' then 0
                    else {{ decayed_points('points', 'age_days', 'half_life_days') }}
                end as {{ contract_type('decimal(18, 10)') }}
            )
        ) as decayed_points
    from aged_times
    group by lead_id, as_of_date, subject_version, counter_number

),

measured as (

    select
        evidence.*,
        rules.rule_number,
        rules.measure,
        case rules.measure
            when 'events' then evidence.event_count
            when 'active_days' then evidence.active_days
            when 'days_since_last' then evidence.days_since_last
        end as measured_number
    from evidence
    inner join rules on evidence.counter_number = rules.counter_number

),

measured_values as (

    select
        *,
        {{ comparable_number_columns('measured_number') }}
    from measured

),

fired as (

    select
        measured_values.lead_id,
        measured_values.as_of_date,
        measured_values.subject_version,
        measured_values.rule_number,
        measured_values.event_count,
        measured_values.last_event_date,
        case
            when measured_values.measure = 'each' then rules.points * measured_values.event_count
            else rules.points
        end as raw_points,
        case
            when measured_values.measure = 'each' then measured_values.decayed_points
            else rules.points
        end as decayed_points
    from measured_values
    inner join rules on measured_values.rule_number = rules.rule_number
    left join conditions on rules.condition_key = conditions.condition_key
    where
        measured_values.measure = 'each'
        or {{ condition_holds('measured_values', 'conditions') }}

),

-- Rules that hold for a lead without any event are asked of every lead.
no_events as (

    select
        scorecard_id,
        rule_number,
        counter_number,
        condition_key,
        points,
        case when measure <> 'days_since_last' then 0 end as measured_number
    from rules
    where measure <> 'each'

),

no_event_values as (

    select
        *,
        {{ comparable_number_columns('measured_number') }}
    from no_events

),

silent_rules as (

    select
        no_event_values.scorecard_id,
        no_event_values.rule_number,
        no_event_values.counter_number,
        no_event_values.points
    from no_event_values
    inner join conditions on no_event_values.condition_key = conditions.condition_key
    where {{ condition_holds('no_event_values', 'conditions') }}

),

silence as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        subjects.subject_version,
        silent_rules.rule_number,
        0 as event_count,
        cast(null as date) as last_event_date,
        silent_rules.points as raw_points,
        silent_rules.points as decayed_points
    from subjects
    inner join silent_rules on subjects.scorecard_id = silent_rules.scorecard_id
    left join evidence
        on
            subjects.lead_id = evidence.lead_id
            and subjects.as_of_date = evidence.as_of_date
            and silent_rules.counter_number = evidence.counter_number
    where evidence.counter_number is null

),

fired_or_silent as (

    select * from fired
    union all
    select * from silence

),

pointed as (

    select
        fired_or_silent.lead_id,
        fired_or_silent.as_of_date,
        rules.scorecard_id,
        fired_or_silent.subject_version,
        rules.rule_id,
        rules.dimension,
        rules.segment_id,
        rules.max_points,
        cast(fired_or_silent.event_count as {{ dbt.type_bigint() }}) as event_count,
        fired_or_silent.last_event_date,
        cast(fired_or_silent.raw_points as decimal(12, 2)) as raw_points,
        cast(fired_or_silent.decayed_points as decimal(12, 2)) as decayed_points
    from fired_or_silent
    inner join rules on fired_or_silent.rule_number = rules.rule_number

),

limited as (

    select
        *,
        {{ capped_points('decayed_points', 'max_points') }} as points
    from pointed

),

hits as (

    select
        limited.lead_id,
        limited.as_of_date,
        limited.scorecard_id,
        limited.subject_version,
        limited.rule_id,
        limited.dimension,
        limited.raw_points,
        cast(limited.decayed_points - limited.raw_points as decimal(12, 2)) as decay_points,
        cast(limited.points - limited.decayed_points as decimal(12, 2)) as cap_points,
        limited.points,
        limited.event_count,
        limited.last_event_date
    from limited
    left join segment_members
        on
            limited.lead_id = segment_members.lead_id
            and limited.as_of_date = segment_members.as_of_date
            and limited.segment_id = segment_members.segment_id
    where
        limited.segment_id is null
        or segment_members.segment_id is not null

)

select * from hits
