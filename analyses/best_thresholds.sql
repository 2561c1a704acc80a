-- Where should the sales-ready line be?
-- A row per line the score could be cut at, chosen on training rows and checked on test rows. The
-- marked lines come first: best F1 (balance of precision and recall), best Youden (most hits
-- against false alarms), best value, and the present mql_score.
-- Vars: scorecard (default: the one that speaks for most leads), cost_per_call (default: unknown,
-- then no line is best by value), value_per_win (default: the average amount of the conversions).
-- dbt show --select best_thresholds --limit 200 --vars '{cost_per_call: 40, value_per_win: 5000}'
{%- set scorecard = var('scorecard', none) -%}
{%- set cost_per_call = var('cost_per_call', none) -%}
{%- set value_per_win = var('value_per_win', none) -%}
{%- for name, amount in [('cost_per_call', cost_per_call), ('value_per_win', value_per_win)] -%}
    {%- if amount is not none and amount is not number -%}
        {{ exceptions.raise_compiler_error(
            "The var " ~ name ~ " is '" ~ amount ~ "': write a number such as 40."
        ) }}
    {%- endif -%}
{%- endfor %}
with

backtest as (

    select * from {{ ref('backtest') }}

),

all_scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

ranked_scorecards as (

    select
        scorecard_id,
        row_number() over (
            order by sum(case when is_primary then 1 else 0 end) desc, scorecard_id asc
        ) as place
    from backtest
    {%- if scorecard is not none %}
        where scorecard_id = {{ quoted_list([scorecard | string]) }}
    {%- endif %}
    group by scorecard_id

),

asked_scorecard as (

    select
        all_scorecards.scorecard_id,
        all_scorecards.mql_score
    from all_scorecards
    inner join ranked_scorecards
        on all_scorecards.scorecard_id = ranked_scorecards.scorecard_id
    where ranked_scorecards.place = 1

),

backtest_rows as (

    select
        backtest.lead_id,
        backtest.score,
        backtest.split,
        backtest.conversion_amount,
        case when backtest.is_converted then 1 else 0 end as conversions
    from backtest
    inner join asked_scorecard on backtest.scorecard_id = asked_scorecard.scorecard_id
    where backtest.split in ('train', 'test')

),

by_score as (

    select
        score,
        sum(case when split = 'train' then 1 else 0 end) as train_rows,
        sum(case when split = 'train' then conversions else 0 end) as train_conversions,
        sum(case when split = 'test' then 1 else 0 end) as test_rows,
        sum(case when split = 'test' then conversions else 0 end) as test_conversions
    from backtest_rows
    group by score

),

best_scores as (

    select
        lead_id,
        max(score) as score
    from backtest_rows
    where split = 'train'
    group by lead_id

),

leads_by_score as (

    select
        score,
        count(*) as leads
    from best_scores
    group by score

),

-- Whole points, and the present line.
lines as (

    select cast(floor(score) as decimal(12, 2)) as line
    from by_score
    where train_rows > 0

    union distinct

    select cast(mql_score as decimal(12, 2)) as line
    from asked_scorecard
    where mql_score is not null

),

rows_above as (

    select
        lines.line,
        cast(sum(by_score.train_rows) as {{ type_double() }}) as rows_above,
        cast(sum(by_score.train_conversions) as {{ type_double() }}) as wins,
        cast(sum(by_score.test_rows) as {{ type_double() }}) as test_rows_above,
        cast(sum(by_score.test_conversions) as {{ type_double() }}) as test_wins
    from lines
    inner join by_score on lines.line <= by_score.score
    group by lines.line

),

leads_above as (

    select
        lines.line,
        sum(leads_by_score.leads) as leads_above
    from lines
    inner join leads_by_score on lines.line <= leads_by_score.score
    group by lines.line

),

overall as (

    select
        cast(sum(train_rows) as {{ type_double() }}) as scored_rows,
        cast(sum(train_conversions) as {{ type_double() }}) as conversions,
        cast(sum(test_conversions) as {{ type_double() }}) as test_conversions
    from by_score

),

average_win as (

    select cast(avg(conversion_amount) as {{ type_double() }}) as value_per_win
    from backtest_rows
    where
        split = 'train'
        and conversions = 1

),

money as (

    select
        cast({{ cost_per_call if cost_per_call is not none else 'null' }} as {{ type_double() }})
            as cost_per_call,
        coalesce(
            cast(
                {{ value_per_win if value_per_win is not none else 'null' }} as {{ type_double() }}
            ),
            value_per_win
        ) as value_per_win
    from average_win

),

measured as (

    select
        rows_above.line,
        rows_above.rows_above,
        rows_above.wins,
        leads_above.leads_above,
        rows_above.wins / nullif(rows_above.rows_above, 0) as precision_share,
        rows_above.wins / nullif(overall.conversions, 0) as recall_share,
        2 * rows_above.wins / nullif(rows_above.rows_above + overall.conversions, 0) as f1,
        (rows_above.wins / nullif(rows_above.rows_above, 0))
        / nullif(overall.conversions / nullif(overall.scored_rows, 0), 0) as lift,
        rows_above.rows_above / nullif(rows_above.wins, 0) as calls_per_win,
        rows_above.wins / nullif(overall.conversions, 0)
        - (rows_above.rows_above - rows_above.wins)
        / nullif(overall.scored_rows - overall.conversions, 0) as youden_j,
        rows_above.wins * money.value_per_win
        - rows_above.rows_above * money.cost_per_call as net_value,
        rows_above.test_wins / nullif(rows_above.test_rows_above, 0) as test_precision_share,
        rows_above.test_wins / nullif(overall.test_conversions, 0) as test_recall_share
    from rows_above
    left join leads_above on rows_above.line = leads_above.line
    cross join overall
    cross join money

),

-- Of lines that are equally good, the highest takes the fewest calls.
ranked as (

    select
        *,
        row_number() over (order by coalesce(f1, 0) desc, line desc) as f1_place,
        row_number() over (order by coalesce(youden_j, 0) desc, line desc) as youden_place,
        row_number() over (
            order by case when net_value is null then 2 else 1 end asc, net_value desc, line desc
        ) as value_place
    from measured

),

flagged as (

    select
        ranked.*,
        asked_scorecard.scorecard_id,
        ranked.f1_place = 1 and ranked.f1 is not null as is_best_f1,
        ranked.youden_place = 1 and ranked.youden_j is not null as is_best_youden,
        ranked.value_place = 1 and ranked.net_value is not null as is_best_value,
        coalesce(ranked.line = asked_scorecard.mql_score, false) as is_mql_score
    from ranked
    cross join asked_scorecard

),

marked as (

    select
        line,
        trim(
            case when is_mql_score then 'present ' else '' end
            || case when is_best_f1 then 'F1 ' else '' end
            || case when is_best_youden then 'Youden ' else '' end
            || case when is_best_value then 'value' else '' end
        ) as mark,
        leads_above,
        precision_share,
        recall_share,
        lift,
        f1,
        youden_j,
        calls_per_win,
        net_value,
        test_precision_share,
        test_recall_share,
        cast(rows_above as {{ dbt.type_bigint() }}) as rows_above,
        cast(wins as {{ dbt.type_bigint() }}) as wins,
        is_best_f1,
        is_best_youden,
        is_best_value,
        is_mql_score,
        scorecard_id
    from flagged

)

select * from marked
order by case when mark = '' then 2 else 1 end asc, line desc
