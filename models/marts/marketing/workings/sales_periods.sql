-- One row per lead x period in which sales works it, at the end of every day. starts_on belongs to
-- the period, ends_on does not.
with

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

-- What came of a lead last on a day decides; at the same time what takes it from sales does.
ranked as (

    select
        lead_id,
        occurred_date,
        outcome in ('sales_accepted', 'opportunity') as is_with_sales,
        row_number() over (
            partition by lead_id, occurred_date
            order by
                occurred_at desc,
                case when outcome in ('sales_accepted', 'opportunity') then 2 else 1 end
        ) as recency
    from outcomes

),

dated as (

    select
        lead_id,
        is_with_sales,
        occurred_date as starts_on,
        coalesce(
            lead(occurred_date) over (partition by lead_id order by occurred_date),
            cast('9999-12-31' as date)
        ) as ends_on
    from ranked
    where recency = 1

),

sales_periods as (

    select
        lead_id,
        starts_on,
        ends_on
    from dated
    where is_with_sales

)

select * from sales_periods
