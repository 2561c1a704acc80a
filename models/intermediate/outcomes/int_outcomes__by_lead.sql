-- One row per surviving lead with an outcome: first conversion and last loss.
with

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

by_lead as (

    select
        lead_id,
        min(
            case when outcome = '{{ conversion_outcome() }}' then occurred_date end
        ) as first_converted_date,
        max(case when outcome = 'lost' then occurred_date end) as last_lost_date
    from outcomes
    group by lead_id

)

select * from by_lead
