-- One row per lead x track x time it entered or left the track: what a mailing tool has to do.
with

enrollments as (

    select * from {{ ref('nurture_enrollments') }}

),

events as (

    select
        lead_id,
        track_id,
        entered_date as event_date,
        'entered' as event_type,
        enrollment_number,
        entry_reason as because
    from enrollments

    union all

    select
        lead_id,
        track_id,
        left_date as event_date,
        'left' as event_type,
        enrollment_number,
        left_because as because
    from enrollments
    where left_date is not null

)

select * from events
