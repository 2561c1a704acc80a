-- One row per activity that was about a topic, as of the day that is scored. Without a topic of its
-- own an activity has that of its campaign.
with

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

topics_of_campaigns as (

    select * from {{ ref('topics_of_campaigns') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

with_topic as (

    select
        activities.lead_id,
        activities.activity_type,
        activities.occurred_date,
        coalesce(activities.channel, activity_types.channel) as counted_channel,
        coalesce(activities.topic, topics_of_campaigns.topic) as topic
    from activities
    cross join clock
    left join activity_types on activities.activity_type = activity_types.activity_type
    left join topics_of_campaigns on activities.campaign = topics_of_campaigns.campaign
    where activities.occurred_date <= clock.as_of_date

),

topic_events as (

    select * from with_topic
    where topic is not null

)

select * from topic_events
