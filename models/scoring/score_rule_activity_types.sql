-- One row per activity rule x kind of activity (type and channel) that it counts, of the kinds that
-- occur.
-- Nothing is scored by weights with mistakes.
-- depends_on: {{ ref('config_errors') }}
with

rules as (

    select * from {{ ref('stg_config__rules') }}
    where measure <> 'value'

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

activity_kinds as (

    select distinct
        activities.activity_type,
        activities.channel,
        coalesce(activities.channel, activity_types.channel) as counted_channel
    from activities
    left join activity_types on activities.activity_type = activity_types.activity_type

),

rule_activity_types as (

    select
        rules.scorecard_id,
        rules.rule_id,
        activity_kinds.activity_type,
        activity_kinds.channel
    from rules
    inner join activity_kinds
        on {{ signal_counts('rules.signal', 'activity_kinds') }}

)

select * from rule_activity_types
