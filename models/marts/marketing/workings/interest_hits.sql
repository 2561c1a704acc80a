-- One row per lead x as_of_date x topic x interest rule that fired: on the day that is scored for
-- everybody, on published days for those whom only the interest in a topic keeps out of a track.
with

spine as (

    select * from {{ ref('score_spine') }}
    where is_current

),

candidates as (

    select * from {{ ref('nurture_candidates') }}

),

topic_events as (

    select * from {{ ref('topic_events') }}

),

rules as (

    select * from {{ ref('stg_config__interest_rules') }}

),

kinds as (

    select distinct
        activity_type,
        counted_channel,
        topic
    from topic_events

),

counted_kinds as (

    select
        kinds.activity_type,
        kinds.counted_channel,
        kinds.topic,
        rules.rule_id,
        rules.points,
        rules.half_life_days,
        rules.window_days
    from kinds
    inner join rules
        on
            {{ signal_counts('rules.signal', 'kinds') }}
            and (rules.topic is null or rules.topic = kinds.topic)

),

-- Without a topic all of them are asked for.
subjects as (

    select
        lead_id,
        as_of_date,
        cast(null as {{ dbt.type_string() }}) as topic
    from spine

    union distinct

    select
        candidates.lead_id,
        candidates.as_of_date,
        candidates.topic
    from candidates
    left join spine
        on
            candidates.lead_id = spine.lead_id
            and candidates.as_of_date = spine.as_of_date
    where
        candidates.topic is not null
        and spine.lead_id is null

),

asked_events as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        topic_events.topic,
        topic_events.activity_type,
        topic_events.counted_channel,
        topic_events.occurred_date,
        {{ days_between('topic_events.occurred_date', 'subjects.as_of_date') }} as age_days
    from subjects
    inner join topic_events
        on
            subjects.lead_id = topic_events.lead_id
            and subjects.as_of_date >= topic_events.occurred_date
            and coalesce(subjects.topic, topic_events.topic) = topic_events.topic

),

counted as (

    select
        asked_events.lead_id,
        asked_events.as_of_date,
        asked_events.topic,
        counted_kinds.rule_id,
        count(*) as event_count,
        max(asked_events.occurred_date) as last_event_date,
        sum({{ decayed_points(
            'counted_kinds.points', 'asked_events.age_days', 'counted_kinds.half_life_days'
        ) }}) as decayed_points
    from asked_events
    inner join counted_kinds
        on
            asked_events.activity_type = counted_kinds.activity_type
            and asked_events.topic = counted_kinds.topic
            and coalesce(asked_events.counted_channel, '')
            = coalesce(counted_kinds.counted_channel, '')
    where
        counted_kinds.window_days is null
        or asked_events.age_days < counted_kinds.window_days
    group by
        asked_events.lead_id,
        asked_events.as_of_date,
        asked_events.topic,
        counted_kinds.rule_id

),

hits as (

    select
        counted.lead_id,
        counted.as_of_date,
        counted.topic,
        counted.rule_id,
        rules.reason,
        counted.event_count,
        counted.last_event_date,
        {{ capped_points('cast(counted.decayed_points as decimal(12, 2))', 'rules.max_points') }}
            as points
    from counted
    inner join rules on counted.rule_id = rules.rule_id

)

select * from hits
