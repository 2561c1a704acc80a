-- One row per scorecard x dimension: the logistic curve from score to chance that training rows
-- support most (Platt 1999), with the covariance of its parameters when rows of a lead hang
-- together. Rows that the points were learned from make it too steep: a cross-fit scorecard has the
-- curve that its fit promises instead, unless that of the rows is flatter.
with

distribution as (

    select * from {{ ref('calibration_distribution') }}

),

scores as (

    select * from {{ ref('calibration_scores') }}

),

-- A dimension is only a part of what the fit promises.
promises as (

    select
        scorecard_id,
        'total' as dimension,
        anchor_score,
        ln(2) / points_to_double_odds as promised_slope
    from {{ ref('stg_config__fitted_scorecards') }}
    where calibration = 'cross_fit'

),

means as (

    select
        scorecard_id,
        dimension,
        cast(sum(scored_rows) as {{ dbt.type_bigint() }}) as scored_rows,
        cast(sum(conversions) as {{ dbt.type_bigint() }}) as conversions,
        sum(scored_rows * score) / sum(scored_rows) as mean_score
    from distribution
    group by scorecard_id, dimension

),

lead_rows as (

    select
        scorecard_id,
        dimension,
        lead_id,
        count(*) as scored_rows,
        count(case when is_converted then 1 end) as conversions
    from scores
    group by scorecard_id, dimension, lead_id

),

-- The rows of one lead convert together: leads tell how much evidence there is.
lead_counts as (

    select
        scorecard_id,
        dimension,
        count(*) as leads,
        count(case when conversions > 0 then 1 end) as converted_leads,
        count(case when conversions < scored_rows then 1 end) as other_leads,
        sum(scored_rows) as scored_rows,
        sum(conversions) as conversions,
        sum(conversions * conversions) as squared_conversions
    from lead_rows
    group by scorecard_id, dimension

),

-- Of a score that is the same for all the sum would leave a little more than nothing.
moments as (

    select
        means.scorecard_id,
        means.dimension,
        means.scored_rows,
        means.conversions,
        means.mean_score,
        case
            when min(distribution.score) < max(distribution.score)
                then sqrt(
                    sum(distribution.scored_rows * power(distribution.score - means.mean_score, 2))
                    / means.scored_rows
                )
            else 0
        end as score_deviation
    from means
    inner join distribution
        on
            means.scorecard_id = distribution.scorecard_id
            and means.dimension = distribution.dimension
    group by
        means.scorecard_id,
        means.dimension,
        means.scored_rows,
        means.conversions,
        means.mean_score

),

-- Newton's method wants numbers around zero.
scaled as (

    select
        distribution.scorecard_id,
        distribution.dimension,
        (distribution.score - moments.mean_score) / nullif(moments.score_deviation, 0) as x,
        sum(distribution.scored_rows) as scored_rows,
        sum(distribution.conversions) as conversions
    from distribution
    inner join moments
        on
            distribution.scorecard_id = moments.scorecard_id
            and distribution.dimension = moments.dimension
    where moments.score_deviation > 0
    group by
        distribution.scorecard_id,
        distribution.dimension,
        (distribution.score - moments.mean_score) / nullif(moments.score_deviation, 0)

),

{{ logistic_fit('fits', 'scaled', ['scorecard_id', 'dimension']) }},

scaled_scores as (

    select
        scores.scorecard_id,
        scores.dimension,
        scores.lead_id,
        fits.slope,
        fits.intercept,
        (scores.score - moments.mean_score) / moments.score_deviation as x,
        case when scores.is_converted then 1 else 0 end as conversions
    from scores
    inner join moments
        on
            scores.scorecard_id = moments.scorecard_id
            and scores.dimension = moments.dimension
    inner join fits
        on
            scores.scorecard_id = fits.scorecard_id
            and scores.dimension = fits.dimension
    -- Without a finite curve its errors would be noise.
    where fits.is_converged

),

row_chances as (

    select
        *,
        {{ logistic('slope * x + intercept') }} as chance
    from scaled_scores

),

