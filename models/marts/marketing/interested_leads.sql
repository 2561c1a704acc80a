-- One row per campaign x lead to be asked, best first: those interested in its topic who may be
-- written to or called.
with

campaigns as (

    select * from {{ ref('stg_config__topic_campaigns') }}

),

interests as (

    select * from {{ ref('lead_interests') }}

),

signal_leads as (

    select * from {{ ref('campaign_signal_leads') }}

),

segment_members as (

    select * from {{ ref('marketing_segment_members') }}

),

obstacles as (

    select * from {{ ref('email_obstacles') }}

),

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

scores as (

    select * from {{ ref('lead_scores') }}
    where is_primary

),

fitting as (

    select
        campaigns.campaign_id,
        campaigns.topic,
        interests.lead_id,
        interests.as_of_date,
        interests.interest,
        interests.topic_rank,
        interests.last_event_date,
        interests.reason_1,
        interests.reason_2,
        interests.reason_3
    from campaigns
    inner join interests
        on
            campaigns.topic = interests.topic
            and campaigns.min_interest <= interests.interest
            and (
                (campaigns.population = 'open_leads' and interests.is_open_lead)
                or (campaigns.population = 'customers' and interests.is_customer)
            )
    left join signal_leads
        on
            campaigns.campaign_id = signal_leads.campaign_id
            and interests.lead_id = signal_leads.lead_id
    left join segment_members
        on
            interests.lead_id = segment_members.lead_id
            and interests.as_of_date = segment_members.as_of_date
            and campaigns.segment_id = segment_members.segment_id
    where
        (campaigns.signals is null or signal_leads.lead_id is not null)
        and (campaigns.segment_id is null or segment_members.segment_id is not null)

),

current_obstacles as (

    select
        fitting.campaign_id,
        fitting.lead_id,
        min(obstacles.obstacle) as obstacle
    from fitting
    inner join obstacles
        on
            fitting.lead_id = obstacles.lead_id
            and fitting.as_of_date >= obstacles.starts_on
            and fitting.as_of_date < obstacles.ends_on
    group by fitting.campaign_id, fitting.lead_id

),

allowed as (

    select
        fitting.*,
        leads.first_name,
        leads.last_name,
        leads.email,
        leads.phone,
        leads.owner_id,
        case
            when
                {{ is_email_address("coalesce(leads.email, '')") }}
                and current_obstacles.obstacle is null
                then 'email'
            when leads.phone is not null then 'phone'
            else 'none'
        end as contact_by
    from fitting
    inner join leads on fitting.lead_id = leads.lead_id
    left join current_obstacles
        on
            fitting.campaign_id = current_obstacles.campaign_id
            and fitting.lead_id = current_obstacles.lead_id
    where coalesce(current_obstacles.obstacle, '') <> 'opted_out'

),

interested as (

    select
        allowed.campaign_id,
        allowed.lead_id,
        allowed.topic,
        allowed.as_of_date,
        allowed.interest,
        allowed.topic_rank,
        allowed.last_event_date,
        allowed.contact_by,
        allowed.first_name,
        allowed.last_name,
        allowed.phone,
        allowed.owner_id,
        scores.scorecard_id,
        scores.score,
        scores.band,
        scores.conversion_chance,
        allowed.reason_1,
        allowed.reason_2,
        allowed.reason_3,
        case when allowed.contact_by = 'email' then allowed.email end as email,
        cast(
            row_number() over (
                partition by allowed.campaign_id
                order by
                    allowed.interest desc,
                    scores.conversion_chance desc nulls last,
                    allowed.lead_id asc
            ) as {{ dbt.type_bigint() }}
        ) as campaign_rank
    from allowed
    left join scores on allowed.lead_id = scores.lead_id

)

select * from interested
