-- One row per lead x period in which marketing must not or cannot write to it, and why. starts_on
-- belongs to the period, ends_on does not.
with

opt_outs as (

    select * from {{ ref('int_activities__opt_outs') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

roles as (

    select * from {{ ref('stg_config__activity_roles') }}
    where role = 'undeliverable'

),

returned_mails as (

    select
        activities.lead_id,
        min(activities.occurred_date) as starts_on
    from activities
    inner join roles on activities.activity_type = roles.activity_type
    group by activities.lead_id

),

obstacles as (

    select
        lead_id,
        'opted_out' as obstacle,
        starts_on,
        ends_on
    from opt_outs

    union all

    select
        lead_id,
        'undeliverable' as obstacle,
        starts_on,
        cast('9999-12-31' as date) as ends_on
    from returned_mails

)

select * from obstacles
