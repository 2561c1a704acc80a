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

used_segments as (

    select segment_id
    from rules
    where segment_id is not null

    union

    select segment_id
    from scorecards
    where segment_id is not null

),

segment_conditions as (

    select
        segments.segment_id,
        segments.attribute,
        segments.condition_key,
        count(*) over (partition by segments.segment_id) as condition_count
    from segments
    inner join used_segments on segments.segment_id = used_segments.segment_id

),

attribute_values as (

    select distinct
        attribute_history.attribute,
        attribute_history.value,
        {{ comparable_columns('attribute_history.value') }}
    from attribute_history
    where
        attribute_history.attribute in (
            select segment_conditions.attribute from segment_conditions
        )

),

-- Every distinct value is compared once, not every lead.
met_conditions as (

    select
        segment_conditions.segment_id,
        segment_conditions.condition_count,
        segment_conditions.attribute,
        segment_conditions.condition_key,
        attribute_values.value
    from attribute_values
    inner join segment_conditions on attribute_values.attribute = segment_conditions.attribute
    inner join conditions on segment_conditions.condition_key = conditions.condition_key
    where {{ condition_holds('attribute_values', 'conditions') }}

),

met_periods as (

    select
        attribute_history.lead_id,
        attribute_history.valid_from,
        attribute_history.valid_to,
        met_conditions.segment_id,
        met_conditions.condition_count
    from attribute_history
    inner join met_conditions
        on
            attribute_history.attribute = met_conditions.attribute
            and coalesce(attribute_history.value, '') = coalesce(met_conditions.value, '')

),

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
