-- One row per lead x topic it is interested in, now: how much, in which order and why.
with

hits as (

    select * from {{ ref('interest_hits') }}

),

spine as (

    select * from {{ ref('score_spine') }}
    where is_current

),

current_hits as (

    select
        hits.*,
        spine.is_open_lead,
        spine.is_customer,
        row_number() over (
            partition by hits.lead_id, hits.topic
            order by hits.points desc, hits.rule_id asc
        ) as strength
    from hits
    inner join spine
        on
            hits.lead_id = spine.lead_id
            and hits.as_of_date = spine.as_of_date

),

summed as (

    select
        lead_id,
        topic,
        as_of_date,
        is_open_lead,
        is_customer,
        cast(sum(points) as decimal(12, 2)) as interest,
        max(last_event_date) as last_event_date,
        cast(sum(event_count) as {{ dbt.type_bigint() }}) as counted_events,
        {{ strongest_event_reasons() }}
    from current_hits
    group by lead_id, topic, as_of_date, is_open_lead, is_customer

),

interests as (

    select
        lead_id,
        topic,
        as_of_date,
        is_open_lead,
        is_customer,
        interest,
        cast(
            row_number() over (partition by lead_id order by interest desc, topic asc)
            as {{ dbt.type_bigint() }}
        ) as topic_rank,
        cast(
            interest / cast(sum(interest) over (partition by lead_id) as {{ type_double() }})
            as decimal(9, 6)
        ) as interest_share,
        counted_events,
        last_event_date,
        reason_1,
        reason_2,
        reason_3
    from summed
    where interest > 0

)

select * from interests
