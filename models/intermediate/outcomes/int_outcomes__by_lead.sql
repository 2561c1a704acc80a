-- One row per surviving lead with an outcome: first conversion, last loss, amounts won.
with

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

by_lead as (

    select
        lead_id,
        min(
            case when outcome = '{{ conversion_outcome() }}' then occurred_at end
        ) as first_converted_at,
        min(
            case when outcome = '{{ conversion_outcome() }}' then occurred_date end
        ) as first_converted_date,
        min(case when outcome = 'won' then occurred_date end) as first_won_date,
        max(case when outcome = 'won' then occurred_date end) as last_won_date,
        max(case when outcome = 'lost' then occurred_date end) as last_lost_date,
        cast(
            sum(case when outcome = 'won' then 1 else 0 end) as {{ dbt.type_bigint() }}
        ) as won_count,
        cast(sum(case when outcome = 'won' then amount end) as decimal(18, 2)) as won_amount
    from outcomes
    group by lead_id

)

select * from by_lead
