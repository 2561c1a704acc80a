-- One row per scorecard x month after the training days x thing that may drift: the score, a rule's
-- firing, the conversion rate, and chance against conversion.
with

backtest_rows as (

    select * from {{ ref('backtest_rows') }}

),

splits as (

    select * from {{ ref('backtest_splits') }}
    where split = 'train'

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}
    where entry = 'rule'

),

bins as (

    select * from {{ ref('score_calibration_bins') }}
    where dimension = 'total'

),

chances as (

    select * from {{ ref('score_chances') }}
    where dimension = 'total'

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

-- The training days are one period, every later month another.
periods as (

    select
        backtest_rows.*,
        case when backtest_rows.split <> 'train' then backtest_rows.cohort_month end as month,
        case when backtest_rows.is_converted then 1 else 0 end as conversion,
        case when backtest_rows.split = 'not_yet_known' then 1 else 0 end as is_unknown
    from backtest_rows
    cross join splits
    where
        backtest_rows.split = 'train'
        or backtest_rows.cohort_month > splits.ends_on

),

sizes as (

    select
        scorecard_id,
        month,
        count(*) as scored_rows,
        max(is_unknown) as is_unknown
    from periods
    group by scorecard_id, month

),

train_sizes as (

    select
        scorecard_id,
        scored_rows
    from sizes
    where month is null

),

months as (

    select
        sizes.scorecard_id,
        sizes.month,
        sizes.scored_rows,
        sizes.is_unknown,
        train_sizes.scored_rows as train_rows
    from sizes
    inner join train_sizes on sizes.scorecard_id = train_sizes.scorecard_id
    where sizes.month is not null

),

-- The score, in the tenths of the training days.
score_counts as (

    select
        periods.scorecard_id,
        periods.month,
        bins.bin,
        count(*) as scored_rows,
        sum(cast(periods.score as {{ type_double() }})) as score_sum
    from periods
    inner join bins
        on
            periods.scorecard_id = bins.scorecard_id
            and {{ score_in_bin('cast(periods.score as ' ~ type_double() ~ ')', 'bins') }}
    group by periods.scorecard_id, periods.month, bins.bin

),

-- Half a row stands in for an empty tenth, or the logarithm would have no value.
score_shares as (

    select
        months.scorecard_id,
        months.month,
        train_counts.bin,
        greatest(coalesce(month_counts.scored_rows, 0), 0.5) / months.scored_rows as month_share,
        cast(train_counts.scored_rows as {{ type_double() }}) / months.train_rows as train_share,
        coalesce(month_counts.score_sum, 0) / months.scored_rows as month_score,
        train_counts.score_sum / months.train_rows as train_score
    from months
    inner join score_counts as train_counts
        on
            months.scorecard_id = train_counts.scorecard_id
            and train_counts.month is null
    left join score_counts as month_counts
        on
            months.scorecard_id = month_counts.scorecard_id
            and months.month = month_counts.month
            and train_counts.bin = month_counts.bin

),

score_drifts as (

    select
        scorecard_id,
        month,
        'score' as drift_of,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        sum(train_score) as reference_value,
        sum(month_score) as value,
        sum((month_share - train_share) * ln(month_share / train_share)) as psi,
        cast(null as {{ type_double() }}) as z
    from score_shares
    group by scorecard_id, month

),

-- Each rule, by the share of rows it fires for.
fired_counts as (

    select
        periods.scorecard_id,
        periods.month,
        ledger.rule_id,
        count(*) as fired_rows
    from periods
    inner join ledger
        on
            periods.lead_id = ledger.lead_id
            and periods.as_of_date = ledger.as_of_date
            and periods.scorecard_id = ledger.scorecard_id
    group by periods.scorecard_id, periods.month, ledger.rule_id

),

rule_counts as (

    select
        months.scorecard_id,
        months.month,
        rules.rule_id,
        cast(months.scored_rows as {{ type_double() }}) as scored_rows,
        cast(months.train_rows as {{ type_double() }}) as train_rows,
        coalesce(month_fired.fired_rows, 0) as fired_rows,
        coalesce(train_fired.fired_rows, 0) as train_fired_rows
    from months
    inner join rules on months.scorecard_id = rules.scorecard_id
    left join fired_counts as month_fired
        on
            months.scorecard_id = month_fired.scorecard_id
            and months.month = month_fired.month
            and rules.rule_id = month_fired.rule_id
    left join fired_counts as train_fired
        on
            months.scorecard_id = train_fired.scorecard_id
            and train_fired.month is null
            and rules.rule_id = train_fired.rule_id

),

rule_shares as (

    select
        *,
        greatest(fired_rows, 0.5) / scored_rows as month_share,
        greatest(scored_rows - fired_rows, 0.5) / scored_rows as month_other_share,
        greatest(train_fired_rows, 0.5) / train_rows as train_share,
        greatest(train_rows - train_fired_rows, 0.5) / train_rows as train_other_share
    from rule_counts

),

rule_drifts as (

    select
        scorecard_id,
        month,
        'rule' as drift_of,
        rule_id,
        train_fired_rows / train_rows as reference_value,
        fired_rows / scored_rows as value,
        (month_share - train_share) * ln(month_share / train_share)
        + (month_other_share - train_other_share)
        * ln(month_other_share / train_other_share) as psi,
        cast(null as {{ type_double() }}) as z
    from rule_shares

),

-- What converted. A lead that converted counts at each of its ages, so errors are wider than those
-- of as many single leads.
outcomes as (

    select
        periods.scorecard_id,
        periods.month,
        cast(count(*) as {{ type_double() }}) as scored_rows,
        sum(periods.conversion) as conversions,
        sum(chances.chance) as expected_conversions,
        sum(chances.chance * (1 - chances.chance)) as chance_variance,
        greatest(
            cast(sum(periods.conversion) as {{ type_double() }}) / nullif(
                count(distinct case when periods.conversion = 1 then periods.lead_id end), 0
            ),
            1
        ) as rows_per_converted_lead
    from periods
    left join chances
        on
            periods.scorecard_id = chances.scorecard_id
            and periods.split = chances.split
            and periods.lead_age_days = chances.lead_age_days
            and cast(periods.score as {{ type_double() }}) = chances.score
    where periods.split <> 'not_yet_known'
    group by periods.scorecard_id, periods.month

),

train_outcomes as (

    select
        scorecard_id,
        scored_rows,
        conversions,
        rows_per_converted_lead
    from outcomes
    where month is null

),

known_months as (

    select
        months.scorecard_id,
        months.month,
        outcomes.scored_rows,
        outcomes.conversions,
        outcomes.expected_conversions,
        outcomes.chance_variance,
        train_outcomes.scored_rows as train_rows,
        train_outcomes.conversions as train_conversions,
        train_outcomes.rows_per_converted_lead,
        (outcomes.conversions + train_outcomes.conversions)
        / (outcomes.scored_rows + train_outcomes.scored_rows) as pooled_rate
    from months
    inner join train_outcomes on months.scorecard_id = train_outcomes.scorecard_id
    left join outcomes
        on
            months.scorecard_id = outcomes.scorecard_id
            and months.month = outcomes.month
            and months.is_unknown = 0

),

rate_drifts as (

    select
        scorecard_id,
        month,
        'base_rate' as drift_of,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        train_conversions / train_rows as reference_value,
        conversions / scored_rows as value,
        cast(null as {{ type_double() }}) as psi,
        (conversions / scored_rows - train_conversions / train_rows) / nullif(
            sqrt(
                pooled_rate * (1 - pooled_rate) * rows_per_converted_lead
                * (1 / scored_rows + 1 / train_rows)
            ),
            0
        ) as z
    from known_months

),

calibration_drifts as (

    select
        scorecard_id,
        month,
        'calibration' as drift_of,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        expected_conversions / scored_rows as reference_value,
        conversions / scored_rows as value,
        cast(null as {{ type_double() }}) as psi,
        (conversions - expected_conversions)
        / nullif(sqrt(chance_variance * rows_per_converted_lead), 0) as z
    from known_months

),

drifts as (

    select * from score_drifts
    union all
    select * from rule_drifts
    union all
    select * from rate_drifts
    union all
    select * from calibration_drifts

),

drift as (

    select
        drifts.scorecard_id,
        drifts.month,
        drifts.drift_of,
        drifts.rule_id,
        months.scored_rows,
        drifts.reference_value,
        drifts.value,
        drifts.psi,
        drifts.z,
        case
            when drifts.drift_of in ('base_rate', 'calibration') and months.is_unknown = 1
                then 'not yet known'
            when months.scored_rows < settings.drift_min_rows then 'too few rows'
            when coalesce(drifts.psi, drifts.z) is null then 'no chance to compare'
            when
                drifts.psi > settings.psi_major
                or abs(drifts.z) > settings.rate_drift_major_z
                then 'major'
            when
                drifts.psi > settings.psi_some
                or abs(drifts.z) > settings.rate_drift_some_z
                then 'some'
            else 'none'
        end as status
    from drifts
    inner join months
        on
            drifts.scorecard_id = months.scorecard_id
            and drifts.month = months.month
    cross join settings

)

select * from drift
