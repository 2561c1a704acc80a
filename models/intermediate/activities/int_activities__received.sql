-- One row per raw activity row: whether it repeats another one, why it cannot be used, and whether
-- a machine did it. Which lead it belongs to is looked up by those who read it.
--
-- Writing a row takes longer than reading and cleaning it, so rows are written once, here. A run
-- writes those of the leads it has to: leads with rows in load dates whose raw rows are not those
-- received before, and leads that share an activity with such rows. All rows of such a lead are
-- made anew, so the result never depends on the order of loads.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='raw_lead_key',
    post_hook="delete from {{ this }} where rejection_reason = 'gone'"
) }}

with

raw_activities as {{ not_materialized() }} (

    select
        *,
        coalesce(raw_lead_id, '') as raw_lead_key
    from {{ ref('stg_raw__activities') }}

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

bot_filters as (

    select * from {{ ref('stg_config__bot_filters') }}

),

filter_version as (

    select {{ hash_number([dbt.listagg('line', "','", 'order by line')]) }} as bot_filter_version
    from (
        select {{ row_text(['bot_filter', 'value']) }} as line from bot_filters
        union all
        select activity_type as line from activity_types
        where is_bot_suspect
    ) as filter_lines

),

{% if is_incremental() %}

    raw_load_dates as (

        select
            load_date,
            count(*) as rows_now,
            {{ sum_of_hashes('load_hash') }} as hash_now
        from raw_activities
        group by load_date

    ),

    received_load_dates as (

        select
            load_date,
            count(*) as rows_before,
            {{ sum_of_hashes('load_hash') }} as hash_before
        from {{ this }}
        group by load_date

    ),

    changed_load_dates as (

        select coalesce(raw_load_dates.load_date, received_load_dates.load_date) as load_date
        from raw_load_dates
        full outer join received_load_dates
            on raw_load_dates.load_date = received_load_dates.load_date
        where
            coalesce(raw_load_dates.rows_now, 0)
            <> coalesce(received_load_dates.rows_before, 0)
            or coalesce(raw_load_dates.hash_now, 0)
            <> coalesce(received_load_dates.hash_before, 0)

    ),

    changed_rows as (

        select
            activity_id,
            raw_lead_key
        from raw_activities
        where load_date in (select changed_load_dates.load_date from changed_load_dates)

        union distinct

        select
            activity_id,
            raw_lead_key
        from {{ this }}
        where load_date in (select changed_load_dates.load_date from changed_load_dates)

        union distinct

        -- Rows that were dated in the future, though not of their load, until that day came.
        select
            activity_id,
            raw_lead_key
        from {{ this }}
        where
            rejection_reason = 'occurred_at is in the future'
            and cast(occurred_at as date) <= load_date
            and cast(occurred_at as date) <= {{ wall_clock_date() }}

    ),

    touched_leads as (

        select raw_lead_key from changed_rows

        union distinct

        select raw_lead_key from {{ this }}
        where activity_id in (select changed_rows.activity_id from changed_rows)

        union distinct

        -- By which filters machines were told from people when the row was made.
        select received_rows.raw_lead_key
        from {{ this }} as received_rows
        cross join filter_version
        where received_rows.bot_filter_version <> filter_version.bot_filter_version

    ),

    -- An id of a touched lead that some untouched lead has, too, is in no row that changed: whether
    -- it is repeated is known from before.
    ids_before as (

        select received_rows.activity_id
        from {{ this }} as received_rows
        inner join touched_leads on received_rows.raw_lead_key = touched_leads.raw_lead_key

    ),

    ids_repeated_before as (

        select distinct activity_id
        from {{ this }}
        where
            is_repetition
            and activity_id in (select ids_before.activity_id from ids_before)

    ),

    -- Rows of other leads with the same activity_id decide who is the repetition of whom.
    candidates as (

        select
            raw_activities.*,
            touched_leads.raw_lead_key is not null as is_own
        from raw_activities
        left join touched_leads on raw_activities.raw_lead_key = touched_leads.raw_lead_key
        left join ids_repeated_before
            on raw_activities.activity_id = ids_repeated_before.activity_id
        where
            touched_leads.raw_lead_key is not null
            or ids_repeated_before.activity_id is not null

    ),

    present_leads as (

        select distinct raw_lead_key
        from candidates

    ),

    -- All rows of the lead were deleted from the raw table. A row of its own replaces those it had,
    -- and is deleted in the same transaction.
    gone_leads as (

        select touched_leads.raw_lead_key
        from touched_leads
        left join present_leads on touched_leads.raw_lead_key = present_leads.raw_lead_key
        where present_leads.raw_lead_key is null

    ),

{% else %}

    candidates as {{ not_materialized() }} (

        select
            *,
            true as is_own
        from raw_activities

    ),

{% endif %}

-- Ranking is dear, and almost every activity arrives once: only the others are ranked.
repeated_ids as (

    select activity_id
    from candidates
    group by activity_id
    having count(*) > 1

),

ranked_repetitions as (

    select
        *,
        row_number() over (
            partition by activity_id
            order by
                coalesce(loaded_at, occurred_at),
                occurred_at,
                raw_lead_id,
                activity_type,
                topic nulls first,
                asset nulls first,
                campaign nulls first,
                channel nulls first,
                properties nulls first
        ) as repetition
    from candidates
    where
        rejection_reason is null
        and activity_id in (select repeated_ids.activity_id from repeated_ids)

),

deduplicated as {{ not_materialized() }} (

    select
        candidates.*,
        1 as repetition
    from candidates
    left join repeated_ids on candidates.activity_id = repeated_ids.activity_id
    where
        candidates.rejection_reason is not null
        or repeated_ids.activity_id is null

    union all

    select * from ranked_repetitions

),

settings as (

    select
        min(
            case when bot_filter = 'delivery_activity_type' then value end
        ) as delivery_activity_type,
        min(case when bot_filter = 'burst_activity_type' then value end) as burst_activity_type,
        min(
            case when bot_filter = 'max_seconds_after_delivery' then {{ parse_number('value') }} end
        ) as max_seconds_after_delivery,
        min(
            case when bot_filter = 'burst_min_assets' then {{ parse_number('value') }} end
        ) as burst_min_assets,
        min(
            case when bot_filter = 'burst_seconds' then {{ parse_number('value') }} end
        ) as burst_seconds
    from bot_filters

),

-- What tells machines from people is read once, for both sides.
watched_types as (

    select activity_type from activity_types
    where is_bot_suspect

    union distinct

    select delivery_activity_type as activity_type from settings

),

watched_activities as (

    select
        deduplicated.activity_id,
        deduplicated.raw_lead_id,
        deduplicated.activity_type,
        deduplicated.campaign,
        deduplicated.asset,
        deduplicated.occurred_at,
        deduplicated.properties
    from deduplicated
    inner join watched_types on deduplicated.activity_type = watched_types.activity_type
    where
        deduplicated.is_own
        and deduplicated.rejection_reason is null
        and deduplicated.repetition = 1

),

suspects as (

    select
        watched_activities.activity_id,
        watched_activities.raw_lead_id,
        watched_activities.activity_type,
        watched_activities.campaign,
        watched_activities.asset,
        watched_activities.occurred_at,
        {{ lower_text('watched_activities.properties') }} as properties
    from watched_activities
    inner join activity_types on watched_activities.activity_type = activity_types.activity_type
    where activity_types.is_bot_suspect

),

deliveries as (

    select
        watched_activities.raw_lead_id,
        watched_activities.campaign,
        watched_activities.occurred_at
    from watched_activities
    inner join settings on watched_activities.activity_type = settings.delivery_activity_type

),

right_after_delivery as (

    select suspects.activity_id
    from suspects
    cross join settings
    inner join deliveries
        on
            suspects.raw_lead_id = deliveries.raw_lead_id
            and suspects.campaign = deliveries.campaign
    where
        suspects.occurred_at >= deliveries.occurred_at
        and {{ seconds_between('deliveries.occurred_at', 'suspects.occurred_at') }}
        <= settings.max_seconds_after_delivery

),

burst_suspects as (

    select suspects.*
    from suspects
    inner join settings on suspects.activity_type = settings.burst_activity_type

),

-- The first event of a window, and all that follow it within the window.
burst_windows as (

    select
        first_clicks.activity_id as start_activity_id,
        later_clicks.activity_id,
        later_clicks.asset
    from burst_suspects as first_clicks
    cross join settings
    inner join burst_suspects as later_clicks
        on
            first_clicks.raw_lead_id = later_clicks.raw_lead_id
            and first_clicks.campaign = later_clicks.campaign
    where
        later_clicks.occurred_at >= first_clicks.occurred_at
        and {{ seconds_between('first_clicks.occurred_at', 'later_clicks.occurred_at') }}
        <= settings.burst_seconds

),

bursts as (

    select burst_windows.start_activity_id
    from burst_windows
    cross join settings
    group by burst_windows.start_activity_id, settings.burst_min_assets
    having count(distinct burst_windows.asset) >= settings.burst_min_assets

),

in_burst as (

    select burst_windows.activity_id
    from burst_windows
    inner join bursts on burst_windows.start_activity_id = bursts.start_activity_id

),

through_proxy as (

    select suspects.activity_id
    from suspects
    inner join bot_filters
        on
            bot_filters.bot_filter = 'proxy_marker'
            and {{ dbt.position('bot_filters.value', 'suspects.properties') }} > 0

),

bots as (

    select activity_id from right_after_delivery
    union distinct
    select activity_id from in_burst
    union distinct
    select activity_id from through_proxy

),

received as (

    select
        deduplicated.activity_id,
        deduplicated.raw_lead_key,
        deduplicated.activity_type,
        deduplicated.occurred_at,
        deduplicated.topic,
        deduplicated.asset,
        deduplicated.campaign,
        deduplicated.channel,
        deduplicated.load_date,
        deduplicated.load_hash,
        deduplicated.rejection_reason,
        deduplicated.unreadable_occurred_at,
        filter_version.bot_filter_version,
        deduplicated.repetition > 1 as is_repetition,
        bots.activity_id is not null
        and deduplicated.rejection_reason is null
        and deduplicated.repetition = 1 as is_bot
    from deduplicated
    cross join filter_version
    left join bots on deduplicated.activity_id = bots.activity_id
    where deduplicated.is_own

    {%- if is_incremental() %}

        union all

        select
            cast(null as {{ dbt.type_string() }}) as activity_id,
            raw_lead_key,
            cast(null as {{ dbt.type_string() }}) as activity_type,
            cast(null as {{ dbt.type_timestamp() }}) as occurred_at,
            cast(null as {{ dbt.type_string() }}) as topic,
            cast(null as {{ dbt.type_string() }}) as asset,
            cast(null as {{ dbt.type_string() }}) as campaign,
            cast(null as {{ dbt.type_string() }}) as channel,
            cast(null as date) as load_date,
            cast(null as {{ dbt.type_bigint() }}) as load_hash,
            'gone' as rejection_reason,
            cast(null as {{ dbt.type_string() }}) as unreadable_occurred_at,
            cast(null as {{ dbt.type_bigint() }}) as bot_filter_version,
            false as is_repetition,
            false as is_bot
        from gone_leads
    {%- endif %}

)

select * from received
