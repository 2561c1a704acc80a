-- One row per scorecard x month after the training days: how many rows it has, and how many the
-- training days have.
with

drift_rows as (

    select * from {{ ref('drift_rows') }}

),

sizes as (

    select
        scorecard_id,
        month,
        count(*) as scored_rows,
        count(case when not is_known then 1 end) as not_yet_known_rows
    from drift_rows
    group by scorecard_id, month

),

drift_months as (

    select
        sizes.scorecard_id,
        sizes.month,
        sizes.scored_rows,
        train_sizes.scored_rows as train_rows,
        sizes.not_yet_known_rows = 0 as is_known
    from sizes
    inner join sizes as train_sizes
        on
            sizes.scorecard_id = train_sizes.scorecard_id
            and train_sizes.month is null
    where sizes.month is not null

)

select * from drift_months
