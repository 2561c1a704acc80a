-- A data clock that shows a day that has not come: what is published for it would stand in the way
-- of all days before it.
select
    newest_date,
    as_of_date
from {{ ref('int_clock__as_of') }}
where
    newest_date > {{ wall_clock_date() }}
    or as_of_date > {{ wall_clock_date() }}
