-- A lead whose last word is that it does not want to be contacted is in the queue.
with

wishes as (

    select
        activities.lead_id,
        max(
            case when meanings.role = 'opt_out' then activities.occurred_at end
        ) as last_opt_out_at,
        max(case when meanings.role = 'opt_in' then activities.occurred_at end) as last_opt_in_at
    from {{ ref('int_activities__accepted') }} as activities
    inner join {{ ref('stg_config__activity_roles') }} as meanings
        on activities.activity_type = meanings.activity_type
    inner join {{ ref('int_clock__as_of') }} as clock
        on activities.occurred_date <= clock.as_of_date
    group by activities.lead_id

)

select
    queue.lead_id,
    wishes.last_opt_out_at
from {{ ref('sales_queue') }} as queue
inner join wishes on queue.lead_id = wishes.lead_id
where
    wishes.last_opt_out_at is not null
    and (wishes.last_opt_in_at is null or wishes.last_opt_in_at <= wishes.last_opt_out_at)
