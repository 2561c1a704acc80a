-- An attribute with two values on one day, or with none between its first day and the end of time.
with

history as (

    select
        lead_id,
        attribute,
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by lead_id, attribute
            order by valid_from
        ) as next_valid_from
    from {{ ref('int_leads__attribute_history') }}

)

select *
from history
where
    valid_to <= valid_from
    or coalesce(next_valid_from, cast('9999-12-31' as date)) <> valid_to
