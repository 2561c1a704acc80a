-- Back-test rows whose horizon is not over: nobody knows yet whether they will convert.
select
    backtest.lead_id,
    backtest.as_of_date,
    backtest.scorecard_id
from {{ ref('backtest') }} as backtest
cross join {{ ref('int_clock__as_of') }} as clock
where
    {{ add_days('backtest.as_of_date', conversion_horizon_days()) }} > clock.as_of_date
