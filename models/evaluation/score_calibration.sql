-- One row per scorecard x dimension: how its score becomes a chance to convert.
with

fits as (

    select * from {{ ref('score_logistic_fits') }}

),

bins as (

    select * from {{ ref('score_calibration_bins') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

-- The test of Hosmer and Lemeshow: does the logistic curve miss the bins by more than chance? Rows
-- of one lead convert together, so that chance alone moves a bin by as much more. The curve has
-- taken two degrees of freedom; a coarse score has few bins.
misfits as (

    select
        bins.scorecard_id,
        bins.dimension,
        sum(
            power(bins.conversions - bins.expected_conversions, 2)
            / nullif(
                bins.expected_conversions * (1 - bins.expected_conversions / bins.scored_rows), 0
            )
        ) / max(fits.design_effect) as misfit_chi_square,
        case
            when count(*) > 2 then count(*) - cast(2 as {{ type_double() }})
        end as misfit_freedom
    from bins
    inner join fits
        on
            bins.scorecard_id = fits.scorecard_id
            and bins.dimension = fits.dimension
    group by bins.scorecard_id, bins.dimension

),

-- Chi-square at that many standard errors of a normal one (E. B. Wilson, M. M. Hilferty 1931).
limits as (

    select
        misfits.*,
        misfits.misfit_freedom * power(
            1
            - 2 / (9 * misfits.misfit_freedom)
            + settings.calibration_misfit_z * sqrt(2 / (9 * misfits.misfit_freedom)),
            3
        ) as misfit_limit
    from misfits
    cross join settings

),

judged as (

    select
        fits.*,
        limits.misfit_chi_square,
        limits.misfit_limit,
        fits.converted_leads >= settings.calibration_min_conversions
        and fits.other_leads >= settings.calibration_min_conversions as has_enough_leads,
        -- A curve that is held back misses the rows that points were learned from, and should.
        not fits.is_held_back
        and coalesce(limits.misfit_chi_square > limits.misfit_limit, false) as is_misfit
    from fits
    left join limits
        on
            fits.scorecard_id = limits.scorecard_id
            and fits.dimension = limits.dimension
    cross join settings

),

calibration as (

    select
        scorecard_id,
        dimension,
        slope,
        intercept,
        slope_variance,
        intercept_variance,
        slope_intercept_covariance,
        scored_rows,
        conversions,
        converted_leads,
        misfit_chi_square,
        misfit_limit,
        is_misfit,
        case
            when not has_enough_leads then 'none'
            -- A falling curve would promise more of a lower score.
            when not is_converged or is_misfit or slope <= 0 then 'binned'
            else 'platt'
        end as method
    from judged

)

select * from calibration
