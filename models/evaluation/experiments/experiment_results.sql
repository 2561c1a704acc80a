-- One row per experiment x arm: how many of its leads converted, and whether that differs from the
-- control by more than chance.
with

experiments as (

    select * from {{ ref('stg_config__experiments') }}

),

assignments as (

    select * from {{ ref('experiment_assignments') }}

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

-- An exploration treats only leads below the line differently: only they say what it does.
arm_counts as (

    select
        experiments.experiment_id,
        experiments.arm,
        count(assignments.lead_id) as leads,
        sum(case when assignments.is_mature then 1 else 0 end) as mature_leads,
        sum(case when assignments.is_converted then 1 else 0 end) as conversions,
        sum(case when assignments.is_below_line then 1 else 0 end) as low_leads,
        sum(
            case when assignments.is_below_line and assignments.is_mature then 1 else 0 end
        ) as low_mature_leads,
        sum(
            case when assignments.is_below_line and assignments.is_converted then 1 else 0 end
        ) as low_conversions
    from experiments
    left join assignments
        on
            experiments.experiment_id = assignments.experiment_id
            and experiments.arm = assignments.arm
    group by experiments.experiment_id, experiments.arm

),

arms as (

    select
        experiments.experiment_id,
        experiments.arm,
        experiments.treatment,
        experiments.scorecard_id,
        experiments.is_control,
        experiments.share,
        experiments.starts_on,
        experiments.ends_on,
        arm_counts.leads,
        arm_counts.mature_leads,
        case experiments.treatment
            when 'exploration' then arm_counts.low_leads else arm_counts.leads
        end as counted_leads,
        case experiments.treatment
            when 'exploration' then arm_counts.low_mature_leads else arm_counts.mature_leads
        end as known_leads,
        case experiments.treatment
            when 'exploration' then arm_counts.low_conversions else arm_counts.conversions
        end as conversions,
        case experiments.treatment
            when 'exploration' then control_counts.low_mature_leads
            else control_counts.mature_leads
        end as control_known_leads,
        case experiments.treatment
            when 'exploration' then control_counts.low_conversions else control_counts.conversions
        end as control_conversions
    from experiments
    inner join arm_counts
        on
            experiments.experiment_id = arm_counts.experiment_id
            and experiments.arm = arm_counts.arm
    left join experiments as controls
        on
            experiments.experiment_id = controls.experiment_id
            and controls.is_control
            and not experiments.is_control
    left join arm_counts as control_counts
        on
            controls.experiment_id = control_counts.experiment_id
            and controls.arm = control_counts.arm

),

expected_arms as (

    select
        *,
        sum(leads) over (partition by experiment_id) as experiment_leads,
        sum(leads - mature_leads) over (partition by experiment_id) as experiment_open_leads,
        count(*) over (partition by experiment_id) - 1 as degrees,
        row_number() over (partition by experiment_id order by {{ byte_order('arm') }})
            as arm_number,
        cast(sum(leads) over (partition by experiment_id) as {{ type_double() }})
        * cast(share as {{ type_double() }})
        / cast(sum(share) over (partition by experiment_id) as {{ type_double() }})
            as expected_leads
    from arms

),

chi_squares as (

    select
        experiment_id,
        sum(
            (leads - expected_leads) * (leads - expected_leads) / nullif(expected_leads, 0)
        ) as chi_square
    from expected_arms
    group by experiment_id

),

-- The tail of the chi-square distribution is a sum: with an odd number of degrees the normal tail
-- plus a term for each of 3, 5, ..., with an even number a term for each of 2, 4, .... The term of
-- d is (x / 2) ^ (d / 2 - 1) exp(-x / 2) / gamma(d / 2).
tail_degrees as (

    select
        expected_arms.experiment_id,
        expected_arms.degrees,
        expected_arms.arm_number as degree,
        chi_squares.chi_square,
        -- Log of gamma(d / 2), the product of the steps before d; gamma(1 / 2) is the root of pi,
        -- which is acos(-1).
        coalesce(
            sum(ln(cast(expected_arms.arm_number as {{ type_double() }}) / 2)) over (
                partition by expected_arms.experiment_id, mod(expected_arms.arm_number, 2)
                order by expected_arms.arm_number
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) + mod(expected_arms.arm_number, 2) * ln(acos(-1)) / 2 as gamma_log
    from expected_arms
    inner join chi_squares on expected_arms.experiment_id = chi_squares.experiment_id

),

tail_terms as (

    select
        experiment_id,
        (cast(degree as {{ type_double() }}) / 2 - 1) * ln(chi_square / 2)
        - chi_square / 2
        - gamma_log as term_log
    from tail_degrees
    where
        chi_square > 0
        and degree > 1
        and degree <= degrees
        and mod(degree, 2) = mod(degrees, 2)

),

tail_sums as (

    select
        experiment_id,
        -- Some engines refuse to compute powers too small for a number.
        sum(case when term_log > -700 then exp(term_log) else 0 end) as tail_sum
    from tail_terms
    group by experiment_id

),

chi_square_roots as (

    select
        experiment_id,
        chi_square,
        -sqrt(chi_square) as minus_root
    from chi_squares

),

sample_ratios as (

    select
        expected_arms.experiment_id,
        expected_arms.arm,
        chi_square_roots.chi_square,
        case
            -- Arms that nobody entered have no sizes yet.
            when expected_arms.degrees > 0 and chi_square_roots.chi_square is not null
                then
                    coalesce(tail_sums.tail_sum, 0)
                    + case
                        when mod(expected_arms.degrees, 2) = 1
                            then 2 * {{ normal_cdf('chi_square_roots.minus_root') }}
                        when chi_square_roots.chi_square = 0 then 1
                        else 0
                    end
        end as p_value,
        -settings.sample_ratio_z as minus_limit_z
    from expected_arms
    inner join chi_square_roots on expected_arms.experiment_id = chi_square_roots.experiment_id
    left join tail_sums on expected_arms.experiment_id = tail_sums.experiment_id
    cross join settings

),

settled as (

    select
        expected_arms.*,
        sample_ratios.chi_square as sample_ratio_chi_square,
        sample_ratios.p_value as sample_ratio_p_value,
        settings.confidence_z,
        settings.power_z,
        settings.experiment_min_cases,
        coalesce(
            sample_ratios.p_value < 2 * {{ normal_cdf('sample_ratios.minus_limit_z') }}, false
        ) as has_sample_ratio_mismatch
    from expected_arms
    inner join sample_ratios
        on
            expected_arms.experiment_id = sample_ratios.experiment_id
            and expected_arms.arm = sample_ratios.arm
    cross join settings

),

rates as (

    select
        *,
        cast(conversions as {{ type_double() }}) / nullif(known_leads, 0) as rate,
        {{ wilson_bound('conversions', 'known_leads', 'confidence_z', '-') }} as rate_low,
        {{ wilson_bound('conversions', 'known_leads', 'confidence_z', '+') }} as rate_high,
        cast(control_conversions as {{ type_double() }}) / nullif(control_known_leads, 0)
            as control_rate,
        {{ wilson_bound('control_conversions', 'control_known_leads', 'confidence_z', '-') }}
            as control_rate_low,
        {{ wilson_bound('control_conversions', 'control_known_leads', 'confidence_z', '+') }}
            as control_rate_high,
        cast(conversions + control_conversions as {{ type_double() }})
        / nullif(known_leads + control_known_leads, 0) as pooled_rate
    from settled

),

differences as (

    select
        *,
        rate - control_rate as difference,
        -- Newcombe's interval, from the Wilson intervals of both rates.
        rate - control_rate - sqrt(
            (rate - rate_low) * (rate - rate_low)
            + (control_rate_high - control_rate) * (control_rate_high - control_rate)
        ) as difference_low,
        rate - control_rate + sqrt(
            (rate_high - rate) * (rate_high - rate)
            + (control_rate - control_rate_low) * (control_rate - control_rate_low)
        ) as difference_high,
        nullif(
            sqrt(
                pooled_rate * (1 - pooled_rate)
                * (
                    1 / nullif(cast(known_leads as {{ type_double() }}), 0)
                    + 1 / nullif(cast(control_known_leads as {{ type_double() }}), 0)
                )
            ),
            0
        ) as standard_error
    from rates

),

tested as (

    select
        *,
        difference / standard_error as z,
        -abs(difference / standard_error) as minus_size,
        -confidence_z as minus_confidence_z,
        (confidence_z + power_z) * standard_error as minimum_detectable_difference,
        -- Of the smaller arm, at the rate of both: those that convert or those that do not.
        least(known_leads, control_known_leads) * least(pooled_rate, 1 - pooled_rate)
            as expected_cases,
        sum(case when difference is null then 0 else 1 end) over (partition by experiment_id)
            as compared_arms
    from differences

),

chances as (

    select
        *,
        2 * {{ normal_cdf('minus_size') }} as p_value,
        2 * {{ normal_cdf('minus_confidence_z') }} as accepted_chance
    from tested

),

-- Who compares several arms with a control finds a difference by chance more often: chances are
-- multiplied by the arms that are compared (Bonferroni).
judged as (

    select
        chances.*,
        case
            when chances.has_sample_ratio_mismatch then 'sample_ratio_mismatch'
            when chances.starts_on > clock.as_of_date then 'not_started'
            when
                chances.experiment_open_leads > 0
                or coalesce(chances.ends_on > clock.as_of_date, true)
                then 'too_early'
            when chances.is_control then 'control'
            when chances.difference is null then 'no_leads'
            when chances.expected_cases < chances.experiment_min_cases then 'too_few'
            when chances.p_value * chances.compared_arms >= chances.accepted_chance
                then 'no_difference'
            when chances.difference > 0 then 'better'
            else 'worse'
        end as verdict,
        coalesce(chances.ends_on <= clock.as_of_date, false) as has_ended
    from chances
    cross join clock

),

results as (

    select
        experiment_id,
        arm,
        treatment,
        scorecard_id,
        is_control,
        share,
        starts_on,
        ends_on,
        has_ended,
        cast(leads as {{ dbt.type_bigint() }}) as leads,
        expected_leads,
        sample_ratio_chi_square,
        sample_ratio_p_value,
        has_sample_ratio_mismatch,
        cast(counted_leads as {{ dbt.type_bigint() }}) as counted_leads,
        cast(known_leads as {{ dbt.type_bigint() }}) as mature_leads,
        cast(counted_leads - known_leads as {{ dbt.type_bigint() }}) as not_yet_known_leads,
        cast(conversions as {{ dbt.type_bigint() }}) as conversions,
        rate as conversion_rate,
        rate_low as conversion_rate_low,
        rate_high as conversion_rate_high,
        cast(control_known_leads as {{ dbt.type_bigint() }}) as control_mature_leads,
        cast(control_conversions as {{ dbt.type_bigint() }}) as control_conversions,
        control_rate as control_conversion_rate,
        control_rate_low as control_conversion_rate_low,
        control_rate_high as control_conversion_rate_high,
        difference,
        difference_low,
        difference_high,
        z,
        p_value,
        minimum_detectable_difference,
        case
            when verdict in ('better', 'worse') then true
            when verdict = 'no_difference' then false
        end as is_significant,
        verdict,
        case
            when verdict = 'sample_ratio_mismatch'
                then
                    'sample ratio mismatch: do not read the result, the arms are not the sizes they'
                    || ' were planned with'
            when verdict = 'not_started'
                then 'not started: begins on ' || cast(starts_on as {{ dbt.type_string() }})
            when verdict = 'too_early'
                then
                    'too early: '
                    || case
                        when has_ended then ''
                        when ends_on is null then 'the experiment has no end date yet; '
                        else
                            'new leads enter until '
                            || cast(ends_on as {{ dbt.type_string() }}) || '; '
                    end
                    || case
                        when experiment_leads = 0 then 'no lead has entered'
                        else
                            cast(experiment_open_leads as {{ dbt.type_string() }}) || ' of '
                            || cast(experiment_leads as {{ dbt.type_string() }})
                            || ' leads are not mature'
                    end
            when verdict = 'control' then 'control: the other arms are compared with it'
            when verdict = 'no_leads' then 'no leads: one of the two arms has nobody to compare'
            when verdict in ('better', 'worse')
                then
                    verdict || ' than control: ' || {{ percent_text('rate') }} || ' % against '
                    || {{ percent_text('control_rate') }} || ' %, a difference of '
                    || {{ percent_text('difference') }} || ' points ('
                    || {{ percent_text('difference_low') }} || ' to '
                    || {{ percent_text('difference_high') }} || ')'
            when verdict = 'too_few'
                then
                    'too few to compare: '
                    || cast(conversions as {{ dbt.type_string() }}) || ' of '
                    || cast(known_leads as {{ dbt.type_string() }}) || ' converted against '
                    || cast(control_conversions as {{ dbt.type_string() }}) || ' of '
                    || cast(control_known_leads as {{ dbt.type_string() }})
            else
                'no difference seen: ' || {{ percent_text('rate') }} || ' % against '
                || {{ percent_text('control_rate') }} || ' %; could have seen '
                || {{ percent_text('minimum_detectable_difference') }} || ' points or more'
        end as verdict_sentence
    from judged

)

select * from results
