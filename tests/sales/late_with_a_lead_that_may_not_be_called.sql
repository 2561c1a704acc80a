-- Sales is said to be late with a lead that the queue keeps from it: the lead is cooling down after
-- a rejection, or does not want to be contacted.
select
    levels.lead_id,
    levels.entered_date,
    levels.due_at,
    states.state
from {{ ref('sales_sla') }} as levels
inner join {{ ref('sales_lead_states') }} as states on levels.lead_id = states.lead_id
where
    levels.status = 'overdue'
    and states.state in ('cooling_down', 'opted_out')
