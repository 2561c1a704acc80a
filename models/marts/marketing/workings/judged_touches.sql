-- One row per judged lead x dimension x name that it came by or touched in the time before.
with

judged_leads as (

    select * from {{ ref('judged_leads') }}

),

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

interest_rules as (

    select * from {{ ref('stg_config__interest_rules') }}

),

topics_of_campaigns as (

    select * from {{ ref('topics_of_campaigns') }}

),

limits as (

    select * from {{ ref('stg_config__marketing_settings') }}

),

kinds as (

    select distinct
        activities.activity_type,
        coalesce(activities.channel, '') as channel,
        coalesce(activities.channel, activity_types.channel) as counted_channel
    from activities
    left join activity_types on activities.activity_type = activity_types.activity_type

),

-- What shows interest is a touch; mails that were sent and calls of sales are none.
touching_kinds as (

    select distinct
        kinds.activity_type,
        kinds.channel
    from kinds
    inner join interest_rules
        on
            {{ signal_counts('interest_rules.signal', 'kinds') }}
            and interest_rules.points > 0

),

touches as (

    select
        judged_leads.judged_for,
        judged_leads.population,
        judged_leads.lead_id,
        activities.asset,
        activities.campaign,
        coalesce(activities.topic, topics_of_campaigns.topic) as topic
    from judged_leads
    cross join limits
    inner join activities on judged_leads.lead_id = activities.lead_id
    inner join touching_kinds
        on
            activities.activity_type = touching_kinds.activity_type
            and coalesce(activities.channel, '') = touching_kinds.channel
    left join topics_of_campaigns on activities.campaign = topics_of_campaigns.campaign
    where
        judged_leads.judged_for = 'content'
        and activities.occurred_date <= judged_leads.as_of_date
        and {{ days_between('activities.occurred_date', 'judged_leads.as_of_date') }}
        < limits.content_lookback_days

),

touched as (

    select
        judged_for,
        population,
        lead_id,
        'asset' as dimension,
        asset as name
    from touches
    where asset is not null

    union all

    select
        judged_for,
        population,
        lead_id,
        'topic' as dimension,
        topic as name
    from touches
    where topic is not null

    union all

    select
        judged_for,
        population,
        lead_id,
        'campaign' as dimension,
        campaign as name
    from touches
    where campaign is not null

    union all

    select
        judged_leads.judged_for,
        judged_leads.population,
        judged_leads.lead_id,
        'lead_source' as dimension,
        coalesce(leads.lead_source, 'not given') as name
    from judged_leads
    inner join leads on judged_leads.lead_id = leads.lead_id
    where judged_leads.judged_for = 'source'

    union all

    select
        judged_leads.judged_for,
        judged_leads.population,
        judged_leads.lead_id,
        'campaign' as dimension,
        coalesce(leads.campaign, 'not given') as name
    from judged_leads
    inner join leads on judged_leads.lead_id = leads.lead_id
    where judged_leads.judged_for = 'source'

),

-- Upper and lower case are the same, as in rules.
named as (

    select distinct
        judged_for,
        population,
        lead_id,
        dimension,
        {{ lower_text('name') }} as name
    from touched

),

judged_touches as (

    select
        named.judged_for,
        named.population,
        named.dimension,
        named.name,
        judged_leads.lead_id,
        judged_leads.scorecard_id,
        judged_leads.lead_age_days,
        judged_leads.score_bin,
        judged_leads.is_converted,
        judged_leads.conversion_amount
    from named
    inner join judged_leads
        on
            named.judged_for = judged_leads.judged_for
            and named.population = judged_leads.population
            and named.lead_id = judged_leads.lead_id

)

select * from judged_touches
