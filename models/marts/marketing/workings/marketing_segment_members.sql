-- One row per lead x as_of_date x segment that the lead is in on that day, for the segments of
-- tracks and campaigns, on published days and on the day that is scored.
with

published as (

    select * from {{ ref('published_lead_days') }}

),

spine as (

    select * from {{ ref('score_spine') }}
    where is_current

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}

),

segments as (

    select * from {{ ref('stg_config__segments') }}

),

conditions as (

    select * from {{ ref('stg_config__conditions') }}

),

tracks as (

    select * from {{ ref('stg_config__nurture_tracks') }}

),

campaigns as (

    select * from {{ ref('stg_config__topic_campaigns') }}

),

used_segments as (

    select segment_id
    from tracks
    where segment_id is not null

    union distinct

    select segment_id
    from campaigns
    where segment_id is not null

),

{{ met_segment_periods() }},

days as (

    select
        lead_id,
        as_of_date
    from published

    union distinct

    select
        lead_id,
        as_of_date
    from spine

),

met_on_days as (

    select
        days.lead_id,
        days.as_of_date,
        met_periods.segment_id,
        met_periods.condition_count
    from days
    inner join met_periods
        on
            days.lead_id = met_periods.lead_id
            and days.as_of_date >= met_periods.valid_from
            and days.as_of_date < met_periods.valid_to

),

members as (

    select
        lead_id,
        as_of_date,
        segment_id
    from met_on_days
    group by lead_id, as_of_date, segment_id, condition_count
    having count(*) = condition_count

)

select * from members
