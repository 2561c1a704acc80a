-- One row per lead x as_of_date x segment that the lead is in on that day, for the segments in use.
with

spine as (

    select * from {{ ref('score_spine') }}

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

rules as (

    select * from {{ ref('stg_config__rules') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

routing_rules as (

    select * from {{ ref('stg_config__routing_rules') }}

),

used_segments as (

    select segment_id
    from rules
    where segment_id is not null

    union distinct

    select segment_id
    from scorecards
    where segment_id is not null

    union distinct

    select segment_id
    from routing_rules
    where segment_id is not null

),

{{ met_segment_periods() }},

met_on_days as (

    select
        spine.lead_id,
        spine.as_of_date,
        met_periods.segment_id,
        met_periods.condition_count
    from spine
    inner join met_periods
        on
            spine.lead_id = met_periods.lead_id
            and spine.as_of_date >= met_periods.valid_from
            and spine.as_of_date < met_periods.valid_to

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
