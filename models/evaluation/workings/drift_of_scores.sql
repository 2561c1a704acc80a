-- One row per scorecard x month after the training days: how far its scores have moved, in the
-- tenths of the training days.
with

drift_rows as (

    select
        scorecard_id,
        month,
        cast(score as {{ type_double() }}) as score
    from {{ ref('drift_rows') }}

),

months as (

    select * from {{ ref('drift_months') }}

),

bins as (

    select * from {{ ref('score_calibration_bins') }}
    where dimension = 'total'

),

counts as (

    select
        drift_rows.scorecard_id,
        drift_rows.month,
        bins.bin,
        count(*) as scored_rows,
        sum(drift_rows.score) as score_sum
    from drift_rows
    inner join bins
        on
            drift_rows.scorecard_id = bins.scorecard_id
            and {{ score_in_bin('drift_rows.score', 'bins') }}
    group by drift_rows.scorecard_id, drift_rows.month, bins.bin

),

-- Half a row stands in for an empty tenth, or the logarithm would have no value.
shares as (

    select
        months.scorecard_id,
        months.month,
        train_counts.bin,
        greatest(coalesce(month_counts.scored_rows, 0), 0.5) / months.scored_rows as month_share,
        cast(train_counts.scored_rows as {{ type_double() }}) / months.train_rows as train_share,
        coalesce(month_counts.score_sum, 0) / months.scored_rows as month_score,
        train_counts.score_sum / months.train_rows as train_score
    from months
    inner join counts as train_counts
        on
            months.scorecard_id = train_counts.scorecard_id
            and train_counts.month is null
    left join counts as month_counts
        on
            months.scorecard_id = month_counts.scorecard_id
            and months.month = month_counts.month
            and train_counts.bin = month_counts.bin

),

drift_of_scores as (

    select
        scorecard_id,
        month,
        sum(train_score) as reference_value,
        sum(month_score) as value,
        sum({{ psi_term('month_share', 'train_share') }}) as psi
    from shares
    group by scorecard_id, month

)

select * from drift_of_scores
