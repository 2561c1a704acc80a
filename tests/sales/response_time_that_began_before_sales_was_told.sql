-- A lead of the queue is due before the end of the first published day: sales is late with what
-- nobody had told it.
select
    queue.lead_id,
    queue.queued_date,
    queue.due_at,
    first_days.first_published_date
from {{ ref('sales_queue') }} as queue
cross join {{ ref('first_published_day') }} as first_days
where queue.due_at < {{ end_of_day('first_days.first_published_date') }}
