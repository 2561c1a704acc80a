-- One row per lead x period in which marketing must not or cannot write to it, and why. starts_on
-- belongs to the period, ends_on does not.
with

opt_outs as (

    select * from {{ ref('int_activities__opt_outs') }}

),

signs as (

    select * from {{ ref('int_activities__contact_signs') }}
    where role = 'undeliverable'

),

-- One of which no day is known came back before all days.
returned_mails as (

    select
        lead_id,
        min(coalesce(sign_date, cast('0001-01-01' as date))) as starts_on
    from signs
    group by lead_id

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
