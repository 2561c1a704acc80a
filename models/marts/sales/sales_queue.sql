-- One row per lead that waits for sales, in the order in which to call.
with

states as (

    select * from {{ ref('sales_lead_states') }}
    where state in ('in_queue', 'over_capacity')

),

scores as (

    select * from {{ ref('lead_scores') }}

),

lead_days as (

    select * from {{ ref('published_lead_days') }}

),

reps as (

    select * from {{ ref('stg_config__sales_reps') }}

),

news as (

    select * from {{ ref('sales_news') }}

),

first_published as (

    select * from {{ ref('first_published_day') }}

),

-- Sales cannot be late with a lead that it had not been told of yet.
told as (

    select
        states.*,
        greatest(states.queued_date, first_published.first_published_date) as told_date
    from states
    cross join first_published

),

-- The response time that was told on the day the lead came into the queue.
ranked_days as (

    select
        told.lead_id,
        lead_days.sla_hours,
        row_number() over (
            partition by told.lead_id
            order by lead_days.as_of_date desc
        ) as recency
    from told
    inner join lead_days
        on
            told.lead_id = lead_days.lead_id
            and told.population = lead_days.population
            and told.told_date >= lead_days.as_of_date

),

promises as (

    select
        told.lead_id,
        case when ranked_days.lead_id is null then scores.sla_hours else ranked_days.sla_hours end
            as sla_hours
    from told
    inner join scores
        on
            told.lead_id = scores.lead_id
            and told.scorecard_id = scores.scorecard_id
    left join ranked_days
        on
            told.lead_id = ranked_days.lead_id
            and ranked_days.recency = 1

),

queue as (

    select
        told.lead_id,
        told.as_of_date,
        cast(told.queue_position as {{ dbt.type_bigint() }}) as queue_position,
        told.state = 'over_capacity' as is_over_capacity,
        told.owner_id,
        reps.rep_name as owner_name,
        told.routed_team as team,
        told.routed_by,
        told.queued_because,
        told.experiment_id,
        told.population,
        told.scorecard_id,
        scores.first_name,
        scores.last_name,
        scores.email,
        scores.job_title,
        scores.company_name,
        scores.score,
        scores.band,
        scores.fit_band,
        scores.engagement_band,
        scores.priority,
        case
            when told.queued_because = 'mql' then scores.next_step
            else 'Call it whatever its score, for the experiment ' || told.experiment_id
        end as next_step,
        scores.conversion_chance,
        scores.expected_value,
        scores.positive_reason_1 as reason_1,
        scores.positive_reason_2 as reason_2,
        scores.positive_reason_3 as reason_3,
        told.entered_date,
        told.queued_date,
        promises.sla_hours,
        {{ add_hours(end_of_day('told.told_date'), 'promises.sla_hours') }} as due_at,
        coalesce(
            {{ add_hours(end_of_day('told.told_date'), 'promises.sla_hours') }}
            < {{ end_of_day('told.as_of_date') }},
            false
        ) as is_overdue,
        coalesce(
            news.news_text,
            case
                when told.last_contact_date is null and told.queued_because <> 'mql'
                    then
                        'Nothing of weight yet: the experiment ' || told.experiment_id
                        || ' drew it'
                when told.last_contact_date is null
                    then 'Nothing of weight yet: it is ready for who it is'
                else
                    'Nothing of weight since the last contact on '
                    || cast(told.last_contact_date as {{ dbt.type_string() }})
            end
        ) as why_now,
        told.last_contact,
        told.last_contact_at
    from told
    inner join scores
        on
            told.lead_id = scores.lead_id
            and told.scorecard_id = scores.scorecard_id
    inner join promises on told.lead_id = promises.lead_id
    left join reps on told.owner_id = reps.owner_id
    left join news on told.lead_id = news.lead_id

)

select * from queue
