-- One row per lead x as_of_date x scorecard x attribute rule that fired.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    post_hook='{{ drop_stale_subjects() }}'
) }}

with

subjects as (

    {{ new_subjects() }}

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}
    where measure = 'value'

),

conditions as (

    select * from {{ ref('stg_config__conditions') }}

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

-- Every distinct value is made comparable and compared once, not every lead.
distinct_values as (

    select distinct
        attribute,
        value
    from attribute_history
    where attribute in (select rules.signal from rules)

),

attribute_values as (

    select
        attribute,
        value,
        {{ comparable_columns('value') }}
    from distinct_values

),

met_rules as (

    select
        attribute_values.attribute,
        attribute_values.value,
        rules.scorecard_id,
        rules.rule_id,
        rules.dimension,
        rules.segment_id,
        rules.points,
        rules.max_points
    from attribute_values
    inner join rules on attribute_values.attribute = rules.signal
    inner join conditions on rules.condition_key = conditions.condition_key
    where {{ condition_holds('attribute_values', 'conditions') }}

),

met_periods as (

    select
        attribute_history.lead_id,
        attribute_history.valid_from,
        attribute_history.valid_to,
        met_rules.scorecard_id,
        met_rules.rule_id,
        met_rules.dimension,
        met_rules.segment_id,
        met_rules.points,
        met_rules.max_points
    from attribute_history
    inner join met_rules
        on
            attribute_history.attribute = met_rules.attribute
            and coalesce(attribute_history.value, '') = coalesce(met_rules.value, '')

),

met_on_days as (

    select
        subjects.lead_id,
        subjects.as_of_date,
        subjects.scorecard_id,
        subjects.subject_version,
        met_periods.rule_id,
        met_periods.dimension,
        met_periods.segment_id,
        met_periods.points as raw_points,
        {{ capped_points('met_periods.points', 'met_periods.max_points') }} as points
    from subjects
    inner join met_periods
        on
            subjects.lead_id = met_periods.lead_id
            and subjects.scorecard_id = met_periods.scorecard_id
            and subjects.as_of_date >= met_periods.valid_from
            and subjects.as_of_date < met_periods.valid_to

),

hits as (

    select
        met_on_days.lead_id,
        met_on_days.as_of_date,
        met_on_days.scorecard_id,
        met_on_days.subject_version,
        met_on_days.rule_id,
        met_on_days.dimension,
        met_on_days.raw_points,
        cast(0 as decimal(12, 2)) as decay_points,
        cast(met_on_days.points - met_on_days.raw_points as decimal(12, 2)) as cap_points,
        met_on_days.points,
        cast(null as {{ dbt.type_bigint() }}) as event_count,
        cast(null as date) as last_event_date
    from met_on_days
    left join segment_members
        on
            met_on_days.lead_id = segment_members.lead_id
            and met_on_days.as_of_date = segment_members.as_of_date
            and met_on_days.segment_id = segment_members.segment_id
    where
        met_on_days.segment_id is null
        or segment_members.segment_id is not null

)

select * from hits
