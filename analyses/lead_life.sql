-- What happened to a lead, from the first visit to the sale?
-- Each line is a step with the table that tells it: first activity and score, bands, the
-- sales-ready line, the queue, what sales and marketing did, how it ended, and where the lead
-- stands today.
-- Vars: lead (default: the lead that was ready for sales and converted last; without any the best
-- lead now).
-- dbt show --select lead_life --limit 50 --output json --vars '{lead: L00019028}'
{%- set lead = var('lead', none) %}
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

raw_leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

outcomes as (

    select * from {{ ref('int_outcomes__accepted') }}

),

score_log as (

    select * from {{ ref('lead_score_log') }}
    where is_primary

),

transitions as (

    select * from {{ ref('band_transitions') }}
    where is_primary

),

mql_events as (

    select * from {{ ref('mql_events') }}

),

service_levels as (

    select * from {{ ref('sales_sla') }}

),

nurture_events as (

    select * from {{ ref('nurture_events') }}

),

states as (

    select * from {{ ref('sales_lead_states') }}

),

queue as (

    select * from {{ ref('sales_queue') }}

),

{% if lead is none %}

    scores as (

        select * from {{ ref('lead_scores') }}
        where is_primary

    ),

    told_leads as (

        select
            lead_id,
            left_date,
            score
        from mql_events
        where left_because = 'converted'

        union all

        select
            lead_id,
            cast(null as date) as left_date,
            score
        from scores

    ),

    ranked_leads as (

        select
            lead_id,
            row_number() over (
                order by
                    case when left_date is null then 2 else 1 end asc,
                    left_date desc,
                    score desc,
                    lead_id asc
            ) as place
        from told_leads

    ),

    asked_lead as (

        select lead_id
        from ranked_leads
        where place = 1

    ),

{% else %}

    identity as (

        select * from {{ ref('int_leads__identity') }}

    ),

    -- A lead that was merged into another lives on in the one that stayed.
    asked_lead as (

        select surviving_lead_id as lead_id
        from identity
        where lead_id = {{ quoted_list([lead | string]) }}

    ),

{% endif %}

first_activities as (

    select
        activities.*,
        row_number() over (
            order by activities.occurred_at, activities.activity_id
        ) as place
    from activities
    inner join asked_lead on activities.lead_id = asked_lead.lead_id
    cross join clock
    where activities.occurred_date <= clock.as_of_date

),

first_scores as (

    select
        score_log.*,
        row_number() over (order by score_log.as_of_date, score_log.scorecard_id) as place
    from score_log
    inner join asked_lead on score_log.lead_id = asked_lead.lead_id
    cross join clock
    where score_log.as_of_date <= clock.as_of_date

),

