-- One row per scorecard x rule that fired on rows with a chance: how many log odds they convert
-- better or worse than the whole score, the rule included, says of them.
with

firings as (

    select * from {{ ref('rule_firings') }}
    where chance is not null

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

log_odds as (

    select
        scorecard_id,
        rule_id,
        ln(chance / (1 - chance)) as log_odds,
        count(*) as scored_rows,
        count(case when is_converted then 1 end) as conversions
    from firings
    group by scorecard_id, rule_id, chance

),

{{ shift_fit('fits', 'log_odds', ['scorecard_id', 'rule_id'], 'rule_prior_sd') }},

shifted as (

    select
        firings.scorecard_id,
        firings.rule_id,
        firings.lead_id,
        case when firings.is_converted then 1 else 0 end as conversion,
        {{ logistic('ln(firings.chance / (1 - firings.chance)) + fits.shift') }} as chance
    from firings
    inner join fits
        on
            firings.scorecard_id = fits.scorecard_id
            and firings.rule_id = fits.rule_id

),

-- The rows of one lead are not independent: errors are added up by lead before they are squared.
lead_errors as (

    select
        scorecard_id,
        rule_id,
        lead_id,
        sum(conversion - chance) as error
    from shifted
    group by scorecard_id, rule_id, lead_id

),

shifts as (

    select
        fits.scorecard_id,
        fits.rule_id,
        fits.shift,
        -- Where nobody converted the errors alone would look too sure.
        greatest(
            sqrt(sum(lead_errors.error * lead_errors.error)) / fits.weight,
            1 / sqrt(fits.weight)
        ) as shift_error
    from fits
    inner join lead_errors
        on
            fits.scorecard_id = lead_errors.scorecard_id
            and fits.rule_id = lead_errors.rule_id
    group by fits.scorecard_id, fits.rule_id, fits.shift, fits.weight

)

select * from shifts
