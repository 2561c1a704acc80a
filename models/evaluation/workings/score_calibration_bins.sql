-- One row per scorecard x dimension x bin of training scores: what converted, what the logistic
-- curve expects, the rate that never falls as the score rises, and the line from one rate to the
-- next.
with

distribution as (

    select * from {{ ref('calibration_distribution') }}

),

fits as (

    select * from {{ ref('score_logistic_fits') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

scores as (

    select
        scorecard_id,
        dimension,
        score,
        sum(scored_rows) as scored_rows,
        sum(conversions) as conversions
    from distribution
    group by scorecard_id, dimension, score

),

-- Equal scores stay together, in the bin that their middle falls into.
positioned as (

    select
        scores.*,
        fits.scored_rows as all_rows,
        {{ logistic('fits.slope * scores.score + fits.intercept') }} as logistic_chance,
        sum(scores.scored_rows) over (
            partition by scores.scorecard_id, scores.dimension
            order by scores.score
            rows between unbounded preceding and current row
        ) - cast(scores.scored_rows as {{ type_double() }}) / 2 as middle_position
    from scores
    inner join fits
        on
            scores.scorecard_id = fits.scorecard_id
            and scores.dimension = fits.dimension

),

binned as (

    select
        positioned.*,
        cast(
            1 + floor(positioned.middle_position * settings.chance_bins / positioned.all_rows)
            as integer
        ) as bin
    from positioned
    cross join settings

),

bins as (

    select
        scorecard_id,
        dimension,
        bin,
        min(score) as min_score,
        sum(scored_rows * score) as score_sum,
        sum(scored_rows) as scored_rows,
        sum(conversions) as conversions,
        sum(scored_rows * logistic_chance) as expected_conversions
    from binned
    group by scorecard_id, dimension, bin

),

-- The best rising curve through the bins: the lowest mean to the right of the highest start to the
-- left, which is what pooling adjacent violators finds.
spans as (

    select
        first_bins.scorecard_id,
        first_bins.dimension,
        first_bins.bin as first_bin,
        last_bins.bin as last_bin,
        sum(inner_bins.conversions) as conversions,
        sum(inner_bins.scored_rows) as scored_rows
    from bins as first_bins
    inner join bins as last_bins
        on
            first_bins.scorecard_id = last_bins.scorecard_id
            and first_bins.dimension = last_bins.dimension
            and first_bins.bin <= last_bins.bin
    inner join bins as inner_bins
        on
            first_bins.scorecard_id = inner_bins.scorecard_id
            and first_bins.dimension = inner_bins.dimension
            and first_bins.bin <= inner_bins.bin
            and last_bins.bin >= inner_bins.bin
    group by first_bins.scorecard_id, first_bins.dimension, first_bins.bin, last_bins.bin

),

lowest_to_the_right as (

    select
        bins.scorecard_id,
        bins.dimension,
        bins.bin,
        spans.first_bin,
        min(cast(spans.conversions as {{ type_double() }}) / spans.scored_rows) as lowest_rate
    from bins
    inner join spans
        on
            bins.scorecard_id = spans.scorecard_id
            and bins.dimension = spans.dimension
            and bins.bin >= spans.first_bin
            and bins.bin <= spans.last_bin
    group by bins.scorecard_id, bins.dimension, bins.bin, spans.first_bin

),

monotone as (

    select
        scorecard_id,
        dimension,
        bin,
        max(lowest_rate) as monotone_rate
    from lowest_to_the_right
    group by scorecard_id, dimension, bin

),

-- Bins of one rate are one pool. One row more that converts like all keeps a pool without
-- conversions from promising that nobody ever converts.
pools as (

    select
        monotone.scorecard_id,
        monotone.dimension,
        monotone.monotone_rate,
        case when fits.is_converged and fits.slope > 0 then fits.slope else 0 end as curve_slope,
        sum(bins.score_sum) / sum(bins.scored_rows) as centre_score,
        sum(bins.scored_rows) / fits.design_effect as independent_rows,
        (
            sum(bins.conversions) + cast(fits.conversions as {{ type_double() }}) / fits.scored_rows
        ) / (sum(bins.scored_rows) + 1) as pool_rate
    from monotone
    inner join bins
        on
            monotone.scorecard_id = bins.scorecard_id
            and monotone.dimension = bins.dimension
            and monotone.bin = bins.bin
    inner join fits
        on
            monotone.scorecard_id = fits.scorecard_id
            and monotone.dimension = fits.dimension
    group by
        monotone.scorecard_id,
        monotone.dimension,
        monotone.monotone_rate,
        fits.is_converged,
        fits.slope,
        fits.conversions,
        fits.scored_rows,
        fits.design_effect

),

-- The row more moves small pools further than large ones; the rate still must not fall.
smoothed as (

    select
        *,
        max(pool_rate) over (
            partition by scorecard_id, dimension
            order by monotone_rate
            rows between unbounded preceding and current row
        ) as smoothed_rate
    from pools

),

-- Where nobody or everybody converted there are no log odds.
log_odds as (

    select
        *,
        case
            when smoothed_rate > 0 and smoothed_rate < 1
                then ln(smoothed_rate / (1 - smoothed_rate))
        end as log_odds
    from smoothed

),

-- One rate for all of a bin would make the very best leads look like the last of the best tenth.
-- Log odds rise along a line from the middle of a pool to that of the next, as in the centred
-- isotonic regression of A. P. Oron and N. Flournoy (2017).
rises as (

    select
        *,
        (
            log_odds - lag(log_odds) over (
                partition by scorecard_id, dimension
                order by monotone_rate
            )
        ) / (
            centre_score - lag(centre_score) over (
                partition by scorecard_id, dimension
                order by monotone_rate
            )
        ) as slope_below,
        (
            lead(log_odds) over (
                partition by scorecard_id, dimension
                order by monotone_rate
            ) - log_odds
        ) / (
            lead(centre_score) over (
                partition by scorecard_id, dimension
                order by monotone_rate
            ) - centre_score
        ) as slope_above
    from log_odds

),

-- Before the first middle and after the last one no rate says how steep the line is: it is as steep
-- as its neighbour or as the logistic curve, whichever is flatter.
lines as (

    select
        scorecard_id,
        dimension,
        monotone_rate,
        smoothed_rate,
        centre_score,
        1 / nullif(independent_rows * smoothed_rate * (1 - smoothed_rate), 0) as log_odds_variance,
        coalesce(
            slope_below,
            case when curve_slope < slope_above then curve_slope else slope_above end,
            0
        ) as slope_below,
        coalesce(
            slope_above,
            case when curve_slope < slope_below then curve_slope else slope_below end,
            0
        ) as slope_above
    from rises

),

calibration_bins as (

    select
        bins.scorecard_id,
        bins.dimension,
        bins.bin,
        bins.scored_rows,
        bins.conversions,
        bins.expected_conversions,
        lines.monotone_rate,
        lines.smoothed_rate,
        lines.log_odds_variance,
        lines.centre_score,
        lines.slope_below,
        lines.slope_above,
        case
            when bins.bin > min(bins.bin) over (partition by bins.scorecard_id, bins.dimension)
                then bins.min_score
        end as from_score,
        lead(bins.min_score) over (
            partition by bins.scorecard_id, bins.dimension
            order by bins.bin
        ) as below_score
    from bins
    inner join monotone
        on
            bins.scorecard_id = monotone.scorecard_id
            and bins.dimension = monotone.dimension
            and bins.bin = monotone.bin
    inner join lines
        on
            monotone.scorecard_id = lines.scorecard_id
            and monotone.dimension = lines.dimension
            and monotone.monotone_rate = lines.monotone_rate

)

select * from calibration_bins
