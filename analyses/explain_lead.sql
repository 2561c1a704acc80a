-- Where does every point of a lead's score come from?
-- A waterfall for any scored day: base points, rules and limits, with a running score that ends at
-- the score.
-- Vars: lead (default: the best lead now), day (default: the newest day the lead was scored on),
-- scorecard (default: the one that speaks for the lead on that day).
-- dbt show --select explain_lead --limit 50 --vars '{lead: L00019544, day: 2026-06-30}'
{%- set lead = var('lead', none) -%}
{%- set day = var('day', none) -%}
{%- set scorecard = var('scorecard', none) -%}
{%- if day is not none and not is_iso_date(day | string) -%}
    {{ exceptions.raise_compiler_error(
        "The var day is '" ~ day ~ "': write a date such as 2026-03-01."
    ) }}
{%- endif %}
with

subjects as (

    select * from {{ ref('score_subjects') }}

),

totals as (

    select * from {{ ref('score_totals') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

{% if lead is none %}

    best_leads as (

        select
            subjects.lead_id,
            row_number() over (order by totals.score desc, subjects.lead_id asc) as place
        from subjects
        inner join totals
            on
                subjects.lead_id = totals.lead_id
                and subjects.as_of_date = totals.as_of_date
                and subjects.scorecard_id = totals.scorecard_id
        where
            subjects.is_current
            and subjects.is_primary

    ),

    asked_lead as (

        select lead_id
        from best_leads
        where place = 1

    ),

{% else %}

    identity as (

        select * from {{ ref('int_leads__identity') }}

    ),

    -- A lead that was merged into another is explained by the one that stayed.
    asked_lead as (

        select surviving_lead_id as lead_id
        from identity
        where lead_id = {{ quoted_list([lead | string]) }}

    ),

{% endif %}

asked as (

    select
        cast({{ quoted_list([day | string]) if day is not none else 'null' }} as date)
            as as_of_date,
        cast(
            {{ quoted_list([scorecard | string]) if scorecard is not none else 'null' }}
            as {{ dbt.type_string() }}
        ) as scorecard_id

),

scored_days as (

    select subjects.*
    from subjects
    inner join asked_lead on subjects.lead_id = asked_lead.lead_id

),

candidates as (

    select
        scored_days.*,
        row_number() over (
            order by
                scored_days.as_of_date desc,
                case when scored_days.is_primary then 1 else 2 end asc,
                case scored_days.role when 'champion' then 1 else 2 end asc,
                scored_days.scorecard_id asc
        ) as preference
    from scored_days
    cross join asked
    where
        (asked.as_of_date is null or scored_days.as_of_date = asked.as_of_date)
        and (asked.scorecard_id is null or scored_days.scorecard_id = asked.scorecard_id)

),

subject as (

    select
        lead_id,
        as_of_date,
        scorecard_id
    from candidates
    where preference = 1

),

entries as (

    select
        ledger.*,
        rules.measure,
        rules.reason,
        cast(ledger.event_count as {{ dbt.type_string() }}) as times,
        cast(ledger.last_event_date as {{ dbt.type_string() }}) as last_day
    from ledger
    inner join subject
        on
            ledger.lead_id = subject.lead_id
            and ledger.as_of_date = subject.as_of_date
            and ledger.scorecard_id = subject.scorecard_id
    left join rules
        on
            ledger.scorecard_id = rules.scorecard_id
            and ledger.rule_id = rules.rule_id

),

ordered as (

    select
        *,
        row_number() over (
            order by
                case entry
                    when 'base' then 1
                    when 'score_floor' then 3
                    when 'score_ceiling' then 3
                    else 2
                end asc,
                case dimension when 'fit' then 1 when 'engagement' then 2 else 3 end asc,
                dimension asc,
                case entry when 'dimension_limit' then 2 else 1 end asc,
                points desc,
                rule_id asc
        ) as line
    from entries

),

lines as (

    select
        case entry
            when 'rule' then rule_id
            when 'dimension_limit' then dimension || ' limit'
            when 'score_floor' then 'lowest score'
            when 'score_ceiling' then 'highest score'
            else entry
        end as entry,
        raw_points,
        decay_points,
        cap_points,
        points,
        cast(
            sum(points) over (
                order by line
                rows between unbounded preceding and current row
            ) as decimal(12, 2)
        ) as running_score,
        case
            when entry = 'base' then 'Points that every lead of this scorecard starts with'
            when entry = 'dimension_limit'
                then 'Limit of the scorecard on ' || dimension || ' points'
            when entry = 'score_floor' then 'Lowest score of the scorecard'
            when entry = 'score_ceiling' then 'Highest score of the scorecard'
            when last_event_date is null then reason
            when measure = 'days_since_last' then reason || ' (last on ' || last_day || ')'
            when event_count = 1 then reason || ' (on ' || last_day || ')'
            else reason || ' (' || times || ' times, last on ' || last_day || ')'
        end as sentence,
        dimension,
        lead_id,
        scorecard_id,
        as_of_date,
        line
    from ordered

),

last_line as (

    select count(*) + 1 as line
    from lines

),

score as (

    select
        'score' as entry,
        cast(null as decimal(12, 2)) as raw_points,
        cast(null as decimal(12, 2)) as decay_points,
        cast(null as decimal(12, 2)) as cap_points,
        cast(null as decimal(12, 2)) as points,
        totals.score as running_score,
        'Score on ' || cast(totals.as_of_date as {{ dbt.type_string() }})
        || coalesce(': band ' || totals.band, '')
        || coalesce(', fit ' || totals.fit_band, '')
        || coalesce(', engagement ' || totals.engagement_band, '')
        || coalesce(', priority ' || totals.priority, '') as sentence,
        cast(null as {{ dbt.type_string() }}) as dimension,
        totals.lead_id,
        totals.scorecard_id,
        totals.as_of_date,
        last_line.line
    from totals
    inner join subject
        on
            totals.lead_id = subject.lead_id
            and totals.as_of_date = subject.as_of_date
            and totals.scorecard_id = subject.scorecard_id
    cross join last_line

),

first_and_last_day as (

    select
        count(*) as scored_day_count,
        cast(min(as_of_date) as {{ dbt.type_string() }}) as first_day,
        cast(max(as_of_date) as {{ dbt.type_string() }}) as last_day
    from scored_days

),

not_scored as (

    select
        'not scored' as entry,
        cast(null as decimal(12, 2)) as raw_points,
        cast(null as decimal(12, 2)) as decay_points,
        cast(null as decimal(12, 2)) as cap_points,
        cast(null as decimal(12, 2)) as points,
        cast(null as decimal(12, 2)) as running_score,
        case
            when scored_day_count = 0
                then 'There is no such lead, or it was on no day up for scoring'
            else
                'There is no such score; the scored days of this lead lie between '
                || first_day || ' and ' || last_day
                || ' (see score_subjects for days and scorecards)'
        end as sentence,
        cast(null as {{ dbt.type_string() }}) as dimension,
        cast(null as {{ dbt.type_string() }}) as lead_id,
        cast(null as {{ dbt.type_string() }}) as scorecard_id,
        cast(null as date) as as_of_date,
        1 as line
    from first_and_last_day
    where not exists (select 1 from subject)

),

waterfall as (

    select * from lines
    union all
    select * from score
    union all
    select * from not_scored

)

select * from waterfall
order by line
