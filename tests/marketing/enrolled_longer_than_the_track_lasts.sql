-- A lead that was in a track for more days than the track lasts.
select
    enrollments.lead_id,
    enrollments.track_id,
    enrollments.entered_date,
    enrollments.days_in_track,
    tracks.max_days
from {{ ref('nurture_enrollments') }} as enrollments
inner join {{ ref('stg_config__nurture_tracks') }} as tracks
    on enrollments.track_id = tracks.track_id
where enrollments.days_in_track > tracks.max_days
