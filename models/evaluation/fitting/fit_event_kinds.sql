-- One row per kind of activity that occurs: type, channel it is counted for, topic.
with

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

kinds as (

    select distinct
        activities.activity_type,
        activities.topic,
        coalesce(activities.channel, activity_types.channel) as channel,
        activity_types.activity_type is not null as is_listed
    from activities
    left join activity_types on activities.activity_type = activity_types.activity_type

),

numbered as (

    select
        *,
        row_number() over (
            order by activity_type, channel nulls last, topic nulls last
        ) as kind_number
    from kinds

)

select * from numbered
