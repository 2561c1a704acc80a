-- The floor: the least that any program has to do that looks at every activity. One query reads the
-- leads of all activities and counts.
create temp table lead_counts as

select
    lead_id,
    count(*) as activity_count
from read_parquet(getvariable('raw') || '/activities*.parquet')
group by lead_id;
