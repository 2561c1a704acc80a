-- One row per lead that sales did something with: the last thing it did and, when that was a
-- rejection, how long it leaves the lead alone.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

contacts as (

    select * from {{ ref('sales_contacts') }}

),

-- At the same time a rejection has the last word.
ranked_contacts as (

    select
        *,
        row_number() over (
            partition by lead_id
            order by
                ordered_at desc,
                case kind when 'rejection' then 1 else 2 end asc,
                contact asc
        ) as recency
    from contacts

),

last_contacts as (

    select
        ranked_contacts.lead_id,
        ranked_contacts.contacted_at,
        ranked_contacts.contacted_date,
        ranked_contacts.contact_text,
        ranked_contacts.kind,
        ranked_contacts.cool_down_end_date,
        -- A cool-down without an end runs for good.
        ranked_contacts.kind = 'rejection'
        and coalesce(ranked_contacts.cool_down_end_date > clock.as_of_date, true)
            as is_cooling_down
    from ranked_contacts
    cross join clock
    where ranked_contacts.recency = 1

)

select * from last_contacts
