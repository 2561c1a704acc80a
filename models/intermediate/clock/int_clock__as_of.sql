-- One row: the newest day in the loaded data and the day that is scored.
with

activities as (

    select * from {{ ref('int_activities__received') }}

),

leads as (

    select * from {{ ref('stg_raw__leads') }}

),

newest_days as (

    -- Those of unknown leads tell the day, too.
    select max(cast(occurred_at as date)) as newest_date
    from activities
    where rejection_reason is null

    union all

    select max(cast(created_at as date)) as newest_date
    from leads
    where row_status = 'accepted'

),

newest as (

    -- Without any data there is nothing to score, on whatever day.
    select coalesce(max(newest_date), {{ wall_clock_date() }}) as newest_date
    from newest_days

),

clock as (

    select
        newest_date,
        {{ as_of_date('newest_date') }} as as_of_date
    from newest

)

select * from clock
