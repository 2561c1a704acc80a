-- One row per scored lead x scorecard x entry of its ledger, now: what gave and took points, in
-- words.
with

ledger as (

    select * from {{ ref('score_ledger') }}

),

subjects as (

    select * from {{ ref('score_subjects') }}
    where is_current

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

current_entries as (

    select
        ledger.*,
        subjects.scorecard_version
    from ledger
    inner join subjects
        on
            ledger.lead_id = subjects.lead_id
            and ledger.as_of_date = subjects.as_of_date
            and ledger.scorecard_id = subjects.scorecard_id

),

worded as (

    select
        current_entries.*,
        rules.measure,
        cast(current_entries.last_event_date as {{ dbt.type_string() }}) as last_day,
        {{ ledger_reason('current_entries.entry', 'current_entries.dimension', 'rules.reason') }}
            as reason
    from current_entries
    left join rules
        on
            current_entries.scorecard_id = rules.scorecard_id
            and current_entries.rule_id = rules.rule_id

),

reasons as (

    select
        lead_id,
        scorecard_id,
        scorecard_version,
        as_of_date,
        entry,
        rule_id,
        dimension,
        event_count,
        last_event_date,
        cast(raw_points as decimal(12, 2)) as raw_points,
        cast(decay_points as decimal(12, 2)) as decay_points,
        cast(cap_points as decimal(12, 2)) as cap_points,
        cast(points as decimal(12, 2)) as points,
        case
            when entry = 'rule' then rule_id
            when entry = 'dimension_limit' then entry || ':' || dimension
            else entry
        end as entry_id,
        case
            when last_event_date is null then reason
            when measure = 'days_since_last' then reason || ' (last on ' || last_day || ')'
            else {{ dated_reason('reason', 'event_count', 'last_event_date') }}
        end as reason
    from worded

)

select * from reasons
