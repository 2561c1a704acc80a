-- One row per raw activity row, with what became of it: accepted, merged or quarantined.
--
-- A run reads again the leads it has to: those with rows in load dates whose raw rows are not
-- the ones received before, those that share an activity with such rows, and those that now
-- belong to another surviving lead (or to one at all). All rows of such a lead are made anew, so
-- the result never depends on the order of loads.
{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='raw_lead_key',
    post_hook="delete from {{ this }} where row_status = 'gone'"
) }}

with

raw_activities as {{ not_materialized() }} (

    select
        *,
        coalesce(raw_lead_id, '') as raw_lead_key
    from {{ ref('stg_raw__activities') }}

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

bot_filters as (

    select * from {{ ref('stg_config__bot_filters') }}

),

filter_version as (

    select {{ dbt.hash(dbt.listagg('line', "','", 'order by line')) }} as bot_filter_version
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
            coalesce(rows_now, 0) <> coalesce(rows_before, 0)
            or coalesce(hash_now, 0) <> coalesce(hash_before, 0)

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

    ),

    touched_leads as (

        select raw_lead_key from changed_rows

        union distinct

        select raw_lead_key from {{ this }}
        where activity_id in (select changed_rows.activity_id from changed_rows)

        union distinct

        -- Who the lead was when the row was made, and by which filters machines were told from people.
        select received_rows.raw_lead_key
        from {{ this }} as received_rows
        cross join filter_version
        left join identity on received_rows.raw_lead_key = identity.lead_id
        where
            coalesce(received_rows.lead_id, '') <> coalesce(identity.surviving_lead_id, '')
            or received_rows.bot_filter_version <> filter_version.bot_filter_version

        union distinct

        -- A row without a load time that was dated in the future, until that day came.
        select raw_lead_key from {{ this }}
        where
            reason = 'occurred_at is in the future'
            and occurred_date = load_date
            and occurred_date <= {{ wall_clock_date() }}

    ),

    own_rows as (

        select
            *,
            true as is_own
        from raw_activities
        where raw_lead_key in (select touched_leads.raw_lead_key from touched_leads)

    ),

    -- All rows of the lead were deleted from the raw table. A row of its own replaces those it had,
    -- and is deleted in the same transaction.
    gone_leads as (

        select touched_leads.raw_lead_key
        from touched_leads
        left join (select distinct raw_lead_key from own_rows) as present_leads
            on touched_leads.raw_lead_key = present_leads.raw_lead_key
        where present_leads.raw_lead_key is null

    ),

    -- Rows of other leads with the same activity_id: they decide who is the repetition of whom.
    rows_of_own_ids as (

        select * from raw_activities
        where activity_id in (select own_rows.activity_id from own_rows)

    ),

    rival_rows as (

        select
            rows_of_own_ids.*,
            false as is_own
        from rows_of_own_ids
        left join touched_leads on rows_of_own_ids.raw_lead_key = touched_leads.raw_lead_key
        where touched_leads.raw_lead_key is null

    ),

    candidates as (

        select * from own_rows
        union all
        select * from rival_rows

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
    where rejection_reason is null
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

identified as {{ not_materialized() }} (

    select
        deduplicated.*,
        identity.surviving_lead_id as lead_id,
        case
            when deduplicated.rejection_reason is not null then 'quarantined'
            when deduplicated.repetition > 1 then 'merged'
            when identity.lead_id is null then 'quarantined'
            else 'accepted'
        end as row_status,
        case
            when deduplicated.rejection_reason is not null then deduplicated.rejection_reason
            when deduplicated.repetition = 1 and identity.lead_id is null then 'lead_id is unknown'
        end as reason,
        -- What to look for in the raw table; accepted rows do not pay for it.
        case
            when deduplicated.rejection_reason like 'occurred_at%'
                then coalesce(
                    deduplicated.unreadable_occurred_at,
                    cast(deduplicated.occurred_at as {{ dbt.type_string() }})
                )
            when deduplicated.repetition = 1 and identity.lead_id is null
                then deduplicated.raw_lead_id
        end as bad_value
    from deduplicated
    left join identity on deduplicated.raw_lead_id = identity.lead_id
    where deduplicated.is_own

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

suspects as (

    select
        identified.activity_id,
        identified.raw_lead_id,
        identified.activity_type,
        identified.campaign,
        identified.asset,
        identified.occurred_at,
        lower(identified.properties) as properties
    from identified
    inner join activity_types on identified.activity_type = activity_types.activity_type
    where
        identified.row_status = 'accepted'
        and activity_types.is_bot_suspect

),

deliveries as (

    select
        identified.raw_lead_id,
        identified.campaign,
        identified.occurred_at
    from identified
    inner join settings on identified.activity_type = settings.delivery_activity_type
    where identified.row_status = 'accepted'

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
        identified.activity_id,
        identified.raw_lead_key,
        identified.lead_id,
        identified.activity_type,
        identified.occurred_at,
        identified.topic,
        identified.asset,
        identified.campaign,
        identified.channel,
        identified.load_date,
        identified.load_hash,
        identified.row_status,
        identified.reason,
        identified.bad_value,
        filter_version.bot_filter_version,
        cast(identified.occurred_at as date) as occurred_date,
        bots.activity_id is not null and identified.row_status = 'accepted' as is_bot
    from identified
    cross join filter_version
    left join bots on identified.activity_id = bots.activity_id

    {%- if is_incremental() %}

        union all

        select
            cast(null as {{ dbt.type_string() }}) as activity_id,
            gone_leads.raw_lead_key,
            cast(null as {{ dbt.type_string() }}) as lead_id,
            cast(null as {{ dbt.type_string() }}) as activity_type,
            cast(null as {{ dbt.type_timestamp() }}) as occurred_at,
            cast(null as {{ dbt.type_string() }}) as topic,
            cast(null as {{ dbt.type_string() }}) as asset,
            cast(null as {{ dbt.type_string() }}) as campaign,
            cast(null as {{ dbt.type_string() }}) as channel,
            cast(null as date) as load_date,
            cast(null as {{ dbt.type_bigint() }}) as load_hash,
            'gone' as row_status,
            cast(null as {{ dbt.type_string() }}) as reason,
            cast(null as {{ dbt.type_string() }}) as bad_value,
            cast(null as {{ dbt.type_string() }}) as bot_filter_version,
            cast(null as date) as occurred_date,
            false as is_bot
        from gone_leads
    {%- endif %}

)

select * from received
