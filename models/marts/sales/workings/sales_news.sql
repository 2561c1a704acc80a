-- One row per lead that waits for sales and did something of weight since sales was last in touch:
-- the strongest of it in words.
with

states as (

    select * from {{ ref('sales_lead_states') }}
    where state in ('in_queue', 'over_capacity')

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

rules as (

    select * from {{ ref('stg_config__rules') }}
    where
        measure = 'each'
        and points > 0

),

rule_activity_types as (

    select * from {{ ref('score_rule_activity_types') }}

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

recent_activities as (

    select
        states.lead_id,
        states.as_of_date,
        states.scorecard_id,
        activities.activity_type,
        activities.topic,
        activities.occurred_date,
        coalesce(activities.channel, '') as channel
    from states
    inner join activities on states.lead_id = activities.lead_id
    where
        activities.occurred_date <= states.as_of_date
        and (states.last_contact_at is null or activities.occurred_at > states.last_contact_at)

),

-- What an activity weighs is told by the rules of the scorecard; the heaviest one words it.
weighed_activities as (

    select
        recent_activities.lead_id,
        recent_activities.occurred_date,
        rules.rule_id,
        rules.reason,
        rules.points
    from recent_activities
    inner join rule_activity_types
        on
            recent_activities.scorecard_id = rule_activity_types.scorecard_id
            and recent_activities.activity_type = rule_activity_types.activity_type
            and recent_activities.channel = coalesce(rule_activity_types.channel, '')
    inner join rules
        on
            rule_activity_types.scorecard_id = rules.scorecard_id
            and rule_activity_types.rule_id = rules.rule_id
    left join segment_members
        on
            recent_activities.lead_id = segment_members.lead_id
            and recent_activities.as_of_date = segment_members.as_of_date
            and rules.segment_id = segment_members.segment_id
    where
        (rules.segment_id is null or segment_members.segment_id is not null)
        and (rules.topic is null or rules.topic = recent_activities.topic)
        and (
            rules.window_days is null
            or {{ days_between('recent_activities.occurred_date', 'recent_activities.as_of_date') }}
            < rules.window_days
        )

),

counted as (

    select
        lead_id,
        rule_id,
        reason,
        points,
        count(*) as events,
        max(occurred_date) as last_date
    from weighed_activities
    group by lead_id, rule_id, reason, points

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id
            order by points desc, last_date desc, rule_id asc
        ) as weight_rank
    from counted

),

worded as (

    select
        lead_id,
        weight_rank,
        {{ dated_reason('reason', 'events', 'last_date') }} as news_item
    from ranked
    where weight_rank <= 3

),

news as (

    select
        lead_id,
        {{ dbt.listagg('news_item', "'; '", 'order by weight_rank') }} as news_text
    from worded
    group by lead_id

)

select * from news
