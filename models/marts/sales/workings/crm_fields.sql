-- One row per record of a CRM lead that was ever published: what its fields are to show now, and
-- their fingerprint.
with

raw_leads as (

    select * from {{ ref('stg_raw__leads') }}
    where
        row_status = 'accepted'
        and not is_deleted

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

scores as (

    select * from {{ ref('lead_scores') }}

),

working_scorecards as (

    select * from {{ ref('working_scorecards') }}

),

lead_days as (

    select * from {{ ref('published_lead_days') }}

),

mql_events as (

    select * from {{ ref('mql_events') }}

),

states as (

    select * from {{ ref('sales_lead_states') }}

),

mql_dates as (

    select
        lead_id,
        min(entered_date) as first_mql_date,
        max(entered_date) as last_mql_date,
        max(case when left_date is null then 1 else 0 end) = 1 as is_mql
    from mql_events
    group by lead_id

),

working_scores as (

    select scores.*
    from scores
    inner join working_scorecards
        on
            scores.lead_id = working_scorecards.lead_id
            and scores.scorecard_id = working_scorecards.scorecard_id

),

published_leads as (

    select distinct lead_id
    from lead_days

),

records as (

    select
        raw_leads.lead_id as record_id,
        identity.surviving_lead_id as lead_id,
        raw_leads.owner_id as record_owner_id,
        raw_leads.lead_id = identity.surviving_lead_id as is_survivor
    from raw_leads
    inner join identity on raw_leads.lead_id = identity.lead_id
    inner join published_leads on identity.surviving_lead_id = published_leads.lead_id

),

fields as (

    select
        records.record_id,
        records.lead_id,
        records.is_survivor,
        working_scores.band,
        working_scores.priority,
        working_scores.next_step,
        mql_dates.first_mql_date,
        mql_dates.last_mql_date,
        states.state as sales_state,
        -- Scores decay and chances are learned anew every day: in full, nearly every record would
        -- have to be sent each day for digits that nobody acts on. Points are rounded down, so that
        -- no score looks as if it had reached a line that it is below.
        cast(floor(working_scores.score) as decimal(12, 2)) as score,
        cast(
            cast(working_scores.conversion_chance as decimal(4, 3)) as decimal(9, 6)
        ) as conversion_chance,
        {{ rough_amount('working_scores.expected_value') }} as expected_value,
        working_scores.fit_band || working_scores.engagement_band as grade,
        working_scores.lead_id is not null as is_scored,
        coalesce(mql_dates.is_mql and working_scores.lead_id is not null, false) as is_mql,
        nullif(
            concat(
                coalesce(working_scores.positive_reason_1, ''),
                coalesce('; ' || working_scores.positive_reason_2, ''),
                coalesce('; ' || working_scores.positive_reason_3, '')
            ),
            ''
        ) as reasons,
        -- Who takes the lead today; a lead beyond capacity stays with the owner it has.
        case
            when states.state = 'in_queue'
                then coalesce(states.owner_id, records.record_owner_id)
            else records.record_owner_id
        end as owner_id
    from records
    left join working_scores on records.lead_id = working_scores.lead_id
    left join mql_dates on records.lead_id = mql_dates.lead_id
    left join states on records.lead_id = states.lead_id

),

hashed as (

    select
        record_id,
        lead_id,
        is_survivor,
        is_scored,
        score,
        band,
        priority,
        grade,
        conversion_chance,
        expected_value,
        reasons,
        next_step,
        owner_id,
        sales_state,
        is_mql,
        first_mql_date,
        last_mql_date,
        {{ dbt.hash(row_text([
            'lead_id', 'score', 'band', 'priority', 'grade', 'conversion_chance', 'expected_value',
            'reasons', 'next_step', 'owner_id', 'sales_state', 'is_mql', 'first_mql_date',
            'last_mql_date'
        ])) }} as row_hash
    from fields

)

select * from hashed
