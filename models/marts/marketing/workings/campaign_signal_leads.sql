-- One row per campaign x lead that showed all the signals the campaign asks for, on its topic and
-- in its window. Campaigns that ask for none have no rows.
with

campaigns as (

    select * from {{ ref('stg_config__topic_campaigns') }}

),

topic_events as (

    select * from {{ ref('topic_events') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

campaign_signals as (

    {{ split_to_rows('campaigns', 'signals', '|') }}

),

signals as (

    select distinct
        campaign_id,
        topic,
        window_days,
        item as signal
    from campaign_signals

),

shown as (

    select
        signals.campaign_id,
        topic_events.lead_id,
        signals.signal
    from topic_events
    cross join clock
    inner join signals
        on
            topic_events.topic = signals.topic
            and {{ signal_counts('signals.signal', 'topic_events') }}
            and (
                signals.window_days is null
                or {{ days_between('topic_events.occurred_date', 'clock.as_of_date') }}
                < signals.window_days
            )
    group by signals.campaign_id, topic_events.lead_id, signals.signal

),

asked as (

    select
        campaign_id,
        count(*) as signal_count
    from signals
    group by campaign_id

),

complete as (

    select
        shown.campaign_id,
        shown.lead_id
    from shown
    inner join asked on shown.campaign_id = asked.campaign_id
    group by shown.campaign_id, shown.lead_id, asked.signal_count
    having count(*) = asked.signal_count

)

select * from complete
