-- A lead whose last word is that it does not want to be contacted is in the queue. Of an opt-out
-- that is set aside the day of its load counts.
with

words as (

    select
        people.person_lead_id as lead_id,
        meanings.role,
        case
            when activities.rejection_reason is null then activities.occurred_at
            else cast(activities.load_date as {{ dbt.type_timestamp() }})
        end as said_at
    from {{ ref('int_activities__received') }} as activities
    inner join {{ ref('int_leads__identity') }} as people
        on activities.raw_lead_key = people.lead_id
    inner join {{ ref('stg_config__activity_roles') }} as meanings
        on activities.activity_type = meanings.activity_type
    where
        not activities.is_repetition
        and (
            activities.rejection_reason is null
            or meanings.role = 'opt_out'
        )

),

wishes as (

    select
        words.lead_id,
        max(case when words.role = 'opt_out' then words.said_at end) as last_opt_out_at,
        max(case when words.role = 'opt_in' then words.said_at end) as last_opt_in_at
    from words
    inner join {{ ref('int_clock__as_of') }} as clock
        on cast(words.said_at as date) <= clock.as_of_date
    group by words.lead_id

)

select
    queue.lead_id,
    wishes.last_opt_out_at
from {{ ref('sales_queue') }} as queue
inner join wishes on queue.lead_id = wishes.lead_id
where
    wishes.last_opt_out_at is not null
    and (wishes.last_opt_in_at is null or wishes.last_opt_in_at <= wishes.last_opt_out_at)
