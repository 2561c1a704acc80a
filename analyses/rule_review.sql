-- Which rule should be changed first?
-- Rules in the order of what a change would move: first possible leaks and points of the wrong
-- sign, then the largest distance between the points a rule gives and the points its evidence
-- supports, times the share of rows it fires for. Rules without enough evidence come last.
-- Vars: scorecard (default: the one that speaks for most leads).
-- dbt show --select rule_review --limit 100 --vars '{scorecard: pql_v1}'
with

backtest as (

    select * from {{ ref('backtest') }}

),

rule_performance as (

    select * from {{ ref('rule_performance') }}

),

asked_scorecard as (

    {{ asked_scorecard('backtest') }}

),

distances as (

    select
        rule_performance.*,
        rule_performance.supported_points - rule_performance.points_now as missing_points,
        abs(rule_performance.supported_points - rule_performance.points_now)
        * rule_performance.fired_share as moved_points,
        case
            when rule_performance.verdict = 'suspiciously strong' then 1
            when rule_performance.verdict = 'wrong sign' then 2
            when rule_performance.verdict in ('raise', 'lower') then 3
            when rule_performance.verdict = 'keep' then 4
            else 5
        end as urgency
    from rule_performance
    inner join asked_scorecard
        on rule_performance.scorecard_id = asked_scorecard.scorecard_id

),

review as (

    select
        rule_id,
        verdict,
        points_now,
        supported_points,
        fired_share,
        score_share,
        verdict_sentence || coalesce(
            ' (it gives ' || cast(cast(points_now as decimal(12, 1)) as {{ dbt.type_string() }})
            || ' points, the evidence supports '
            || cast(cast(supported_points as decimal(12, 1)) as {{ dbt.type_string() }})
            || coalesce(
                ', from '
                || cast(cast(supported_points_low as decimal(12, 1)) as {{ dbt.type_string() }})
                || ' to '
                || cast(cast(supported_points_high as decimal(12, 1)) as {{ dbt.type_string() }}),
                ''
            ) || ')',
            ''
        ) as sentence,
        missing_points,
        moved_points,
        supported_points_low,
        supported_points_high,
        lift,
        woe,
        iv,
        fired_leads,
        fired_conversions,
        dimension,
        signal,
        reason,
        scorecard_id,
        row_number() over (
            order by urgency asc, coalesce(moved_points, 0) desc, score_share desc, rule_id asc
        ) as place
    from distances

)

select * from review
order by place
