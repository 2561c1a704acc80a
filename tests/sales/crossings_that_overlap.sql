-- A lead became ready for sales again before it had stopped being ready.
with

followed as (

    select
        lead_id,
        population,
        event_number,
        left_date,
        lead(entered_date) over (
            partition by lead_id, population
            order by event_number
        ) as next_entered_date
    from {{ ref('mql_events') }}

)

select *
from followed
where
    next_entered_date is not null
    and (left_date is null or left_date > next_entered_date)
