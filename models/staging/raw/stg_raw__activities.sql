-- One row per raw activity row, typed and cleaned, with the reason when the row itself is no good.
--
-- A run compares number and fingerprint of all raw rows by load date, and cleans the rows of those
-- load dates that are not as they were before.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='load_date',
    post_hook="delete from {{ this }} where rejection_reason = 'gone'"
) }}

{#- A column that the raw table did not have before has to be read for all rows. #}
{%- set columns = raw_columns('activities') | map('lower')
    | select('in', raw_contract('activities').columns) | sort | join(' ') %}

with

source as {{ not_materialized() }} (

    {{ raw_table('activities') }}

),

timed as {{ not_materialized() }} (

    select
        *,
        {{ parse_timestamp('loaded_at') }} as loaded_time
    from source

),

dated as {{ not_materialized() }} (

    select
        *,
        -- Rows without any readable time still belong to a load date, so that runs can count them.
        coalesce(
            cast(loaded_time as date),
            cast({{ parse_timestamp('occurred_at') }} as date),
            cast('0001-01-01' as date)
        ) as load_date,
        -- What tells that the rows of a load date changed. A load time is enough, for a row that
        -- is loaded again gets a new one; without it everything about the row has to be looked at.
        case
            when loaded_time is null
                then {{ hash_number([
                    "'" ~ columns ~ "'", 'activity_id', 'lead_id', 'activity_type', 'occurred_at',
                    'topic', 'asset', 'campaign', 'channel', 'properties'
                ]) }}
            else {{ hash_number(["'" ~ columns ~ "'", 'activity_id', 'loaded_time']) }}
        end as load_hash
    from timed

),

{% if is_incremental() %}

    load_dates_now as (

        select
            load_date,
            count(*) as rows_now,
            {{ sum_of_hashes('load_hash') }} as hash_now
        from dated
        group by load_date

    ),

    load_dates_before as (

        select
            load_date,
            count(*) as rows_before,
            {{ sum_of_hashes('load_hash') }} as hash_before,
            -- Rows without a load time that were dated in the future, until that day came.
            max(
                case
                    when
                        loaded_at is null
                        and rejection_reason = 'occurred_at is in the future'
                        and load_date <= {{ wall_clock_date() }}
                        then 1
                    else 0
                end
            ) as has_come
        from {{ this }}
        group by load_date

    ),

    changed_load_dates as (

        select
            coalesce(load_dates_now.load_date, load_dates_before.load_date) as load_date,
            load_dates_now.load_date is null as is_gone
        from load_dates_now
        full outer join load_dates_before
            on load_dates_now.load_date = load_dates_before.load_date
        where
            coalesce(rows_now, 0) <> coalesce(rows_before, 0)
            or coalesce(hash_now, 0) <> coalesce(hash_before, 0)
            or has_come = 1

    ),

{% endif %}

to_read as (

    select
        *,
        {{ parse_timestamp('occurred_at') }} as occurred_time
    from dated
    {%- if is_incremental() %}
        where load_date in (select changed_load_dates.load_date from changed_load_dates)
    {%- endif %}

),

cleaned as (

    select
        {{ clean_text('activity_id') }} as activity_id,
        {{ clean_text('lead_id') }} as raw_lead_id,
        lower({{ clean_text('activity_type') }}) as activity_type,
        occurred_time as occurred_at,
        -- Turning a readable time into text would cost more than the rest of this model.
        case when occurred_time is null then {{ clean_text('occurred_at') }} end
            as unreadable_occurred_at,
        lower({{ clean_text('topic') }}) as topic,
        {{ clean_text('asset') }} as asset,
        {{ clean_text('campaign') }} as campaign,
        lower({{ clean_text('channel') }}) as channel,
        loaded_time as loaded_at,
        {{ clean_text('properties') }} as properties,
        load_date,
        load_hash
    from to_read

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
                cast(occurred_at as date)
                > coalesce(cast(loaded_at as date), {{ wall_clock_date() }})
                then 'occurred_at is in the future'
        end as rejection_reason
    from cleaned

    {%- if is_incremental() %}

        union all

        -- All rows of the load date were deleted from the raw table. A row of its own replaces those
        -- it had, and is deleted in the same transaction.
        select
            cast(null as {{ dbt.type_string() }}) as activity_id,
            cast(null as {{ dbt.type_string() }}) as raw_lead_id,
            cast(null as {{ dbt.type_string() }}) as activity_type,
            cast(null as {{ dbt.type_timestamp() }}) as occurred_at,
            cast(null as {{ dbt.type_string() }}) as unreadable_occurred_at,
            cast(null as {{ dbt.type_string() }}) as topic,
            cast(null as {{ dbt.type_string() }}) as asset,
            cast(null as {{ dbt.type_string() }}) as campaign,
            cast(null as {{ dbt.type_string() }}) as channel,
            cast(null as {{ dbt.type_timestamp() }}) as loaded_at,
            cast(null as {{ dbt.type_string() }}) as properties,
            load_date,
            cast(null as {{ dbt.type_bigint() }}) as load_hash,
            'gone' as rejection_reason
        from changed_load_dates
        where is_gone
    {%- endif %}

)

select * from checked
