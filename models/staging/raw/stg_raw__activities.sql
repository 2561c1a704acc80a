-- One row per raw activity row, typed and cleaned, with the reason when the row itself is no good.
-- A view: the table that is written once is int_activities__received.
{{ config(materialized='view') }}

with

source as (

    {{ raw_table('activities') }}

),

cleaned as (

    select
        {{ clean_text('activity_id') }} as activity_id,
        {{ clean_text('lead_id') }} as raw_lead_id,
        lower({{ clean_text('activity_type') }}) as activity_type,
        {{ parse_timestamp('occurred_at') }} as occurred_at,
        -- Turning a readable time into text would cost more than the rest of this model.
        case
            when {{ parse_timestamp('occurred_at') }} is null then {{ clean_text('occurred_at') }}
        end as unreadable_occurred_at,
        lower({{ clean_text('topic') }}) as topic,
        {{ clean_text('asset') }} as asset,
        {{ clean_text('campaign') }} as campaign,
        lower({{ clean_text('channel') }}) as channel,
        {{ parse_timestamp('loaded_at') }} as loaded_at,
        {{ clean_text('properties') }} as properties
    from source

),

checked as (

    select
        *,
        -- Rows without any readable time still belong to a load date, so that runs can count them.
        coalesce(
            cast(loaded_at as date), cast(occurred_at as date), cast('0001-01-01' as date)
        ) as load_date,
        -- What tells that the rows of a load date changed. A load time is enough, for a row that
        -- is loaded again gets a new one; without it everything about the row has to be looked at.
        case
            when loaded_at is null
                then {{ hash_number([
                    'activity_id', 'raw_lead_id', 'activity_type', 'occurred_at', 'topic', 'asset',
                    'campaign', 'channel', 'properties'
                ]) }}
            else {{ hash_number(['loaded_at']) }}
        end as load_hash,
        case
            when activity_id is null then 'activity_id is missing'
            when raw_lead_id is null then 'lead_id is missing'
            when activity_type is null then 'activity_type is missing'
            when unreadable_occurred_at is not null then 'occurred_at is not a timestamp'
            when occurred_at is null then 'occurred_at is missing'
            when
                cast(occurred_at as date)
                > coalesce(cast(loaded_at as date), {{ wall_clock_date() }})
                then 'occurred_at is in the future'
        end as rejection_reason
    from cleaned

)

select * from checked
