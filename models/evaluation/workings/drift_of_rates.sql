-- One row per scorecard x month after the training days x kind of rate: the conversion rate against
-- that of the training days (`base_rate`), and against the chances that were said (`calibration`).
with

drift_rows as (

    select * from {{ ref('drift_rows') }}

),

months as (

    select * from {{ ref('drift_months') }}

),

chances as (

    select * from {{ ref('backtest_chances') }}
    where dimension = 'total'

),

lead_outcomes as (

    select
        drift_rows.scorecard_id,
        drift_rows.month,
        drift_rows.lead_id,
        count(*) as scored_rows,
        count(case when chances.is_converted then 1 end) as conversions,
        sum(chances.chance) as expected_conversions,
        sum(chances.chance * (1 - chances.chance)) as chance_variance
    from drift_rows
    inner join chances
        on
            drift_rows.lead_id = chances.lead_id
            and drift_rows.as_of_date = chances.as_of_date
            and drift_rows.scorecard_id = chances.scorecard_id
    group by drift_rows.scorecard_id, drift_rows.month, drift_rows.lead_id

),

counts as (

    select
        scorecard_id,
        month,
        count(*) as leads,
        cast(sum(scored_rows) as {{ type_double() }}) as scored_rows,
        cast(sum(conversions) as {{ type_double() }}) as conversions,
        sum(conversions * conversions) as squared_conversions,
        sum(expected_conversions) as expected_conversions,
        sum(chance_variance) as chance_variance
    from lead_outcomes
    group by scorecard_id, month

),

-- The rows of a lead convert together, so that errors are wider than those of as many leads.
outcomes as (

    select
        *,
        {{ design_effect('counts') }} as design_effect
    from counts

),

-- Of a month whose outcomes are not all known there is no rate.
compared as (

    select
        months.scorecard_id,
        months.month,
        train_outcomes.conversions / train_outcomes.scored_rows as train_rate,
        train_outcomes.design_effect / train_outcomes.scored_rows as train_weight,
        outcomes.conversions / outcomes.scored_rows as rate,
        outcomes.expected_conversions / outcomes.scored_rows as expected_rate,
        outcomes.design_effect / outcomes.scored_rows as weight,
        outcomes.chance_variance / outcomes.scored_rows as chance_variance,
        (outcomes.conversions + train_outcomes.conversions)
        / (outcomes.scored_rows + train_outcomes.scored_rows) as pooled_rate
    from months
    inner join outcomes as train_outcomes
        on
            months.scorecard_id = train_outcomes.scorecard_id
            and train_outcomes.month is null
    left join outcomes
        on
            months.is_known
            and months.scorecard_id = outcomes.scorecard_id
            and months.month = outcomes.month

),

drift_of_rates as (

    select
        scorecard_id,
        month,
        'base_rate' as drift_of,
        train_rate as reference_value,
        rate as value,
        (rate - train_rate)
        / nullif(sqrt(pooled_rate * (1 - pooled_rate) * (weight + train_weight)), 0) as z
    from compared

    union all

    select
        scorecard_id,
        month,
        'calibration' as drift_of,
        expected_rate as reference_value,
        rate as value,
        (rate - expected_rate) / nullif(sqrt(chance_variance * weight), 0) as z
    from compared

)

select * from drift_of_rates
