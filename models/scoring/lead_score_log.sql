-- One row per lead x scorecard x as_of_date as it was published. A record: rows are added, never
-- changed, and a full refresh leaves it alone. The first build fills it from the rebuilt history.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}

-- What cannot be taken back waits for the tests of the raw rows.
-- depends_on: {{ ref('row_balance') }}

with

subjects as (

    select * from {{ ref('score_subjects') }}

),

totals as (

    select * from {{ ref('score_totals') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

{% if is_incremental() %}

    newest_logged as (

        select max(as_of_date) as as_of_date from {{ this }}

    ),

    -- Earlier days are never added to.
    primaries_logged as (

        select distinct
            logged.lead_id,
            logged.as_of_date
        from {{ this }} as logged
        inner join newest_logged on logged.as_of_date = newest_logged.as_of_date
        where logged.is_primary

    ),

{% endif %}

published as (

    select
        totals.lead_id,
        totals.scorecard_id,
        totals.as_of_date,
        totals.score,
        totals.fit_points,
        totals.engagement_points,
        totals.fit_band,
        totals.engagement_band,
        totals.band,
        totals.priority,
        totals.is_mql,
        totals.scorecard_version,
        totals.sla_hours,
        {% if is_incremental() %}
            -- Which score spoke for the lead on a day was told by the first run of the day.
            subjects.is_primary and primaries_logged.lead_id is null as is_primary,
        {% else %}
            subjects.is_primary,
        {% endif %}
        scorecards.mql_score,
        not subjects.is_current as is_rebuilt,
        scorecards.population
    from totals
    inner join subjects
        on
            totals.lead_id = subjects.lead_id
            and totals.as_of_date = subjects.as_of_date
            and totals.scorecard_id = subjects.scorecard_id
    left join scorecards on totals.scorecard_id = scorecards.scorecard_id
    {%- if is_incremental() %}
        cross join newest_logged
        left join primaries_logged
            on
                totals.lead_id = primaries_logged.lead_id
                and totals.as_of_date = primaries_logged.as_of_date
        where
            -- A log without a row is filled like a new one.
            (subjects.is_current or (subjects.is_history and newest_logged.as_of_date is null))
            -- A rebuilt past day was never told to anybody.
            and totals.as_of_date >= coalesce(newest_logged.as_of_date, totals.as_of_date)
            and not exists (
                select 1
                from {{ this }} as logged
                where
                    logged.lead_id = totals.lead_id
                    and logged.scorecard_id = totals.scorecard_id
                    and logged.as_of_date = totals.as_of_date
            )
    {%- else %}
        where
            subjects.is_current
            or subjects.is_history
    {%- endif %}

)

select * from published
