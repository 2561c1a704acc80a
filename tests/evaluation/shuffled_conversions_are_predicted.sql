-- Scorecards that rank conversions dealt out at random better or worse than a coin. A score cannot
-- know them, so the statistics would be wrong.
with

backtest as (

    select * from {{ ref('backtest') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

-- Scores in one random order, conversions in another.
shuffled as (

    select
        scorecard_id,
        cast(score as {{ type_double() }}) as score,
        is_converted,
        row_number() over (
            partition by scorecard_id
            order by {{ hash_share(["'scores'", 'lead_id', 'as_of_date']) }}, lead_id, as_of_date
        ) as score_position,
        row_number() over (
            partition by scorecard_id
            order by
                {{ hash_share(["'conversions'", 'lead_id', 'as_of_date']) }}, lead_id, as_of_date
        ) as conversion_position
    from backtest

),

dealt as (

    select
        scores.scorecard_id,
        scores.score,
        count(*) as scored_rows,
        count(case when conversions.is_converted then 1 end) as conversions
    from shuffled as scores
    inner join shuffled as conversions
        on
            scores.scorecard_id = conversions.scorecard_id
            and scores.score_position = conversions.conversion_position
    group by scores.scorecard_id, scores.score

),

{{ auc('aucs', 'dealt', ['scorecard_id']) }},

counts as (

    select
        scorecard_id,
        cast(sum(conversions) as {{ type_double() }}) as conversions,
        sum(scored_rows - conversions) as others
    from dealt
    group by scorecard_id

)

select
    aucs.scorecard_id,
    aucs.auc
from aucs
inner join counts on aucs.scorecard_id = counts.scorecard_id
cross join settings
where
    abs(aucs.auc - 0.5) > settings.shuffled_labels_z * sqrt(
        (counts.conversions + counts.others + 1)
        / nullif(12 * counts.conversions * counts.others, 0)
    )
