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

-- The test of Hosmer and Lemeshow: does the logistic curve miss the bins by more than chance?
misfits as (

    select
        scorecard_id,
        dimension,
        sum(
            power(conversions - expected_conversions, 2)
            / nullif(expected_conversions * (1 - expected_conversions / scored_rows), 0)
        ) as misfit_chi_square
    from bins
    group by scorecard_id, dimension

),

judged as (

    select
        fits.*,
        misfits.misfit_chi_square,
        fits.conversions >= settings.calibration_min_conversions
        and fits.scored_rows - fits.conversions >= settings.calibration_min_conversions
            as has_enough_rows,
        coalesce(misfits.misfit_chi_square > settings.calibration_misfit_chi_square, false)
            as is_misfit
    from fits
    left join misfits
        on
            fits.scorecard_id = misfits.scorecard_id
            and fits.dimension = misfits.dimension
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
        misfit_chi_square,
        is_misfit,
        case
            when not has_enough_rows then 'none'
            -- A falling curve would promise more of a lower score.
            when not is_converged or is_misfit or slope <= 0 then 'binned'
            else 'platt'
        end as method
    from judged

)

select * from calibration
