-- One row per back-test row of a champion x field that is known of the lead on that day: its
-- attributes, how often it did each kind of thing, and the days since it did anything.
with

backtest as (

    select * from {{ ref('backtest') }}
    where scorecard_role = 'champion'

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}
    where value is not null

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

exclusions as (

    select * from {{ ref('stg_config__learning_exclusions') }}

),

config_activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

backtest_days as (

    select distinct
        lead_id,
        as_of_date
    from backtest

),

attribute_fields as (

    select
        backtest_days.lead_id,
        backtest_days.as_of_date,
        'attribute:' || attribute_history.attribute as field,
        {{ lower_text('attribute_history.value') }} as value
    from backtest_days
    inner join attribute_history
        on
            backtest_days.lead_id = attribute_history.lead_id
            and backtest_days.as_of_date >= attribute_history.valid_from
            and backtest_days.as_of_date < attribute_history.valid_to
    left join exclusions on attribute_history.attribute = exclusions.signal
    where exclusions.signal is null

),

seen_types as (

    select distinct activity_type
    from activities

),

-- What no rule may name, such as a step that is the outcome itself, is no evidence either.
activity_types as (

    select seen_types.activity_type
    from seen_types
    inner join config_activity_types
        on seen_types.activity_type = config_activity_types.activity_type
    left join exclusions on seen_types.activity_type = exclusions.signal
    where exclusions.signal is null

),

type_days as (

    select
        backtest_days.lead_id,
        backtest_days.as_of_date,
        activities.activity_type,
        count(*) as event_count,
        max(activities.occurred_date) as last_date
    from backtest_days
    inner join activities
        on
            backtest_days.lead_id = activities.lead_id
            and backtest_days.as_of_date >= activities.occurred_date
    inner join activity_types on activities.activity_type = activity_types.activity_type
    group by backtest_days.lead_id, backtest_days.as_of_date, activities.activity_type

),

event_fields as (

    select
        backtest_days.lead_id,
        backtest_days.as_of_date,
        'events:' || activity_types.activity_type as field,
        cast(coalesce(type_days.event_count, 0) as {{ dbt.type_string() }}) as value
    from backtest_days
    cross join activity_types
    left join type_days
        on
            backtest_days.lead_id = type_days.lead_id
            and backtest_days.as_of_date = type_days.as_of_date
            and activity_types.activity_type = type_days.activity_type

),

recency_fields as (

    select
        lead_id,
        as_of_date,
        'days_since_last_activity' as field,
        cast({{ days_between('max(last_date)', 'as_of_date') }} as {{ dbt.type_string() }}) as value
    from type_days
    group by lead_id, as_of_date

),

fields as (

    select * from attribute_fields
    union all
    select * from event_fields
    union all
    select * from recency_fields

),

evidence as (

    select
        backtest.scorecard_id,
        backtest.lead_id,
        backtest.as_of_date,
        backtest.split,
        backtest.is_converted,
        fields.field,
        fields.value
    from backtest
    inner join fields
        on
            backtest.lead_id = fields.lead_id
            and backtest.as_of_date = fields.as_of_date

)

select * from evidence
