-- A rep is to take more leads today than the capacity of the rep allows.
select
    queue.owner_id,
    reps.daily_capacity,
    count(*) as leads
from {{ ref('sales_queue') }} as queue
inner join {{ ref('stg_config__sales_reps') }} as reps
    on
        queue.owner_id = reps.owner_id
        and reps.is_active
where not queue.is_over_capacity
group by queue.owner_id, reps.daily_capacity
having count(*) > reps.daily_capacity
