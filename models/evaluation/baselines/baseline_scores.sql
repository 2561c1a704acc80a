-- One row per back-test row of a champion x baseline: what naive Bayes, recency alone and a random
-- number would have ranked it by.
with

backtest as (

    select * from {{ ref('backtest') }}
    where scorecard_role = 'champion'

),

evidence as (

    select * from {{ ref('baseline_evidence') }}

),

weights as (

    select * from {{ ref('baseline_naive_bayes') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

train_totals as (

    select
        scorecard_id,
        count(case when is_converted then 1 end) as won_count,
        count(case when not is_converted then 1 end) as lost_count
    from backtest
    where split = 'train'
    group by scorecard_id

),

-- Logarithms are added as decimals, so that the sum is the same in any order.
evidence_sums as (

    select
        evidence.scorecard_id,
        evidence.lead_id,
        evidence.as_of_date,
        cast(
            sum(cast(weights.log_odds as {{ contract_type('decimal(18, 12)') }}))
            as {{ type_double() }}
        ) as log_odds
    from evidence
    inner join weights
        on
            evidence.scorecard_id = weights.scorecard_id
            and evidence.field = weights.field
            and evidence.value = weights.value
    group by evidence.scorecard_id, evidence.lead_id, evidence.as_of_date

),

recency as (

    select
        scorecard_id,
        lead_id,
        as_of_date,
        -cast(value as {{ type_double() }}) as score
    from evidence
    where field = 'days_since_last_activity'

),

longest_silences as (

    select
        scorecard_id,
        min(score) as score
    from recency
    group by scorecard_id

),

naive_bayes_scores as (

    select
        backtest.scorecard_id,
        'naive_bayes' as baseline,
        backtest.lead_id,
        backtest.as_of_date,
        -- The chance is limited at both ends, as in the original.
        greatest(
            least(
                ln(cast(train_totals.won_count as {{ type_double() }}) / train_totals.lost_count)
                + coalesce(evidence_sums.log_odds, 0),
                ln((1 - settings.naive_bayes_min_chance) / settings.naive_bayes_min_chance)
            ),
            ln(settings.naive_bayes_min_chance / (1 - settings.naive_bayes_min_chance))
        ) as score
    from backtest
    inner join train_totals on backtest.scorecard_id = train_totals.scorecard_id
    cross join settings
    left join evidence_sums
        on
            backtest.scorecard_id = evidence_sums.scorecard_id
            and backtest.lead_id = evidence_sums.lead_id
            and backtest.as_of_date = evidence_sums.as_of_date
    where
        train_totals.won_count > 0
        and train_totals.lost_count > 0

),

recency_scores as (

    select
        backtest.scorecard_id,
        'recency' as baseline,
        backtest.lead_id,
        backtest.as_of_date,
        -- Who never did anything comes after the longest silence.
        coalesce(recency.score, longest_silences.score - 1, 0) as score
    from backtest
    left join recency
        on
            backtest.scorecard_id = recency.scorecard_id
            and backtest.lead_id = recency.lead_id
            and backtest.as_of_date = recency.as_of_date
    left join longest_silences on backtest.scorecard_id = longest_silences.scorecard_id

),

random_scores as (

    select
        scorecard_id,
        'random' as baseline,
        lead_id,
        as_of_date,
        {{ hash_share(["'random'", 'lead_id', 'as_of_date']) }} as score
    from backtest

),

baseline_scores as (

    select * from naive_bayes_scores
    union all
    select * from recency_scores
    union all
    select * from random_scores

)

select * from baseline_scores
