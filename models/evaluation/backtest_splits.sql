-- One row per split of the back-test days: train, gap, test and not yet known. A day of training
-- and its whole horizon lie before the first day of the test.
-- Nothing is judged by weights with mistakes.
-- depends_on: {{ ref('config_errors') }}
with

spine as (

    select * from {{ ref('score_spine') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

first_days as (

    select min(case when spine.is_backtest then spine.as_of_date end) as first_date
    from spine
    inner join clock on spine.as_of_date <= clock.as_of_date

),

known_days as (

    select
        first_days.first_date,
        {{ add_days('clock.as_of_date', -conversion_horizon_days()) }} as last_known_date
    from clock
    cross join first_days

),

test_days as (

    select
        first_date,
        last_known_date,
        {{ backtest_test_from('first_date', 'last_known_date') }} as test_from
    from known_days

),

splits as (

    select
        'train' as split,
        first_date as starts_on,
        least(
            {{ add_days('test_from', -conversion_horizon_days() - 1) }}, last_known_date
        ) as ends_on
    from test_days

    union all

    select
        'gap' as split,
        {{ add_days('test_from', -conversion_horizon_days()) }} as starts_on,
        least({{ add_days('test_from', -1) }}, last_known_date) as ends_on
    from test_days

    union all

    select
        'test' as split,
        test_from as starts_on,
        last_known_date as ends_on
    from test_days

    union all

    select
        'not_yet_known' as split,
        {{ add_days('last_known_date', 1) }} as starts_on,
        cast(null as date) as ends_on
    from test_days

)

select * from splits