steps as (

    select
        lead_id,
        occurred_at as happened_at,
        occurred_date as happened_date,
        1 as step_order,
        'first activity' as step,
        replace(activity_type, '_', ' ') || coalesce(' about ' || replace(topic, '_', ' '), '')
            as sentence,
        'int_activities__accepted' as told_by
    from first_activities
    where place = 1

    union all

    select
        lead_id,
        created_at as happened_at,
        cast(created_at as date) as happened_date,
        2 as step_order,
        'became a lead' as step,
        coalesce(job_title, 'Job unknown') || coalesce(' at ' || company_name, '')
        || coalesce(', came by ' || replace(lead_source, '_', ' '), '') as sentence,
        'stg_raw__leads' as told_by
    from raw_leads

    union all

    select
        lead_id,
        {{ end_of_day('as_of_date') }} as happened_at,
        as_of_date as happened_date,
        3 as step_order,
        'first score' as step,
        'Score ' || cast(score as {{ dbt.type_string() }})
        || coalesce(', band ' || band, '')
        || coalesce(', priority ' || priority, '')
        || ' by ' || scorecard_id as sentence,
        'lead_score_log' as told_by
    from first_scores
    where place = 1

    union all

    select
        lead_id,
        {{ end_of_day('as_of_date') }} as happened_at,
        as_of_date as happened_date,
        4 as step_order,
        'band or priority' as step,
        'From ' || coalesce(from_band, 'no band') || coalesce(' ' || from_priority, '')
        || ' to ' || coalesce(to_band, 'no band') || coalesce(' ' || to_priority, '')
        || coalesce(
            ': ' || change_1 || ' ' || cast(change_1_points as {{ dbt.type_string() }}),
            ''
        )
        || coalesce('; ' || change_2 || ' ' || cast(change_2_points as {{ dbt.type_string() }}), '')
        || coalesce('; ' || change_3 || ' ' || cast(change_3_points as {{ dbt.type_string() }}), '')
        || coalesce(' (' || unexplained_because || ')', '') as sentence,
        'band_transitions' as told_by
    from transitions

    union all

    select
        lead_id,
        {{ end_of_day('entered_date') }} as happened_at,
        entered_date as happened_date,
        5 as step_order,
        'ready for sales' as step,
        'Score ' || cast(score as {{ dbt.type_string() }}) || ' reaches the line of '
        || scorecard_id || coalesce(', ' || cast(mql_score as {{ dbt.type_string() }}), '')
        || ' (' || kind || ')' as sentence,
        'mql_events' as told_by
    from mql_events

    union all

    select
        lead_id,
        {{ end_of_day('entered_date') }} as happened_at,
        entered_date as happened_date,
        6 as step_order,
        'in the queue' as step,
        coalesce('Priority ' || priority, 'No priority')
        || coalesce(
            ', to be called by ' || cast(due_at as {{ dbt.type_string() }}), ', no time is set'
        ) as sentence,
        'sales_sla' as told_by
    from service_levels

    union all

    select
        lead_id,
        first_touch_at as happened_at,
        cast(first_touch_at as date) as happened_date,
        7 as step_order,
        'first touch' as step,
        case
            when status = 'met' then 'In time: '
            when status = 'breached'
                then cast(hours_late as {{ dbt.type_string() }}) || ' hours late: '
            else ''
        end
        || replace(first_touch, '_', ' ') as sentence,
        'sales_sla' as told_by
    from service_levels
    where first_touch_at is not null

    union all

    select
        outcomes.lead_id,
        outcomes.occurred_at as happened_at,
        outcomes.occurred_date as happened_date,
        8 as step_order,
        replace(outcomes.outcome, 'sales_', '') as step,
        case outcomes.outcome
            when 'sales_accepted' then 'Sales takes the lead'
            when 'sales_rejected' then 'Sales turns the lead down'
            when 'opportunity' then 'Sales sees a chance to sell'
            else 'The lead is ' || replace(outcomes.outcome, '_', ' ')
        end
        || coalesce(': ' || replace(outcomes.reason, '_', ' '), '')
        || coalesce(
            ', amount ' || cast(cast(outcomes.amount as decimal(18, 2)) as {{ dbt.type_string() }}),
            ''
        ) as sentence,
        'int_outcomes__accepted' as told_by
    from outcomes
    cross join clock
    where outcomes.occurred_date <= clock.as_of_date

    union all

    select
        lead_id,
        {{ end_of_day('left_date') }} as happened_at,
        left_date as happened_date,
        9 as step_order,
        'no longer ready' as step,
        'Because: ' || left_because as sentence,
        'mql_events' as told_by
    from mql_events
    where left_date is not null

    union all

    select
        lead_id,
        {{ end_of_day('event_date') }} as happened_at,
        event_date as happened_date,
        10 as step_order,
        event_type || ' nurture' as step,
        replace(track_id, '_', ' ') || ': ' || replace(because, '_', ' ') as sentence,
        'nurture_events' as told_by
    from nurture_events

    union all

    select
        states.lead_id,
        {{ end_of_day('states.as_of_date') }} as happened_at,
        states.as_of_date as happened_date,
        11 as step_order,
        'today' as step,
        replace(states.state, '_', ' ')
        || coalesce(', place ' || cast(queue.queue_position as {{ dbt.type_string() }}), '')
        || coalesce(' for ' || queue.owner_name, '')
        || coalesce('; ' || queue.why_now, '') as sentence,
        case when queue.lead_id is null then 'sales_lead_states' else 'sales_queue' end as told_by
    from states
    left join queue on states.lead_id = queue.lead_id

),

life as (

    select steps.*
    from steps
    inner join asked_lead on steps.lead_id = asked_lead.lead_id

),

no_life as (

    select
        cast(null as date) as happened_date,
        'unknown' as step,
        'There is no such lead' as sentence,
        'int_leads__identity' as told_by,
        cast(null as {{ dbt.type_string() }}) as lead_id,
        cast(null as {{ dbt.type_timestamp() }}) as happened_at,
        1 as line
    from (select 1 as only_row) as nobody
    where not exists (select 1 from life)

),

lines as (

    select
        happened_date,
        step,
        sentence,
        told_by,
        lead_id,
        happened_at,
        row_number() over (order by happened_at, step_order, sentence) as line
    from life

),

told as (

    select * from lines
    union all
    select * from no_life

)

select * from told
order by line
