-- One row per scorecard x rule: what training rows say about its points, a verdict in words, and
-- which rule to change first.
with

rules as (

    select * from {{ ref('stg_config__rules') }}

),

evidence as (

    select * from {{ ref('rule_evidence') }}

),

shifts as (

    select * from {{ ref('rule_shifts') }}

),

fits as (

    select * from {{ ref('score_logistic_fits') }}
    where
        dimension = 'total'
        and is_converged
        and slope > 0

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

supported as (

    select
        evidence.*,
        rules.dimension,
        rules.signal,
        rules.reason,
        settings.confidence_z,
        settings.rule_min_rows,
        settings.rule_min_conversions,
        settings.leak_information_value,
        cast(evidence.fired_rows as {{ type_double() }})
        / nullif(evidence.scored_rows, 0) as fired_share,
        shifts.shift / fits.slope as missing_points,
        evidence.points_now + shifts.shift / fits.slope as supported_points,
        settings.confidence_z * shifts.shift_error / fits.slope as supported_margin
    from evidence
    inner join rules
        on
            evidence.scorecard_id = rules.scorecard_id
            and evidence.rule_id = rules.rule_id
    cross join settings
    left join fits on evidence.scorecard_id = fits.scorecard_id
    left join shifts
        on
            evidence.scorecard_id = shifts.scorecard_id
            and evidence.rule_id = shifts.rule_id

),

judged as (

    select
        *,
        abs(missing_points) * fired_share as moved_points,
        case
            when scored_rows > 0 and fired_rows = 0 then 'never fires'
            when
                fired_rows < rule_min_rows
                or scored_rows - fired_rows < rule_min_rows
                or greatest(
                    fired_converted_leads, coalesce(expected_conversions / design_effect, 0)
                ) < rule_min_conversions
                then 'too little evidence'
            when iv > leak_information_value then 'suspiciously strong'
            when supported_points is null then 'too little evidence'
            when
                (points_now > 0 and supported_points + supported_margin < 0)
                or (points_now < 0 and supported_points - supported_margin > 0)
                then 'wrong sign'
            when abs(missing_points) <= supported_margin then 'keep'
            when missing_points > 0 then 'raise'
            else 'lower'
        end as verdict
    from supported

),

performance as (

    select
        scorecard_id,
        rule_id,
        dimension,
        signal,
        reason,
        scored_rows,
        fired_rows,
        fired_leads,
        fired_share,
        conversions,
        fired_conversions,
        cast(fired_conversions as {{ type_double() }}) / nullif(fired_rows, 0) as fired_rate,
        cast(conversions - fired_conversions as {{ type_double() }})
        / nullif(scored_rows - fired_rows, 0) as not_fired_rate,
        cast(fired_conversions as {{ type_double() }}) / nullif(fired_rows, 0)
        / nullif(cast(conversions as {{ type_double() }}) / nullif(scored_rows, 0), 0) as lift,
        woe,
        woe - confidence_z * woe_error as woe_low,
        woe + confidence_z * woe_error as woe_high,
        iv,
        points_now,
        supported_points,
        supported_points - supported_margin as supported_points_low,
        supported_points + supported_margin as supported_points_high,
        score_share,
        moved_points,
        verdict,
        case verdict
            when 'never fires'
                then 'No training row had it: check how the signal is spelt and its window'
            when 'too little evidence'
                then 'Too few rows or conversions to judge its points'
            when 'suspiciously strong'
                then 'Tells conversion almost by itself: look whether it is known only afterwards'
            when 'wrong sign'
                then 'Points the wrong way: leads with it do the opposite of what its points say'
            when 'keep'
                then 'What happened is in line with its points'
            when 'raise'
                then 'Leads with it converted more often than their score says: give more points'
            else 'Leads with it converted less often than their score says: give fewer points'
        end as verdict_sentence,
        -- Possible leaks and points of the wrong sign first, what cannot be judged last. Six
        -- decimals are the same on every engine.
        cast(
            row_number() over (
                partition by scorecard_id
                order by
                    case
                        when verdict = 'suspiciously strong' then 1
                        when verdict = 'wrong sign' then 2
                        when verdict in ('raise', 'lower') then 3
                        when verdict = 'keep' then 4
                        else 5
                    end asc,
                    cast(coalesce(moved_points, 0) as decimal(18, 6)) desc,
                    cast(coalesce(score_share, 0) as decimal(18, 6)) desc,
                    rule_id asc
            ) as {{ dbt.type_bigint() }}
        ) as review_rank
    from judged

)

select * from performance
