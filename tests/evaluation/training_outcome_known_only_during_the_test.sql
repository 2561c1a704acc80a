-- Training rows whose horizon reaches into the test: what was learnt from them would know the test.
select
    train_rows.lead_id,
    train_rows.as_of_date,
    train_rows.scorecard_id
from {{ ref('backtest') }} as train_rows
cross join {{ ref('backtest_splits') }} as splits
where
    train_rows.split = 'train'
    and splits.split = 'test'
    and {{ add_days('train_rows.as_of_date', conversion_horizon_days()) }} >= splits.starts_on
