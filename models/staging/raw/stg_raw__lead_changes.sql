-- One row per raw attribute change, typed and cleaned, with what became of it.
with

source as (

    {{ raw_table('lead_changes') }}

),

cleaned as (

    select
        {{ clean_id('lead_id') }} as lead_id,
        {{ lower_text(clean_text('attribute')) }} as attribute,
        case
            when {{ lower_text(clean_text('attribute')) }} = 'owner_id'
                then {{ clean_id('new_value') }}
            else {{ clean_text('new_value') }}
        end as new_value,
        {{ clean_text('changed_at') }} as changed_at_text,
        {{ parse_timestamp('changed_at') }} as changed_at
    from source

),

checked as (

    select
        *,
        case
            when lead_id is null then 'lead_id is missing'
            when attribute is null then 'attribute is missing'
            when changed_at_text is null then 'changed_at is missing'
            when changed_at is null then 'changed_at is not a timestamp'
            when
                cast(changed_at as date) > {{ wall_clock_date() }}
                then 'changed_at is in the future'
        end as rejection_reason
    from cleaned

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id, attribute, changed_at, rejection_reason
            order by new_value desc nulls last
        ) as repetition
    from checked

),

sorted as (

    select
        *,
        case
            when rejection_reason is not null then 'quarantined'
            when repetition > 1 then 'merged'
            else 'accepted'
        end as row_status
    from ranked

)

select * from sorted
