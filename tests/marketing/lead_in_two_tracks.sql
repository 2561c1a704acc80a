-- A lead that entered a nurture track before it had left the one before.
with

in_order as (

    select
        lead_id,
        track_id,
        entered_date,
        lag(track_id) over (partition by lead_id order by entered_date) as previous_track_id,
        lag(last_date) over (partition by lead_id order by entered_date) as previous_last_date
    from {{ ref('nurture_enrollments') }}

)

select *
from in_order
where entered_date <= previous_last_date
