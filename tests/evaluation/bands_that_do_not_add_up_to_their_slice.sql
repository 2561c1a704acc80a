-- The bands of a slice hold other rows or conversions than the back-test has in it: scores in no
-- band, or in a band that is not in score_bands.csv.
with

backtest_scores as (

    select * from {{ ref('backtest_scores') }}
    where not is_baseline

),

performance as (

    select * from {{ ref('band_performance') }}

),

sliced as (

    {%- for slice, slice_value in [
        ('all', "'all'"),
        ('split', 'split'),
        ('cohort_month', 'cast(cohort_month as ' ~ dbt.type_string() ~ ')'),
        ('lead_age', 'cast(lead_age_days as ' ~ dbt.type_string() ~ ')'),
    ] %}
        {{ 'union all' if not loop.first }}
        select
            scorecard_id,
            dimension,
            '{{ slice }}' as slice,
            {{ slice_value }} as slice_value,
            is_converted
        from backtest_scores
    {%- endfor %}

),

slices as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        count(*) as scored_rows,
        sum(case when is_converted then 1 else 0 end) as conversions
    from sliced
    group by scorecard_id, dimension, slice, slice_value

),

bands as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        sum(scored_rows) as scored_rows,
        sum(conversions) as conversions
    from performance
    group by scorecard_id, dimension, slice, slice_value

)

select
    slices.scorecard_id,
    slices.dimension,
    slices.slice,
    slices.slice_value,
    slices.scored_rows,
    bands.scored_rows as rows_of_bands,
    slices.conversions,
    bands.conversions as conversions_of_bands
from slices
left join bands
    on
        slices.scorecard_id = bands.scorecard_id
        and slices.dimension = bands.dimension
        and slices.slice = bands.slice
        and slices.slice_value = bands.slice_value
where
    bands.scored_rows is null
    or slices.scored_rows <> bands.scored_rows
    or slices.conversions <> bands.conversions
