-- One row per raw lead row, typed and cleaned, with what became of it.
with

source as (

    {{ raw_table('leads') }}

),

cleaned as (

    select
        {{ clean_id('lead_id') }} as lead_id,
        {{ clean_text('created_at') }} as created_at_text,
        {{ parse_timestamp('created_at') }} as created_at,
        {{ parse_timestamp('updated_at') }} as updated_at,
        {%- for attribute in lead_attribute_columns() %}
            {%- set cleaned = clean_id if attribute == 'owner_id' else clean_text %}
            {{ cleaned(attribute) }} as {{ attribute }},
        {%- endfor %}
        {{ clean_id('company_id') }} as company_id,
        {{ parse_boolean(clean_text('is_deleted')) }} as is_deleted
    from source

),

checked as (

    select
        *,
        case
            when lead_id is null then 'lead_id is missing'
            when created_at_text is null then 'created_at is missing'
            when created_at is null then 'created_at is not a timestamp'
            when
                cast(created_at as date) > {{ wall_clock_date() }}
                then 'created_at is in the future'
        end as rejection_reason
    from cleaned

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id, rejection_reason
            order by
                updated_at desc nulls last,
                created_at desc nulls last,
                {{ row_text(raw_contract('leads').columns[3:]) }} desc
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
