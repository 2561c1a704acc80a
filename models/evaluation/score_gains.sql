-- One row per scorecard x dimension x split x tenth of the rows, best first: how many of the
-- conversions each tenth holds.
{%- set deciles = 10 %}
with

distribution as (

    select * from {{ ref('score_distribution') }}
    where split in ('train', 'test')

),

deciles as (

    {{ integers(deciles - 1) }}

),

scores as (

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

positioned as (

    select
        *,
        sum(scored_rows) over (
            partition by scorecard_id, dimension, split
            order by score desc
            rows between unbounded preceding and current row
        ) as last_position,
        sum(scored_rows) over (partition by scorecard_id, dimension, split) as all_rows,
        sum(conversions) over (partition by scorecard_id, dimension, split) as all_conversions
    from scores

),

-- Equal scores that span the end of a tenth are shared out by the rows on either side. Positions
-- are counted in tenths of a row, so that they are whole numbers.
overlapping as (

    select
        positioned.*,
        deciles.n + 1 as decile,
        least({{ deciles }} * positioned.last_position, (deciles.n + 1) * positioned.all_rows)
        - greatest(
            {{ deciles }} * (positioned.last_position - positioned.scored_rows),
            deciles.n * positioned.all_rows
        ) as overlap
    from positioned
    cross join deciles

),

shared as (

    select
        scorecard_id,
        dimension,
        split,
        decile,
        score,
        cast(all_rows as {{ type_double() }}) as all_rows,
        cast(all_conversions as {{ type_double() }}) as all_conversions,
        cast(overlap as {{ type_double() }}) / {{ deciles }} as scored_rows,
        conversions / cast(scored_rows as {{ type_double() }}) as rate
    from overlapping
    where overlap > 0

),

tenths as (

    select
        scorecard_id,
        dimension,
        split,
        decile,
        all_rows,
        all_conversions,
        sum(scored_rows) as scored_rows,
        sum(scored_rows * rate) as conversions,
        min(score) as min_score,
        max(score) as max_score
    from shared
    group by scorecard_id, dimension, split, decile, all_rows, all_conversions

),

cumulated as (

    select
        *,
        sum(scored_rows) over (
            partition by scorecard_id, dimension, split
            order by decile
            rows between unbounded preceding and current row
        ) as cumulative_rows,
        sum(conversions) over (
            partition by scorecard_id, dimension, split
            order by decile
            rows between unbounded preceding and current row
        ) as cumulative_conversions
    from tenths

),

gains as (

    select
        scorecard_id,
        dimension,
        split,
        decile,
        scored_rows,
        conversions,
        min_score,
        max_score,
        conversions / scored_rows as conversion_rate,
        conversions * all_rows / (scored_rows * nullif(all_conversions, 0)) as lift,
        cast(decile as {{ type_double() }}) / {{ deciles }} as cumulative_rows_share,
        cumulative_conversions / nullif(all_conversions, 0) as cumulative_conversion_share,
        cumulative_conversions * all_rows
        / (cumulative_rows * nullif(all_conversions, 0)) as cumulative_lift
    from cumulated

)

select * from gains
