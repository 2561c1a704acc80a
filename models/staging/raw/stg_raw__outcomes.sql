-- One row per raw outcome, typed and cleaned, with what became of it.
with

source as (

    {{ raw_table('outcomes') }}

),

cleaned as (

    select
        {{ clean_id('lead_id') }} as lead_id,
        {{ lower_text(clean_text('outcome')) }} as outcome,
        {{ clean_text('occurred_at') }} as occurred_at_text,
        {{ parse_timestamp('occurred_at') }} as occurred_at,
        {{ clean_text('amount') }} as amount_text,
        {{ clean_text('reason') }} as reason
    from source

),

checked as (

    select
        *,
        -- An amount that no column can hold is as good as missing.
        {{ parse_amount('amount_text') }} as amount,
        case
            when lead_id is null then 'lead_id is missing'
            when outcome is null then 'outcome is missing'
            when
                outcome not in (
                    {%- for name in outcome_names() %}
                        '{{ name }}'{{ ',' if not loop.last }}
                    {%- endfor %}
                )
                then 'outcome is unknown'
            when occurred_at_text is null then 'occurred_at is missing'
            when occurred_at is null then 'occurred_at is not a timestamp'
            when
                cast(occurred_at as date) > {{ wall_clock_date() }}
                then 'occurred_at is in the future'
        end as rejection_reason
    from cleaned

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id, outcome, occurred_at, rejection_reason
            order by amount desc nulls last, reason desc nulls last
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
