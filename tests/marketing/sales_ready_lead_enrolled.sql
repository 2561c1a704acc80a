-- A lead in a track that ends when a lead is ready for sales, on a day on which it was.
select
    nurture_days.lead_id,
    nurture_days.as_of_date,
    nurture_days.track_id,
    mql_events.entered_date
from {{ ref('nurture_days') }} as nurture_days
inner join {{ ref('stg_config__nurture_tracks') }} as tracks
    on nurture_days.track_id = tracks.track_id
inner join {{ ref('mql_events') }} as mql_events
    on
        nurture_days.lead_id = mql_events.lead_id
        and tracks.population = mql_events.population
        and nurture_days.as_of_date >= mql_events.entered_date
        and (mql_events.left_date is null or nurture_days.as_of_date < mql_events.left_date)
where
    nurture_days.is_in_track
    and {{ listed_in("'mql'", "coalesce(tracks.leave_on, '')") }}
