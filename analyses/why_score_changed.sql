-- Why did the score of a lead change between two days?
-- Every line names a cause and the points it brought or took. The lines add up to the difference,
-- exactly; the last line says so. A score is the one that was published on its day; what editing
-- the rules has changed about a day since then is a line of its own.
-- Vars: lead (default: the lead whose score moved most in 30 days), to_day (default: the newest day
-- the lead was scored on), from_day (default: 30 days before to_day, or the nearest scored day),
-- scorecard (default: the one that speaks for the lead on to_day).
-- dbt show --select why_score_changed --limit 50 --vars '{lead: L00019544, from_day: 2026-06-16}'
{%- set lead = var('lead', none) -%}
{%- set scorecard = var('scorecard', none) -%}
{%- set from_day = var('from_day', none) -%}
{%- set to_day = var('to_day', none) -%}
{%- for name, day in [('from_day', from_day), ('to_day', to_day)] -%}
    {%- if day is not none and not is_iso_date(day | string) -%}
        {{ exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ day ~ "': write a date such as 2026-03-01."
        ) }}
    {%- endif -%}
{%- endfor %}
with

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

subjects as (

    select * from {{ ref('score_subjects') }}

),

totals as (

    select * from {{ ref('score_totals') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}

),

published_scores as (

    select * from {{ ref('lead_score_log') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

rule_activity_types as (

    select * from {{ ref('score_rule_activity_types') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

{% if lead is none %}

    moved_leads as (

        select
            lead_id,
            row_number() over (
                order by abs(coalesce(score_change_30d, 0)) desc, score desc, lead_id asc
            ) as place
        from {{ ref('lead_scores') }}
        where is_primary

    ),

    asked_lead as (

        select lead_id
        from moved_leads
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
        cast({{ quoted_list([from_day | string]) if from_day is not none else 'null' }} as date)
            as from_date,
        cast({{ quoted_list([to_day | string]) if to_day is not none else 'null' }} as date)
            as to_date,
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

later_candidates as (

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
        (asked.to_date is null or scored_days.as_of_date = asked.to_date)
        and (asked.scorecard_id is null or scored_days.scorecard_id = asked.scorecard_id)

),

later_day as (

    select
        lead_id,
        scorecard_id,
        as_of_date as to_date,
        {{ add_days('as_of_date', -30) }} as usual_from_date
    from later_candidates
    where preference = 1

),

earlier_candidates as (

    select
        later_day.lead_id,
        later_day.scorecard_id,
        later_day.to_date,
        scored_days.as_of_date as from_date,
        -- The last day that is long enough ago, else the first there is.
        row_number() over (
            order by
                case when scored_days.as_of_date <= later_day.usual_from_date then 1 else 2 end,
                case
                    when scored_days.as_of_date <= later_day.usual_from_date
                        then {{ days_between('scored_days.as_of_date', 'later_day.to_date') }}
                    else 0
                end,
                scored_days.as_of_date
        ) as preference
    from later_day
    inner join scored_days
        on
            later_day.scorecard_id = scored_days.scorecard_id
            and later_day.to_date > scored_days.as_of_date
    cross join asked
    where asked.from_date is null or scored_days.as_of_date = asked.from_date

),

days as (

    select
        lead_id,
        scorecard_id,
        from_date,
        to_date
    from earlier_candidates
    where preference = 1

),

-- Both scores by today's rules and as they were published. Today's score is the one that people
-- see now, whatever was published earlier in the day.
scores as (

    select
        days.lead_id,
        days.scorecard_id,
        days.from_date,
        days.to_date,
        totals_before.score as rebuilt_before,
        totals_after.score as rebuilt_after,
        coalesce(published_before.score, totals_before.score) as score_before,
        coalesce(published_after.score, totals_after.score) as score_after,
        published_before.scorecard_version
        <> totals_before.scorecard_version as is_edited_since_before,
        published_after.scorecard_version
        <> totals_after.scorecard_version as is_edited_since_after
    from days
    inner join totals as totals_before
        on
            days.lead_id = totals_before.lead_id
            and days.scorecard_id = totals_before.scorecard_id
            and days.from_date = totals_before.as_of_date
    inner join totals as totals_after
        on
            days.lead_id = totals_after.lead_id
            and days.scorecard_id = totals_after.scorecard_id
            and days.to_date = totals_after.as_of_date
    cross join clock
    left join published_scores as published_before
        on
            days.lead_id = published_before.lead_id
            and days.scorecard_id = published_before.scorecard_id
            and days.from_date = published_before.as_of_date
    left join published_scores as published_after
        on
            days.lead_id = published_after.lead_id
            and days.scorecard_id = published_after.scorecard_id
            and days.to_date = published_after.as_of_date
            and clock.as_of_date > published_after.as_of_date

),

sides as (

    select
        ledger.*,
        case when ledger.as_of_date = days.from_date then 1 else 0 end as before_count,
        case when ledger.as_of_date = days.to_date then 1 else 0 end as after_count
    from ledger
    inner join days
        on
            ledger.lead_id = days.lead_id
            and ledger.scorecard_id = days.scorecard_id
    where ledger.as_of_date in (days.from_date, days.to_date)

),

pairs as (

    select
        entry,
        rule_id,
        dimension,
        max(before_count) = 1 as is_before,
        max(after_count) = 1 as is_after,
        sum(before_count * points) as points_before,
        sum(after_count * points) as points_after,
        sum(after_count * (raw_points + decay_points))
        - sum(before_count * (raw_points + decay_points)) as decayed_change,
        sum(after_count * cap_points) - sum(before_count * cap_points) as cap_change
    from sides
    group by entry, rule_id, dimension

),

-- The events of rules that give points for each, and whether the day before and after counts them.
counted_events as (

    select
        rules.rule_id,
        rules.points,
        rules.half_life_days,
        activities.occurred_date,
        {{ days_between('activities.occurred_date', 'days.from_date') }} as age_before,
        {{ days_between('activities.occurred_date', 'days.to_date') }} as age_after,
        activities.occurred_date <= days.from_date
        and (
            rules.window_days is null
            or {{ days_between('activities.occurred_date', 'days.from_date') }} < rules.window_days
        ) as is_before,
        rules.window_days is null
        or {{ days_between('activities.occurred_date', 'days.to_date') }} < rules.window_days
            as is_after
    from days
    inner join rules on days.scorecard_id = rules.scorecard_id
    inner join rule_activity_types
        on
            rules.scorecard_id = rule_activity_types.scorecard_id
            and rules.rule_id = rule_activity_types.rule_id
    inner join activities
        on
            days.lead_id = activities.lead_id
            and rule_activity_types.activity_type = activities.activity_type
            and coalesce(rule_activity_types.channel, '') = coalesce(activities.channel, '')
            and (rules.topic is null or rules.topic = activities.topic)
    where
        rules.measure = 'each'
        and activities.occurred_date <= days.to_date

),

come_and_gone as (

    select
        rule_id,
        points,
        half_life_days,
        occurred_date,
        is_after as is_new,
        case when is_after then age_after else age_before end as age_days
    from counted_events
    where is_before <> is_after

),

valued_events as (

    select
        rule_id,
        is_new,
        occurred_date,
        {{ decayed_points('points', 'age_days', 'half_life_days') }} as points
    from come_and_gone

),

event_changes as (

    select
        rule_id,
        cast(sum(case when is_new then points else 0 end) as decimal(12, 2)) as new_points,
        cast(sum(case when is_new then 0 else -points end) as decimal(12, 2)) as expired_points,
        cast(
            sum(case when is_new then 1 else 0 end) as {{ dbt.type_string() }}
        ) as new_times,
        cast(
            sum(case when is_new then 0 else 1 end) as {{ dbt.type_string() }}
        ) as expired_times,
        cast(
            max(case when is_new then occurred_date end) as {{ dbt.type_string() }}
        ) as last_new_day
    from valued_events
    group by rule_id

),

segment_states as (

    select
        segment_members.segment_id,
        max(
            case when segment_members.as_of_date = days.from_date then 1 else 0 end
        ) as is_member_before,
        max(
            case when segment_members.as_of_date = days.to_date then 1 else 0 end
        ) as is_member_after
    from segment_members
    inner join days on segment_members.lead_id = days.lead_id
    where segment_members.as_of_date in (days.from_date, days.to_date)
    group by segment_members.segment_id

),

rule_changes as (

    select
        pairs.rule_id,
        pairs.is_after,
        pairs.points_before,
        pairs.points_after,
        pairs.decayed_change,
        pairs.cap_change,
        rules.measure,
        rules.reason,
        rules.segment_id,
        cast(rules.window_days as {{ dbt.type_string() }}) as window_days,
        coalesce(event_changes.new_points, 0) as new_points,
        coalesce(event_changes.expired_points, 0) as expired_points,
        event_changes.new_times,
        event_changes.expired_times,
        event_changes.last_new_day,
        case
            -- A lead that enters or leaves the segment of a rule gets or loses all of its points.
            when segment_states.is_member_before <> segment_states.is_member_after then 'segment'
            else rules.measure
        end as kind
    from pairs
    inner join days on 1 = 1
    inner join rules
        on
            days.scorecard_id = rules.scorecard_id
            and pairs.rule_id = rules.rule_id
    left join event_changes on pairs.rule_id = event_changes.rule_id
    left join segment_states on rules.segment_id = segment_states.segment_id
    where pairs.entry = 'rule'

),

edited_rules_before as (

    select
        1 as part,
        case when is_edited_since_before then 'rules edited' else 'later data' end as cause,
        'score' as entry,
        rebuilt_before - score_before as change_points,
        score_before as points_before,
        rebuilt_before as points_after,
        case
            when is_edited_since_before
                then 'By the rules of today this day would have scored differently'
            else 'Data that arrived later changes what this day would have scored'
        end as sentence
    from scores

),

new_events as (

    select
        2 as part,
        'new events' as cause,
        rule_id as entry,
        new_points as change_points,
        points_before,
        points_after,
        case
            when new_times = '1' then reason || ' (on ' || last_new_day || ')'
            else reason || ' (' || new_times || ' times, last on ' || last_new_day || ')'
        end as sentence
    from rule_changes
    where kind = 'each'

),

attributes as (

    select
        3 as part,
        'attributes' as cause,
        rule_id as entry,
        points_after - points_before as change_points,
        points_before,
        points_after,
        case
            when kind = 'segment' and is_after
                then reason || ': the lead came into the segment ' || segment_id
            when kind = 'segment' then reason || ': the lead left the segment ' || segment_id
            when is_after then reason || ': now true'
            else reason || ': no longer true'
        end as sentence
    from rule_changes
    where kind in ('segment', 'value')

),

activity_conditions as (

    select
        4 as part,
        'activity conditions' as cause,
        rule_id as entry,
        points_after - points_before as change_points,
        points_before,
        points_after,
        reason || case when is_after then ': now true' else ': no longer true' end as sentence
    from rule_changes
    where kind in ('events', 'active_days', 'days_since_last')

),

expired_events as (

    select
        5 as part,
        'expired events' as cause,
        rule_id as entry,
        expired_points as change_points,
        points_before,
        points_after,
        reason || ' (' || expired_times
        || case when expired_times = '1' then ' time' else ' times' end
        || ', no longer within ' || window_days || ' days)' as sentence
    from rule_changes
    where kind = 'each'

),

decay as (

    select
        6 as part,
        'decay' as cause,
        rule_id as entry,
        decayed_change - new_points - expired_points as change_points,
        points_before,
        points_after,
        reason || ': counts less the longer ago it is' as sentence
    from rule_changes
    where kind = 'each'

),

caps as (

    select
        7 as part,
        'caps' as cause,
        rule_id as entry,
        cap_change as change_points,
        points_before,
        points_after,
        reason || ': what the limit of the rule leaves' as sentence
    from rule_changes
    where kind = 'each'

),

limits as (

    select
        8 as part,
        'limits' as cause,
        case entry
            when 'dimension_limit' then dimension || ' limit'
            when 'score_floor' then 'lowest score'
            when 'score_ceiling' then 'highest score'
            else entry
        end as entry,
        points_after - points_before as change_points,
        points_before,
        points_after,
        case entry
            when 'dimension_limit' then 'Limit of the scorecard on ' || dimension || ' points'
            when 'score_floor' then 'Lowest score of the scorecard'
            when 'score_ceiling' then 'Highest score of the scorecard'
            else 'Points that every lead of this scorecard starts with'
        end as sentence
    from pairs
    where entry <> 'rule'

),

edited_rules_after as (

    select
        9 as part,
        case when is_edited_since_after then 'rules edited' else 'later data' end as cause,
        'score' as entry,
        score_after - rebuilt_after as change_points,
        rebuilt_after as points_before,
        score_after as points_after,
        case
            when is_edited_since_after
                then 'What was published came from the rules of that day, not of today'
            else 'What was published lacked data that arrived later'
        end as sentence
    from scores

),

changes as (

    select * from edited_rules_before
    union all
    select * from new_events
    union all
    select * from attributes
    union all
    select * from activity_conditions
    union all
    select * from expired_events
    union all
    select * from decay
    union all
    select * from caps
    union all
    select * from limits
    union all
    select * from edited_rules_after

),

moved as (

    select * from changes
    where change_points <> 0

),

moved_in_all as (

    select coalesce(sum(change_points), 0) as change_points
    from moved

),

first_line as (

    select
        0 as part,
        'score before' as cause,
        'score' as entry,
        cast(0 as decimal(12, 2)) as change_points,
        cast(null as decimal(12, 2)) as points_before,
        score_before as points_after,
        'Score on ' || cast(from_date as {{ dbt.type_string() }}) as sentence
    from scores

),

unordered as (

    select * from first_line
    union all
    select * from moved

),

ordered as (

    select
        *,
        row_number() over (order by part asc, abs(change_points) desc, entry asc) as line
    from unordered

),

lines as (

    select
        ordered.cause,
        ordered.entry,
        cast(ordered.change_points as decimal(12, 2)) as change_points,
        cast(
            scores.score_before + sum(ordered.change_points) over (
                order by ordered.line
                rows between unbounded preceding and current row
            ) as decimal(12, 2)
        ) as running_score,
        cast(ordered.points_before as decimal(12, 2)) as points_before,
        cast(ordered.points_after as decimal(12, 2)) as points_after,
        ordered.sentence,
        scores.lead_id,
        scores.scorecard_id,
        scores.from_date,
        scores.to_date,
        ordered.line
    from ordered
    cross join scores

),

line_count as (

    select count(*) + 1 as line
    from lines

),

last_line as (

    select
        'score after' as cause,
        'score' as entry,
        cast(scores.score_after - scores.score_before as decimal(12, 2)) as change_points,
        scores.score_after as running_score,
        scores.score_before as points_before,
        scores.score_after as points_after,
        'Score on ' || cast(scores.to_date as {{ dbt.type_string() }})
        || case
            when moved_in_all.change_points = scores.score_after - scores.score_before
                then '; the lines above add up to the difference exactly'
            else '; the lines above do not add up to the difference: report this'
        end as sentence,
        scores.lead_id,
        scores.scorecard_id,
        scores.from_date,
        scores.to_date,
        line_count.line
    from scores
    cross join moved_in_all
    cross join line_count

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
        'not scored' as cause,
        'score' as entry,
        cast(null as decimal(12, 2)) as change_points,
        cast(null as decimal(12, 2)) as running_score,
        cast(null as decimal(12, 2)) as points_before,
        cast(null as decimal(12, 2)) as points_after,
        case
            when scored_day_count = 0
                then 'There is no such lead, or it was on no day up for scoring'
            else
                'There are no two such scores; the scored days of this lead lie between '
                || first_day || ' and ' || last_day
                || ' (see score_subjects for days and scorecards)'
        end as sentence,
        cast(null as {{ dbt.type_string() }}) as lead_id,
        cast(null as {{ dbt.type_string() }}) as scorecard_id,
        cast(null as date) as from_date,
        cast(null as date) as to_date,
        1 as line
    from first_and_last_day
    where not exists (select 1 from scores)

),

explained as (

    select * from lines
    union all
    select * from last_line
    union all
    select * from not_scored

)

select * from explained
order by line
