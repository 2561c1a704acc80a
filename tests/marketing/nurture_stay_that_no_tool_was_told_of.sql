-- A stay in a nurture track that began on a day that was worked out afterwards, or a lead in a
-- track on the first published day without an event that says it entered on that day.
select
    enrollments.lead_id,
    enrollments.track_id,
    enrollments.entered_date
from {{ ref('nurture_enrollments') }} as enrollments
cross join {{ ref('first_published_day') }} as first_days
where enrollments.entered_date < first_days.first_published_date

union all

select
    nurture_days.lead_id,
    nurture_days.track_id,
    nurture_days.as_of_date as entered_date
from {{ ref('nurture_days') }} as nurture_days
inner join {{ ref('first_published_day') }} as first_days
    on nurture_days.as_of_date = first_days.first_published_date
left join {{ ref('nurture_events') }} as nurture_events
    on
        nurture_days.lead_id = nurture_events.lead_id
        and nurture_days.track_id = nurture_events.track_id
        and nurture_days.as_of_date = nurture_events.event_date
        and nurture_events.event_type = 'entered'
where
    not nurture_days.is_in_track
    or nurture_events.lead_id is null
