-- A lead of a team is over capacity although a rep of the team could take one more.
with

queue as (

    select * from {{ ref('sales_queue') }}

),

rep_loads as (

    select
        reps.owner_id,
        reps.team,
        reps.daily_capacity,
        sum(case when queue.is_over_capacity then 0 else 1 end) as leads
    from {{ ref('stg_config__sales_reps') }} as reps
    left join queue on reps.owner_id = queue.owner_id
    where reps.is_active
    group by reps.owner_id, reps.team, reps.daily_capacity

)

select
    queue.lead_id,
    queue.team,
    rep_loads.owner_id
from queue
inner join rep_loads on queue.team = rep_loads.team
where
    queue.is_over_capacity
    and queue.routed_by in ('territory', 'pool')
    and rep_loads.leads < rep_loads.daily_capacity
