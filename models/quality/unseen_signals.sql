-- One row per rule of a scored scorecard that cannot fire, because what it looks at never occurs.
with

rules as (

    select * from {{ ref('stg_config__rules') }}

),

scorecard_versions as (

    select * from {{ ref('stg_config__scorecard_versions') }}

),

rule_activity_types as (

    select * from {{ ref('score_rule_activity_types') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}

),

scored_rules as (

    select rules.*
    from rules
    inner join scorecard_versions on rules.scorecard_id = scorecard_versions.scorecard_id

),

seen_rules as (

    select distinct
        scorecard_id,
        rule_id
    from rule_activity_types

),

seen_topics as (

    select distinct
        activity_type,
        topic
    from activities
    where topic is not null

),

seen_rule_topics as (

    select distinct
        rule_activity_types.scorecard_id,
        rule_activity_types.rule_id,
        seen_topics.topic
    from rule_activity_types
    inner join seen_topics on rule_activity_types.activity_type = seen_topics.activity_type

),

seen_attributes as (

    select distinct attribute
    from attribute_history
    where value is not null

),

checked as (

    select
        scored_rules.scorecard_id,
        scored_rules.rule_id,
        scored_rules.signal,
        scored_rules.topic,
        case
            when scored_rules.measure = 'value' and seen_attributes.attribute is null
                then 'no lead has this attribute'
            when scored_rules.measure = 'value' then null
            when seen_rules.rule_id is null then 'no such activity occurs'
            when scored_rules.topic is not null and seen_rule_topics.topic is null
                then 'no such activity has this topic'
        end as problem
    from scored_rules
    left join seen_attributes on scored_rules.signal = seen_attributes.attribute
    left join seen_rules
        on
            scored_rules.scorecard_id = seen_rules.scorecard_id
            and scored_rules.rule_id = seen_rules.rule_id
    left join seen_rule_topics
        on
            scored_rules.scorecard_id = seen_rule_topics.scorecard_id
            and scored_rules.rule_id = seen_rule_topics.rule_id
            and scored_rules.topic = seen_rule_topics.topic

),

unseen as (

    select * from checked
    where problem is not null

)

select * from unseen
