-- One row per champion scorecard x capacity of the sales team: where the line lies when it works
-- that many of the leads that the scorecard speaks for a day, best first, and what that brings.
-- Each champion is asked as if the team worked its leads alone.
with

backtest as (

    select * from {{ ref('backtest') }}
    where
        split = 'test'
        and scorecard_role = 'champion'
        and is_primary

),

reps as (

    select * from {{ ref('stg_config__sales_reps') }}

),

splits as (

    select * from {{ ref('backtest_splits') }}
    where split = 'test'

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

-- A lead is called once: on the first of the days on which its score was highest.
ranked_days as (

    select
        scorecard_id,
        lead_id,
        score,
        is_converted,
        row_number() over (
            partition by scorecard_id, lead_id
            order by score desc, as_of_date asc
        ) as preference
    from backtest

),

best_days as (

    select * from ranked_days
    where preference = 1

),

by_score as (

    select
        scorecard_id,
        score,
        count(*) as leads,
        count(case when is_converted then 1 end) as wins
    from best_days
    group by scorecard_id, score

),

lines as (

    select
        scorecard_id,
        score,
        cast(
            sum(leads) over (
                partition by scorecard_id
                order by score desc
                rows between unbounded preceding and current row
            ) as {{ dbt.type_bigint() }}
        ) as worked_leads,
        cast(
            sum(wins) over (
                partition by scorecard_id
                order by score desc
                rows between unbounded preceding and current row
            ) as {{ dbt.type_bigint() }}
        ) as wins
    from by_score

),

test_days as (

    select {{ days_between('starts_on', 'ends_on') }} + 1 as test_days
    from splits

),

team as (

    {{ sales_capacity('reps') }}

),

steps as (

    {{ integers(2) }}

),

-- A little less than the team can do, what it can do, and a little more.
capacities as (

    select
        test_days.test_days,
        1 + (steps.n - 1) * settings.capacity_step_share as capacity_share,
        team.leads_per_day * (1 + (steps.n - 1) * settings.capacity_step_share) as leads_per_day
    from steps
    cross join settings
    cross join team
    cross join test_days

),

scorecard_wins as (

    select
        scorecard_id,
        cast(sum(wins) as {{ dbt.type_bigint() }}) as all_wins
    from by_score
    group by scorecard_id

),

-- The lowest line whose leads the team can still work. Leads of equal score are worked all or none.
chosen as (

    select
        scorecard_wins.scorecard_id,
        capacities.capacity_share,
        capacities.leads_per_day,
        capacities.test_days,
        scorecard_wins.all_wins,
        min(lines.score) as line_score,
        coalesce(max(lines.worked_leads), 0) as worked_leads,
        coalesce(max(lines.wins), 0) as wins
    from scorecard_wins
    cross join capacities
    left join lines
        on
            scorecard_wins.scorecard_id = lines.scorecard_id
            and capacities.leads_per_day * capacities.test_days >= lines.worked_leads
    group by
        scorecard_wins.scorecard_id,
        capacities.capacity_share,
        capacities.leads_per_day,
        capacities.test_days,
        scorecard_wins.all_wins

),

compared as (

    select
        *,
        cast(wins as {{ type_double() }}) / nullif(worked_leads, 0) as precision_share,
        cast(wins as {{ type_double() }}) / nullif(all_wins, 0) as recall_share,
        all_wins - wins as missed_wins,
        wins - max(case when capacity_share = 1 then wins end) over (
            partition by scorecard_id
        ) as extra_wins
    from chosen

),

capacity_line as (

    select
        scorecard_id,
        capacity_share,
        leads_per_day,
        test_days,
        line_score,
        worked_leads,
        wins,
        precision_share,
        recall_share,
        missed_wins,
        extra_wins,
        case
            when leads_per_day = 0 then 'No line: sales_reps.csv has nobody who takes leads'
            when line_score is null
                then 'No line: the best leads have one score, and together they are too many'
            else
                'From score ' || cast(line_score as {{ dbt.type_string() }})
                || ' on. Leads worked: ' || cast(worked_leads as {{ dbt.type_string() }})
                || ', converted: ' || cast(wins as {{ dbt.type_string() }})
                || ', conversions missed: ' || cast(missed_wins as {{ dbt.type_string() }})
        end as sentence
    from compared

)

select * from capacity_line
