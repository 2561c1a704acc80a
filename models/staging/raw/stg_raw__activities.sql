-- One row per raw activity row, typed and cleaned, with the reason when the row itself is no good.
--
-- Whoever reads the view pays for the columns that are asked for: the steps keep apart what it
-- takes to count rows by load date and what it takes to clean them.
{{ config(materialized='view') }}

{#- A column that the raw table did not have before has to be read for all rows. #}
{%- set columns = raw_columns('activities') | map('lower')
    | select('in', raw_contract('activities').columns) | sort | join(' ') %}

with

source as (

    {{ raw_table('activities') }}

),

timed as (

    select
        *,
        {{ parse_timestamp('loaded_at') }} as loaded_time
    from source

),

dated as (

    select
        *,
        -- Rows without any readable time still belong to a load date, so that runs can count them.
        coalesce(
            cast(loaded_time as date),
            cast({{ parse_timestamp('occurred_at') }} as date),
            cast('0001-01-01' as date)
        ) as load_date,
        -- What tells that the rows of a load date changed. The load time tells of all but the keys,
        -- for a row that is loaded again gets a new one; without it the whole row is looked at.
        case
            when loaded_time is null
                then {{ hash_number([
                    "'" ~ columns ~ "'", 'activity_id', 'lead_id', 'activity_type', 'occurred_at',
                    'topic', 'asset', 'campaign', 'channel', 'properties'
                ]) }}
            else {{ hash_number(["'" ~ columns ~ "'", 'activity_id', 'lead_id', 'loaded_time']) }}
        end as load_hash
    from timed

),

occurred as (

    select
        *,
        {{ parse_timestamp('occurred_at') }} as occurred_time
    from dated

),

cleaned as (

    select
        {{ clean_text('activity_id') }} as activity_id,
        {{ clean_id('lead_id') }} as raw_lead_id,
        {{ lower_text(clean_text('activity_type')) }} as activity_type,
        occurred_time as occurred_at,
        -- Turning a readable time into text would cost more than the rest of this model.
        case when occurred_time is null then {{ clean_text('occurred_at') }} end
            as unreadable_occurred_at,
        {{ lower_text(clean_text('topic')) }} as topic,
        {{ clean_text('asset') }} as asset,
        {{ clean_text('campaign') }} as campaign,
        {{ lower_text(clean_text('channel')) }} as channel,
        loaded_time as loaded_at,
        {{ clean_text('properties') }} as properties,
        load_date,
        load_hash
    from occurred

),

checked as (

    select
        *,
        case
            when activity_id is null then 'activity_id is missing'
            when raw_lead_id is null then 'lead_id is missing'
            when activity_type is null then 'activity_type is missing'
            when unreadable_occurred_at is not null then 'occurred_at is not a timestamp'
            when occurred_at is null then 'occurred_at is missing'
            when
                cast(occurred_at as date) > cast(loaded_at as date)
                or cast(occurred_at as date) > {{ wall_clock_date() }}
                then 'occurred_at is in the future'
        end as rejection_reason
    from cleaned

)

select * from checked
