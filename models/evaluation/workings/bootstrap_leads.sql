-- One row per lead of the back-test, with the group in which it is drawn for bootstrap intervals.
-- All rows of a lead are drawn together: they are not independent.
with

backtest as (

    select * from {{ ref('backtest') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

leads as (

    select distinct lead_id
    from backtest

),

shuffled as (

    select
        lead_id,
        row_number() over (
            order by {{ hash_share(["'bootstrap'", 'lead_id']) }}, lead_id
        ) as draw_number
    from leads

),

grouped as (

    select
        shuffled.lead_id,
        cast(
            shuffled.draw_number - settings.bootstrap_lead_groups
            * floor(shuffled.draw_number / settings.bootstrap_lead_groups)
            as integer
        ) as lead_group
    from shuffled
    cross join settings

)

select * from grouped
