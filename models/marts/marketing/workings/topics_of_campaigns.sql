-- One row per campaign of the activities with a topic, by the longest beginning that fits its name.
with

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

campaign_topics as (

    select * from {{ ref('stg_config__campaign_topics') }}

),

campaigns as (

    select distinct campaign
    from activities
    where campaign is not null

),

fitting as (

    select
        campaigns.campaign,
        campaign_topics.topic,
        row_number() over (
            partition by campaigns.campaign
            order by length(campaign_topics.campaign_prefix) desc
        ) as preference
    from campaigns
    inner join campaign_topics
        on
            left({{ lower_text('campaigns.campaign') }}, length(campaign_topics.campaign_prefix))
            = campaign_topics.campaign_prefix

),

topics_of_campaigns as (

    select
        campaign,
        topic
    from fitting
    where preference = 1

)

select * from topics_of_campaigns
