-- Rows whose conversion lies on or before the scored day, where it would be evidence, or beyond the
-- horizon.
select
    lead_id,
    as_of_date,
    scorecard_id,
    converted_date
from {{ ref('backtest_rows') }}
where
    is_converted
    and (
        converted_date <= as_of_date
        or converted_date > {{ add_days('as_of_date', conversion_horizon_days()) }}
    )