-- The rows of one lead are not independent, so their errors are added up before they are squared.
lead_errors as (

    select
        scorecard_id,
        dimension,
        lead_id,
        sum((conversions - chance) * x) as slope_error,
        sum(conversions - chance) as intercept_error,
        sum(chance * (1 - chance) * x * x) as slope_weight,
        sum(chance * (1 - chance) * x) as cross_weight,
        sum(chance * (1 - chance)) as intercept_weight
    from row_chances
    group by scorecard_id, dimension, lead_id

),

error_sums as (

    select
        scorecard_id,
        dimension,
        sum(slope_weight) as h11,
        sum(cross_weight) as h12,
        sum(intercept_weight) as h22,
        nullif(
            sum(slope_weight) * sum(intercept_weight) - sum(cross_weight) * sum(cross_weight), 0
        ) as determinant,
        sum(slope_error * slope_error) as m11,
        sum(slope_error * intercept_error) as m12,
        sum(intercept_error * intercept_error) as m22
    from lead_errors
    group by scorecard_id, dimension

),

-- The sandwich: inverse of the weights, squared errors, inverse of the weights.
covariances as (

    select
        scorecard_id,
        dimension,
        (h22 * h22 * m11 - 2 * h12 * h22 * m12 + h12 * h12 * m22)
        / (determinant * determinant) as slope_variance,
        (h12 * h12 * m11 - 2 * h11 * h12 * m12 + h11 * h11 * m22)
        / (determinant * determinant) as intercept_variance,
        (-h12 * h22 * m11 + (h11 * h22 + h12 * h12) * m12 - h11 * h12 * m22)
        / (determinant * determinant) as covariance
    from error_sums

),

free_fits as (

    select
        moments.scorecard_id,
        moments.dimension,
        moments.scored_rows,
        moments.conversions,
        coalesce(lead_counts.converted_leads, 0) as converted_leads,
        coalesce(lead_counts.other_leads, 0) as other_leads,
        {{ design_effect('lead_counts') }} as design_effect,
        coalesce(fits.is_converged, false) as is_converged,
        fits.slope / moments.score_deviation as slope,
        fits.intercept - fits.slope * moments.mean_score / moments.score_deviation as intercept,
        covariances.slope_variance / power(moments.score_deviation, 2) as slope_variance,
        covariances.intercept_variance
        - 2 * covariances.covariance * moments.mean_score / moments.score_deviation
        + covariances.slope_variance
        * power(moments.mean_score / nullif(moments.score_deviation, 0), 2)
            as intercept_variance,
        covariances.covariance / moments.score_deviation
        - covariances.slope_variance
        * moments.mean_score / power(moments.score_deviation, 2) as slope_intercept_covariance
    from moments
    left join lead_counts
        on
            moments.scorecard_id = lead_counts.scorecard_id
            and moments.dimension = lead_counts.dimension
    left join fits
        on
            moments.scorecard_id = fits.scorecard_id
            and moments.dimension = fits.dimension
    left join covariances
        on
            moments.scorecard_id = covariances.scorecard_id
            and moments.dimension = covariances.dimension

),

held_back as (

    select
        free_fits.*,
        promises.anchor_score,
        promises.promised_slope,
        coalesce(free_fits.slope > promises.promised_slope, false) as is_held_back
    from free_fits
    left join promises
        on
            free_fits.scorecard_id = promises.scorecard_id
            and free_fits.dimension = promises.dimension

),

logistic_fits as (

    select
        scorecard_id,
        dimension,
        scored_rows,
        conversions,
        converted_leads,
        other_leads,
        design_effect,
        is_converged,
        is_held_back,
        case when is_held_back then promised_slope else slope end as slope,
        case
            when is_held_back
                then
                    ln(conversions / (scored_rows - cast(conversions as {{ type_double() }})))
                    - promised_slope * anchor_score
            else intercept
        end as intercept,
        slope_variance,
        intercept_variance,
        slope_intercept_covariance
    from held_back

)

select * from logistic_fits
