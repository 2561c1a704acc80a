-- A lead that entered the same track again before its cool-down was over.
with

in_order as (

    select
        lead_id,
        track_id,
        entered_date,
        lag(last_date) over (
            partition by lead_id, track_id
            order by entered_date
        ) as previous_last_date,
        lag(earliest_return_date) over (
            partition by lead_id, track_id
            order by entered_date
        ) as earliest_return_date
    from {{ ref('nurture_enrollments') }}

)

select
    in_order.lead_id,
    in_order.track_id,
    in_order.entered_date,
    in_order.previous_last_date,
    in_order.earliest_return_date
from in_order
inner join {{ ref('stg_config__nurture_tracks') }} as tracks
    on in_order.track_id = tracks.track_id
where
    {{ days_between('in_order.previous_last_date', 'in_order.entered_date') }}
    <= tracks.cool_down_days
    or in_order.entered_date < in_order.earliest_return_date
