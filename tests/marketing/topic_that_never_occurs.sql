-- A topic of a track, campaign or interest rule that no activity has: misspelt, or not yet loaded.
{{ config(severity='warn') }}

with

asked as (

    select
        topic,
        'nurture_tracks.csv: ' || track_id as asked_by
    from {{ ref('stg_config__nurture_tracks') }}

    union all

    select
        topic,
        'topic_campaigns.csv: ' || campaign_id as asked_by
    from {{ ref('stg_config__topic_campaigns') }}

    union all

    select
        topic,
        'interest_rules.csv: ' || rule_id as asked_by
    from {{ ref('stg_config__interest_rules') }}

),

seen as (

    select distinct topic from {{ ref('topic_events') }}

)

select asked.*
from asked
left join seen on asked.topic = seen.topic
where
    asked.topic is not null
    and seen.topic is null
