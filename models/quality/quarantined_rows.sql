-- One row per raw row that was set aside, with the reason.
with

leads as (

    select * from {{ ref('stg_raw__leads') }}

),

lead_changes as (

    select * from {{ ref('stg_raw__lead_changes') }}

),

companies as (

    select * from {{ ref('stg_raw__companies') }}

),

activities as (

    select * from {{ ref('int_activities__received') }}

),

outcomes as (

    select * from {{ ref('stg_raw__outcomes') }}

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

quarantined_leads as (

    select
        'leads' as raw_table,
        lead_id as row_key,
        lead_id,
        rejection_reason as reason,
        case when rejection_reason like 'created_at%' then created_at_text end as bad_value
    from leads
    where row_status = 'quarantined'

),

quarantined_lead_changes as (

    select
        'lead_changes' as raw_table,
        lead_changes.attribute as row_key,
        lead_changes.lead_id,
        coalesce(lead_changes.rejection_reason, 'lead_id is unknown') as reason,
        case
            when lead_changes.rejection_reason is null then lead_changes.lead_id
            when lead_changes.rejection_reason like 'changed_at%' then lead_changes.changed_at_text
        end as bad_value
    from lead_changes
    left join identity on lead_changes.lead_id = identity.lead_id
    where
        lead_changes.row_status = 'quarantined'
        or identity.lead_id is null

),

quarantined_companies as (

    select
        'companies' as raw_table,
        company_id as row_key,
        cast(null as {{ dbt.type_string() }}) as lead_id,
        rejection_reason as reason,
        cast(null as {{ dbt.type_string() }}) as bad_value
    from companies
    where row_status = 'quarantined'

),

quarantined_activities as (

    select
        'activities' as raw_table,
        activities.activity_id as row_key,
        nullif(activities.raw_lead_key, '') as lead_id,
        coalesce(activities.rejection_reason, 'lead_id is unknown') as reason,
        case
            when activities.rejection_reason is null then activities.raw_lead_key
            when activities.rejection_reason like 'occurred_at%'
                then coalesce(
                    activities.unreadable_occurred_at,
                    cast(activities.occurred_at as {{ dbt.type_string() }})
                )
        end as bad_value
    from activities
    left join identity on activities.raw_lead_key = identity.lead_id
    where
        activities.rejection_reason is not null
        or (
            identity.lead_id is null
            and not activities.is_repetition
        )

),

quarantined_outcomes as (

    select
        'outcomes' as raw_table,
        outcomes.outcome as row_key,
        outcomes.lead_id,
        coalesce(outcomes.rejection_reason, 'lead_id is unknown') as reason,
        case
            when outcomes.rejection_reason is null then outcomes.lead_id
            when outcomes.rejection_reason like 'outcome%' then outcomes.outcome
            when outcomes.rejection_reason like 'occurred_at%' then outcomes.occurred_at_text
        end as bad_value
    from outcomes
    left join identity on outcomes.lead_id = identity.lead_id
    where
        outcomes.row_status = 'quarantined'
        or identity.lead_id is null

),

quarantined_rows as (

    select * from quarantined_leads
    union all
    select * from quarantined_lead_changes
    union all
    select * from quarantined_companies
    union all
    select * from quarantined_activities
    union all
    select * from quarantined_outcomes

)

select * from quarantined_rows
