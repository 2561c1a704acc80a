-- One row per rule of a scored scorecard that tells no lead from another, because what it looks at
-- never occurs: it fires for nobody, or for everybody where that is what it asks for.
with

rules as (

    select * from {{ ref('stg_config__rules') }}

),

conditions as (

    select * from {{ ref('stg_config__conditions') }}

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

-- What a rule looks at where nothing occurs: a count of 0, or a missing value.
nothing_seen as (

    select
        scorecard_id,
        rule_id,
        condition_key,
        case when measure in ('events', 'active_days') then 0 end as measured_number
    from scored_rules
    where measure <> 'each'

),

nothing_values as (

    select
        *,
        {{ comparable_number_columns('measured_number') }}
    from nothing_seen

),

held_by_nothing as (

    select
        nothing_values.scorecard_id,
        nothing_values.rule_id
    from nothing_values
    inner join conditions on nothing_values.condition_key = conditions.condition_key
    where {{ condition_holds('nothing_values', 'conditions') }}

),

checked as (

    select
        scored_rules.scorecard_id,
        scored_rules.rule_id,
        scored_rules.signal,
        scored_rules.topic,
        held_by_nothing.rule_id is not null as is_held_by_nothing,
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
    left join held_by_nothing
        on
            scored_rules.scorecard_id = held_by_nothing.scorecard_id
            and scored_rules.rule_id = held_by_nothing.rule_id

),

unseen as (

    select
        scorecard_id,
        rule_id,
        signal,
        topic,
        problem || case
            when is_held_by_nothing then ', so that the rule gives its points to every lead'
            else ''
        end as problem
    from checked
    where problem is not null

)

select * from unseen
