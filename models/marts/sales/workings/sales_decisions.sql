-- One row per lead x time sales accepted or rejected it, with the score it went by and the newest
-- day on or before it whose ledger is kept.
with

contacts as (

    select * from {{ ref('sales_contacts') }}
    where contact in ('sales_accepted', 'sales_rejected')

),

lead_days as (

    select * from {{ ref('published_lead_days') }}

),

totals as (

    select * from {{ ref('score_totals') }}

),

numbered as (

    select
        lead_id,
        contacted_at,
        contacted_date as decided_date,
        reason,
        contact = 'sales_accepted' as is_accepted,
        row_number() over (
            partition by lead_id
            order by contacted_at, contact, reason
        ) as decision_number
    from contacts

),

ranked_days as (

    select
        numbered.lead_id,
        numbered.decision_number,
        numbered.decided_date,
        numbered.is_accepted,
        numbered.reason,
        lead_days.scorecard_id,
        lead_days.band,
        lead_days.priority,
        row_number() over (
            partition by numbered.lead_id, numbered.decision_number
            order by lead_days.as_of_date desc
        ) as recency
    from numbered
    inner join lead_days
        on
            numbered.lead_id = lead_days.lead_id
            and numbered.decided_date >= lead_days.as_of_date

),

published as (

    select * from ranked_days
    where recency = 1

),

ledger_days as (

    select
        published.lead_id,
        published.decision_number,
        max(totals.as_of_date) as ledger_date
    from published
    inner join totals
        on
            published.lead_id = totals.lead_id
            and published.scorecard_id = totals.scorecard_id
            and published.decided_date >= totals.as_of_date
    group by published.lead_id, published.decision_number

),

decisions as (

    select
        published.lead_id,
        published.decision_number,
        published.is_accepted,
        published.scorecard_id,
        published.band,
        published.priority,
        ledger_days.ledger_date,
        case when not published.is_accepted then coalesce(published.reason, 'no reason given') end
            as reason
    from published
    left join ledger_days
        on
            published.lead_id = ledger_days.lead_id
            and published.decision_number = ledger_days.decision_number

)

select * from decisions
