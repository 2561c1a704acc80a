-- One row per row of fit_rows x kind of activity x age: how often the lead did it that many days
-- before.
with

fit_rows as (

    select * from {{ ref('fit_rows') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

kinds as (

    select * from {{ ref('fit_event_kinds') }}

),

numbered_activities as (

    select
        activities.lead_id,
        activities.occurred_date,
        kinds.kind_number,
        count(*) as event_count
    from activities
    left join activity_types on activities.activity_type = activity_types.activity_type
    inner join kinds
        on
            activities.activity_type = kinds.activity_type
            and coalesce(activities.channel, activity_types.channel, '')
            = coalesce(kinds.channel, '')
            and coalesce(activities.topic, '') = coalesce(kinds.topic, '')
    group by activities.lead_id, activities.occurred_date, kinds.kind_number

),

aged as (

    select
        fit_rows.row_number,
        fit_rows.population,
        fit_rows.split,
        fit_rows.sample_share,
        numbered_activities.kind_number,
        numbered_activities.event_count,
        {{ days_between('numbered_activities.occurred_date', 'fit_rows.as_of_date') }} as age_days
    from fit_rows
    inner join numbered_activities
        on
            fit_rows.lead_id = numbered_activities.lead_id
            and fit_rows.as_of_date >= numbered_activities.occurred_date

)

select * from aged
