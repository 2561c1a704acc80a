-- One row per lead that sales did something with: the last thing it did and, when that was a
-- rejection, how long it leaves the lead alone.
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

contacts as (

    select * from {{ ref('sales_contacts') }}

),

rejection_reasons as (

    select * from {{ ref('stg_config__rejection_reasons') }}

),

-- One row, also when there is no rule for all other reasons.
other_reasons as (

    select max(cool_down_days) as cool_down_days
    from rejection_reasons
    where reason is null

),

-- At the same time a rejection has the last word.
ranked_contacts as (

    select
        *,
        row_number() over (
            partition by lead_id
            order by
                contacted_at desc,
                case kind when 'rejection' then 1 else 2 end asc,
                contact asc
        ) as recency
    from contacts

),

with_days as (

    select
        ranked_contacts.lead_id,
        ranked_contacts.contacted_at,
        ranked_contacts.contacted_date,
        ranked_contacts.contact_text,
        ranked_contacts.kind,
        case
            when ranked_contacts.kind <> 'rejection' then null
            when own_reasons.row_number is null then other_reasons.cool_down_days
            else own_reasons.cool_down_days
        end as cool_down_days
    from ranked_contacts
    left join rejection_reasons as own_reasons on ranked_contacts.reason = own_reasons.reason
    cross join other_reasons
    where ranked_contacts.recency = 1

),

dated as (

    select
        *,
        {{ add_days('contacted_date', 'cool_down_days') }} as cool_down_end_date
    from with_days

),

last_contacts as (

    select
        dated.lead_id,
        dated.contacted_at,
        dated.contacted_date,
        dated.contact_text,
        dated.kind,
        dated.cool_down_end_date,
        -- A cool-down without an end runs for good.
        dated.kind = 'rejection' and coalesce(dated.cool_down_end_date > clock.as_of_date, true)
            as is_cooling_down
    from dated
    cross join clock

)

select * from last_contacts
