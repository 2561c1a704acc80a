-- One row per scorecard x month after the training days x rule: how far the share of rows that it
-- fires for has moved.
with

drift_rows as (

    select * from {{ ref('drift_rows') }}

),

months as (

    select * from {{ ref('drift_months') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}
    where entry = 'rule'

),

fired as (

    select
        drift_rows.scorecard_id,
        drift_rows.month,
        ledger.rule_id,
        count(*) as fired_rows
    from drift_rows
    inner join ledger
        on
            drift_rows.lead_id = ledger.lead_id
            and drift_rows.as_of_date = ledger.as_of_date
            and drift_rows.scorecard_id = ledger.scorecard_id
    group by drift_rows.scorecard_id, drift_rows.month, ledger.rule_id

),

counts as (

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
    left join fired as month_fired
        on
            months.scorecard_id = month_fired.scorecard_id
            and months.month = month_fired.month
            and rules.rule_id = month_fired.rule_id
    left join fired as train_fired
        on
            months.scorecard_id = train_fired.scorecard_id
            and train_fired.month is null
            and rules.rule_id = train_fired.rule_id

),

-- Half a row stands in for none, or the logarithm would have no value.
shares as (

    select
        *,
        greatest(fired_rows, 0.5) / scored_rows as month_share,
        greatest(scored_rows - fired_rows, 0.5) / scored_rows as month_other_share,
        greatest(train_fired_rows, 0.5) / train_rows as train_share,
        greatest(train_rows - train_fired_rows, 0.5) / train_rows as train_other_share
    from counts

),

drift_of_rules as (

    select
        scorecard_id,
        month,
        rule_id,
        train_fired_rows / train_rows as reference_value,
        fired_rows / scored_rows as value,
        {{ psi_term('month_share', 'train_share') }}
        + {{ psi_term('month_other_share', 'train_other_share') }} as psi
    from shares

)

select * from drift_of_rules
