-- One row per scorecard x dimension x split: how well it ranks leads, and how true its chances are.
with

distribution as (

    select * from {{ ref('score_distribution') }}
    where split in ('train', 'test')

),

chances as (

    select * from {{ ref('score_chances') }}
    where split in ('train', 'test')

),

scores as (

    select * from {{ ref('backtest_scores') }}
    where
        split in ('train', 'test')
        and not is_baseline

),

gains as (

    select * from {{ ref('score_gains') }}

),

reliability as (

    select * from {{ ref('score_reliability') }}

),

auc_samples as (

    select * from {{ ref('scorecard_auc_samples') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

counts as (

    select
        scorecard_id,
        dimension,
        split,
        count(*) as scored_rows,
        count(distinct lead_id) as leads,
        count(case when is_converted then 1 end) as conversions
    from scores
    group by scorecard_id, dimension, split

),

by_score as (

    select
        scorecard_id,
        dimension,
        split,
        score,
        sum(scored_rows) as scored_rows,
        sum(conversions) as conversions
    from distribution
    group by scorecard_id, dimension, split, score

),

{{ auc('aucs', 'by_score', ['scorecard_id', 'dimension', 'split']) }},

-- What lies at or above each score, for the curves that go from the best score down.
cumulated as (

    select
        *,
        sum(scored_rows) over (
            partition by scorecard_id, dimension, split
            order by score desc
            rows between unbounded preceding and current row
        ) as rows_above,
        sum(conversions) over (
            partition by scorecard_id, dimension, split
            order by score desc
            rows between unbounded preceding and current row
        ) as conversions_above,
        sum(scored_rows) over (partition by scorecard_id, dimension, split) as all_rows,
        cast(
            sum(conversions) over (partition by scorecard_id, dimension, split)
            as {{ type_double() }}
        ) as all_conversions
    from by_score

),

curves as (

    select
        scorecard_id,
        dimension,
        split,
        max(
            abs(
                conversions_above / nullif(all_conversions, 0)
                - (rows_above - conversions_above) / nullif(all_rows - all_conversions, 0)
            )
        ) as ks,
        sum(
            conversions * conversions_above
            / (nullif(all_conversions, 0) * cast(rows_above as {{ type_double() }}))
        ) as pr_auc
    from cumulated
    group by scorecard_id, dimension, split

),

ranked_samples as (

    select
        *,
        row_number() over (
            partition by scorecard_id, dimension, split
            order by auc
        ) as sample_position,
        count(*) over (partition by scorecard_id, dimension, split) as sample_count
    from auc_samples

),

intervals as (

    select
        ranked_samples.scorecard_id,
        ranked_samples.dimension,
        ranked_samples.split,
        {{ sample_bounds('ranked_samples', 'auc') }}
    from ranked_samples
    cross join settings
    group by ranked_samples.scorecard_id, ranked_samples.dimension, ranked_samples.split

),

chance_errors as (

    select
        scorecard_id,
        dimension,
        split,
        sum(
            conversions * power(1 - chance, 2) + (scored_rows - conversions) * power(chance, 2)
        ) / sum(scored_rows) as brier,
        -sum(
            conversions * ln(chance) + (scored_rows - conversions) * ln(1 - chance)
        ) / sum(scored_rows) as log_loss
    from chances
    where chance is not null
    group by scorecard_id, dimension, split

),

equal_width_bins as (

    select
        chances.scorecard_id,
        chances.dimension,
        chances.split,
        least(floor(chances.chance * settings.chance_bins), settings.chance_bins - 1) as bin,
        sum(chances.scored_rows) as scored_rows,
        sum(chances.scored_rows * chances.chance) as chance_sum,
        sum(chances.conversions) as conversions
    from chances
    cross join settings
    where chances.chance is not null
    group by
        chances.scorecard_id,
        chances.dimension,
        chances.split,
        least(floor(chances.chance * settings.chance_bins), settings.chance_bins - 1)

),

equal_width_errors as (

    select
        scorecard_id,
        dimension,
        split,
        sum(abs(chance_sum - conversions)) / sum(scored_rows) as ece_equal_width
    from equal_width_bins
    group by scorecard_id, dimension, split

),

-- Each bin is known by its mean chance, so what chances differ within a bin counts as resolution.
equal_mass_errors as (

    select
        scorecard_id,
        dimension,
        split,
        sum(scored_rows * abs(mean_chance - conversion_rate))
        / sum(scored_rows) as ece_equal_mass,
        sum(scored_rows * power(mean_chance - conversion_rate, 2))
        / sum(scored_rows) as brier_reliability
    from reliability
    group by scorecard_id, dimension, split

),

worse_deciles as (

    select
        *,
        lag(conversion_rate) over (
            partition by scorecard_id, dimension, split
            order by decile
        ) as better_decile_rate
    from gains

),

decile_facts as (

    select
        scorecard_id,
        dimension,
        split,
        max(case when decile = 1 then lift end) as top_decile_lift,
        count(
            case
                -- Equal tenths may differ in the last digit of the sum.
                when
                    cast(conversion_rate as {{ contract_type('decimal(18, 12)') }})
                    > cast(better_decile_rate as {{ contract_type('decimal(18, 12)') }})
                    then 1
            end
        ) as rank_order_breaks
    from worse_deciles
    group by scorecard_id, dimension, split

),

based as (

    select
        *,
        cast(conversions as {{ type_double() }}) / scored_rows as base_rate
    from counts

),

metrics as (

    select
        based.scorecard_id,
        based.dimension,
        based.split,
        based.scored_rows,
        based.leads,
        based.conversions,
        based.base_rate,
        aucs.auc,
        intervals.auc_low,
        intervals.auc_high,
        curves.ks,
        curves.pr_auc,
        decile_facts.top_decile_lift,
        decile_facts.rank_order_breaks,
        chance_errors.brier,
        equal_mass_errors.brier_reliability,
        chance_errors.log_loss,
        equal_width_errors.ece_equal_width,
        equal_mass_errors.ece_equal_mass,
        2 * aucs.auc - 1 as gini,
        equal_mass_errors.brier_reliability
        + based.base_rate * (1 - based.base_rate)
        - chance_errors.brier as brier_resolution,
        based.base_rate * (1 - based.base_rate) as brier_uncertainty,
        1 - chance_errors.brier
        / nullif(based.base_rate * (1 - based.base_rate), 0) as brier_skill
    from based
    left join aucs
        on
            based.scorecard_id = aucs.scorecard_id
            and based.dimension = aucs.dimension
            and based.split = aucs.split
    left join intervals
        on
            based.scorecard_id = intervals.scorecard_id
            and based.dimension = intervals.dimension
            and based.split = intervals.split
    left join curves
        on
            based.scorecard_id = curves.scorecard_id
            and based.dimension = curves.dimension
            and based.split = curves.split
    left join decile_facts
        on
            based.scorecard_id = decile_facts.scorecard_id
            and based.dimension = decile_facts.dimension
            and based.split = decile_facts.split
    left join chance_errors
        on
            based.scorecard_id = chance_errors.scorecard_id
            and based.dimension = chance_errors.dimension
            and based.split = chance_errors.split
    left join equal_width_errors
        on
            based.scorecard_id = equal_width_errors.scorecard_id
            and based.dimension = equal_width_errors.dimension
            and based.split = equal_width_errors.split
    left join equal_mass_errors
        on
            based.scorecard_id = equal_mass_errors.scorecard_id
            and based.dimension = equal_mass_errors.dimension
            and based.split = equal_mass_errors.split

)

select * from metrics
