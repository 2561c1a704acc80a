-- Which rule should be changed first?
-- Rules in the order of their review_rank in rule_performance: first possible leaks and points of
-- the wrong sign, then the largest distance between the points a rule gives and the points its
-- evidence supports, times the share of rows it fires for. Rules without enough evidence come last.
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

review as (

    select
        rules.rule_id,
        rules.verdict,
        rules.points_now,
        rules.supported_points,
        rules.fired_share,
        rules.score_share,
        rules.verdict_sentence || coalesce(
            ' (it gives '
            || cast(cast(rules.points_now as decimal(12, 1)) as {{ dbt.type_string() }})
            || ' points, the evidence supports '
            || cast(cast(rules.supported_points as decimal(12, 1)) as {{ dbt.type_string() }})
            || coalesce(
                ', from '
                || cast(
                    cast(rules.supported_points_low as decimal(12, 1)) as {{ dbt.type_string() }}
                ) || ' to '
                || cast(
                    cast(rules.supported_points_high as decimal(12, 1)) as {{ dbt.type_string() }}
                ),
                ''
            ) || ')',
            ''
        ) as sentence,
        rules.supported_points - rules.points_now as missing_points,
        rules.moved_points,
        rules.supported_points_low,
        rules.supported_points_high,
        rules.lift,
        rules.woe,
        rules.iv,
        rules.fired_leads,
        rules.fired_conversions,
        rules.dimension,
        rules.signal,
        rules.reason,
        rules.scorecard_id,
        rules.review_rank as place
    from rule_performance as rules
    inner join asked_scorecard on rules.scorecard_id = asked_scorecard.scorecard_id

)

select * from review
order by place
