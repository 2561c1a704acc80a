-- Where should the sales-ready line be?
-- A row per line the score could be cut at, chosen on training days and checked on test days. A
-- lead is called once, on the first of its judged days on which it reaches the line; it is a win if
-- it converts within the horizon after that day. The marked lines come first: best F1 (balance of
-- precision and recall), best Youden (most hits against false alarms), best value, and the present
-- mql_score.
-- Vars: scorecard (default: the one that speaks for most leads), cost_per_call (default: unknown,
-- then no line is best by value), value_per_win (default: the average amount of the conversions).
-- dbt show --select best_thresholds --limit 200 --vars '{cost_per_call: 40, value_per_win: 5000}'
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

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

asked_scorecard as (

    {{ asked_scorecard('backtest') }}

),

judged_days as (

    select
        backtest.split,
        backtest.lead_id,
        backtest.as_of_date,
        backtest.score,
        backtest.is_converted,
        backtest.converted_date,
        backtest.conversion_amount
    from backtest
    inner join asked_scorecard on backtest.scorecard_id = asked_scorecard.scorecard_id
    where backtest.split in ('train', 'test')

),

-- A day reaches the lines above all that the lead had reached before.
first_days as (

    select
        *,
        max(score) over (
            partition by split, lead_id
            order by as_of_date
            rows between unbounded preceding and 1 preceding
        ) as score_before
    from judged_days

),

mql_score as (

    select scorecards.mql_score
    from scorecards
    inner join asked_scorecard on scorecards.scorecard_id = asked_scorecard.scorecard_id

),

-- Whole points, and the present line.
lines as (

    select cast(floor(score) as decimal(12, 2)) as line
    from judged_days
    where split = 'train'

    union distinct

    select cast(mql_score as decimal(12, 2)) as line
    from mql_score
    where mql_score is not null

),

called as (

    select
        lines.line,
        cast(count(case when first_days.split = 'train' then 1 end) as {{ type_double() }})
            as leads_above,
        cast(
            count(case when first_days.split = 'train' and first_days.is_converted then 1 end)
            as {{ type_double() }}
        ) as wins,
        cast(count(case when first_days.split = 'test' then 1 end) as {{ type_double() }})
            as test_leads_above,
        cast(
            count(case when first_days.split = 'test' and first_days.is_converted then 1 end)
            as {{ type_double() }}
        ) as test_wins
    from lines
    inner join first_days
        on
            lines.line <= first_days.score
            and (first_days.score_before is null or lines.line > first_days.score_before)
    group by lines.line

),

overall as (

    select
        cast(
            count(distinct case when split = 'train' then lead_id end) as {{ type_double() }}
        ) as leads,
        cast(
            count(distinct case when split = 'train' and is_converted then lead_id end)
            as {{ type_double() }}
        ) as converted_leads,
        cast(
            count(distinct case when split = 'test' and is_converted then lead_id end)
            as {{ type_double() }}
        ) as test_converted_leads
    from judged_days

),

-- What a lead bought within the horizons of several of its days was paid once.
purchases as (

    select distinct
        lead_id,
        converted_date,
        conversion_amount
    from judged_days
    where
        split = 'train'
        and conversion_amount is not null

),

average_win as (

    select cast(avg(conversion_amount) as {{ type_double() }}) as value_per_win
    from purchases

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
        called.line,
        called.leads_above,
        called.wins,
        called.wins / nullif(called.leads_above, 0) as precision_share,
        called.wins / nullif(overall.converted_leads, 0) as recall_share,
        2 * called.wins / nullif(called.leads_above + overall.converted_leads, 0) as f1,
        (called.wins / nullif(called.leads_above, 0))
        / nullif(overall.converted_leads / nullif(overall.leads, 0), 0) as lift,
        called.leads_above / nullif(called.wins, 0) as calls_per_win,
        called.wins / nullif(overall.converted_leads, 0)
        - (called.leads_above - called.wins)
        / nullif(overall.leads - overall.converted_leads, 0) as youden_j,
        called.wins * money.value_per_win - called.leads_above * money.cost_per_call as net_value,
        called.test_wins / nullif(called.test_leads_above, 0) as test_precision_share,
        called.test_wins / nullif(overall.test_converted_leads, 0) as test_recall_share
    from called
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
        coalesce(ranked.line = mql_score.mql_score, false) as is_mql_score
    from ranked
    cross join asked_scorecard
    cross join mql_score

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
        cast(leads_above as {{ dbt.type_bigint() }}) as leads_above,
        precision_share,
        recall_share,
        lift,
        f1,
        youden_j,
        calls_per_win,
        net_value,
        test_precision_share,
        test_recall_share,
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
