-- One row per scorecard x rule: what training rows say about its points, and a verdict in words.
{%- set steps = 8 %}
with

backtest as (

    select * from {{ ref('backtest') }}
    where split = 'train'

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}
    where entry = 'rule'

),

chances as (

    select * from {{ ref('score_chances') }}
    where dimension = 'total'

),

fits as (

    select * from {{ ref('score_logistic_fits') }}
    where dimension = 'total'

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

train_rows as (

    select
        backtest.scorecard_id,
        backtest.lead_id,
        backtest.as_of_date,
        chances.chance,
        case when backtest.is_converted then 1 else 0 end as conversion
    from backtest
    left join chances
        on
            backtest.scorecard_id = chances.scorecard_id
            and backtest.split = chances.split
            and backtest.lead_age_days = chances.lead_age_days
            and cast(backtest.score as {{ type_double() }}) = chances.score

),

fired as (

    select
        train_rows.scorecard_id,
        ledger.rule_id,
        train_rows.lead_id,
        train_rows.conversion,
        train_rows.chance,
        ledger.points
    from train_rows
    inner join ledger
        on
            train_rows.lead_id = ledger.lead_id
            and train_rows.as_of_date = ledger.as_of_date
            and train_rows.scorecard_id = ledger.scorecard_id

),

fired_counts as (

    select
        scorecard_id,
        rule_id,
        count(*) as fired_rows,
        count(distinct lead_id) as fired_leads,
        cast(sum(conversion) as {{ dbt.type_bigint() }}) as fired_conversions,
        count(distinct case when conversion = 1 then lead_id end) as fired_converted_leads,
        sum(chance) as expected_conversions,
        avg(cast(points as {{ type_double() }})) as points_now,
        sum(abs(points)) as moved_points
    from fired
    group by scorecard_id, rule_id

),

all_rows as (

    select
        scorecard_id,
        count(*) as scored_rows,
        cast(sum(conversion) as {{ dbt.type_bigint() }}) as conversions,
        -- A lead that converted counts at each of its ages.
        cast(sum(conversion) as {{ type_double() }}) / nullif(
            count(distinct case when conversion = 1 then lead_id end), 0
        ) as rows_per_converted_lead
    from train_rows
    group by scorecard_id

),

-- A rule with a segment is compared among the leads of the segment.
segment_rows as (

    select
        train_rows.scorecard_id,
        segment_members.segment_id,
        count(*) as scored_rows,
        cast(sum(train_rows.conversion) as {{ dbt.type_bigint() }}) as conversions
    from train_rows
    inner join segment_members
        on
            train_rows.lead_id = segment_members.lead_id
            and train_rows.as_of_date = segment_members.as_of_date
    group by train_rows.scorecard_id, segment_members.segment_id

),

-- How many log odds the leads with the rule differ from what the whole score says of them, the rule
-- included: the most likely number (Newton's method) under a normal prior around zero.
step_0 as (

    select distinct
        scorecard_id,
        rule_id,
        cast(0 as {{ type_double() }}) as shift
    from fired
    where chance is not null

),

{% for step in range(1, steps + 1) %}
    {%- set before = 'step_' ~ (step - 1) %}
    shifted_{{ step }} as (

        select
            fired.scorecard_id,
            fired.rule_id,
            fired.lead_id,
            fired.conversion,
            {{ before }}.shift,
            {{ logistic('ln(fired.chance / (1 - fired.chance)) + ' ~ before ~ '.shift') }} as chance
        from fired
        inner join {{ before }}
            on
                fired.scorecard_id = {{ before }}.scorecard_id
                and fired.rule_id = {{ before }}.rule_id

    ),

    sums_{{ step }} as (

        select
            scorecard_id,
            rule_id,
            shift,
            sum(conversion - chance) as gradient,
            sum(chance * (1 - chance)) as weight
        from shifted_{{ step }}
        group by scorecard_id, rule_id, shift

    ),

    step_{{ step }} as (

        select
            sums_{{ step }}.scorecard_id,
            sums_{{ step }}.rule_id,
            sums_{{ step }}.shift + least(
                greatest(
                    (
                        sums_{{ step }}.gradient
                        - sums_{{ step }}.shift / power(settings.rule_prior_sd, 2)
                    ) / (sums_{{ step }}.weight + 1 / power(settings.rule_prior_sd, 2)),
                    -2
                ),
                2
            ) as shift,
            sums_{{ step }}.weight + 1 / power(settings.rule_prior_sd, 2) as weight
        from sums_{{ step }}
        cross join settings

    ),
{% endfor %}

-- The rows of one lead are not independent: errors are added up by lead before they are squared.
lead_errors as (

    select
        scorecard_id,
        rule_id,
        lead_id,
        sum(conversion - chance) as error
    from shifted_{{ steps }}
    group by scorecard_id, rule_id, lead_id

),

shifts as (

    select
        step_{{ steps }}.scorecard_id,
        step_{{ steps }}.rule_id,
        step_{{ steps }}.shift,
        -- Where nobody converted the errors alone would look too sure.
        greatest(
            sqrt(sum(lead_errors.error * lead_errors.error)) / step_{{ steps }}.weight,
            1 / sqrt(step_{{ steps }}.weight)
        ) as shift_error
    from step_{{ steps }}
    inner join lead_errors
        on
            step_{{ steps }}.scorecard_id = lead_errors.scorecard_id
            and step_{{ steps }}.rule_id = lead_errors.rule_id
    group by
        step_{{ steps }}.scorecard_id,
        step_{{ steps }}.rule_id,
        step_{{ steps }}.shift,
        step_{{ steps }}.weight

),

counted as (

    select
        rules.scorecard_id,
        rules.rule_id,
        rules.dimension,
        rules.signal,
        rules.reason,
        coalesce(
            case when rules.segment_id is null then all_rows.scored_rows end,
            segment_rows.scored_rows,
            0
        ) as scored_rows,
        coalesce(
            case when rules.segment_id is null then all_rows.conversions end,
            segment_rows.conversions,
            0
        ) as conversions,
        all_rows.rows_per_converted_lead,
        coalesce(fired_counts.fired_rows, 0) as fired_rows,
        coalesce(fired_counts.fired_leads, 0) as fired_leads,
        coalesce(fired_counts.fired_conversions, 0) as fired_conversions,
        coalesce(fired_counts.fired_converted_leads, 0) as fired_converted_leads,
        fired_counts.expected_conversions,
        fired_counts.points_now,
        cast(fired_counts.moved_points as {{ type_double() }})
        / nullif(
            sum(fired_counts.moved_points) over (partition by rules.scorecard_id), 0
        ) as score_share
    from rules
    inner join scorecards on rules.scorecard_id = scorecards.scorecard_id
    left join all_rows on rules.scorecard_id = all_rows.scorecard_id
    left join segment_rows
        on
            rules.scorecard_id = segment_rows.scorecard_id
            and rules.segment_id = segment_rows.segment_id
    left join fired_counts
        on
            rules.scorecard_id = fired_counts.scorecard_id
            and rules.rule_id = fired_counts.rule_id

),

-- Half a row stands in for an empty cell, or the logarithm would have no value.
cells as (

    select
        *,
        fired_conversions
        + case when fired_conversions = 0 or fired_conversions = fired_rows then 0.5 else 0 end
            as fired_won,
        fired_rows - fired_conversions
        + case when fired_conversions = 0 or fired_conversions = fired_rows then 0.5 else 0 end
            as fired_lost,
        conversions - fired_conversions
        + case
            when
                conversions = fired_conversions
                or conversions - fired_conversions = scored_rows - fired_rows
                then 0.5
            else 0
        end as other_won,
        scored_rows - fired_rows - conversions + fired_conversions
        + case
            when
                conversions = fired_conversions
                or conversions - fired_conversions = scored_rows - fired_rows
                then 0.5
            else 0
        end as other_lost,
        nullif(cast(conversions as {{ type_double() }}), 0) as all_won,
        nullif(cast(scored_rows - conversions as {{ type_double() }}), 0) as all_lost
    from counted

),

weighed as (

    select
        *,
        case
            when fired_rows > 0 then ln((fired_won / all_won) / (fired_lost / all_lost))
        end as woe,
        case
            when fired_rows > 0
                then sqrt(
                    greatest(
                        1 / fired_won - 1 / all_won + 1 / fired_lost - 1 / all_lost,
                        0
                    ) * greatest(rows_per_converted_lead, 1)
                )
        end as woe_error,
        case
            when fired_rows > 0 and fired_rows < scored_rows
                then
                    (fired_won / all_won - fired_lost / all_lost)
                    * ln((fired_won / all_won) / (fired_lost / all_lost))
                    + (other_won / all_won - other_lost / all_lost)
                    * ln((other_won / all_won) / (other_lost / all_lost))
        end as iv
    from cells

),

supported as (

    select
        weighed.*,
        settings.confidence_z,
        settings.rule_min_rows,
        settings.rule_min_conversions,
        settings.leak_information_value,
        weighed.points_now + shifts.shift / fits.slope as supported_points,
        settings.confidence_z * shifts.shift_error / fits.slope as supported_margin
    from weighed
    cross join settings
    left join fits
        on
            weighed.scorecard_id = fits.scorecard_id
            and fits.is_converged
            and fits.slope > 0
    left join shifts
        on
            weighed.scorecard_id = shifts.scorecard_id
            and weighed.rule_id = shifts.rule_id

),

judged as (

    select
        *,
        case
            when scored_rows > 0 and fired_rows = 0 then 'never fires'
            when
                fired_rows < rule_min_rows
                or scored_rows - fired_rows < rule_min_rows
                or greatest(
                    fired_converted_leads,
                    coalesce(expected_conversions / rows_per_converted_lead, 0)
                ) < rule_min_conversions
                then 'too little evidence'
            when iv > leak_information_value then 'suspiciously strong'
            when supported_points is null then 'too little evidence'
            when
                (points_now > 0 and supported_points + supported_margin < 0)
                or (points_now < 0 and supported_points - supported_margin > 0)
                then 'wrong sign'
            when abs(supported_points - points_now) <= supported_margin then 'keep'
            when supported_points > points_now then 'raise'
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
        cast(fired_rows as {{ type_double() }}) / nullif(scored_rows, 0) as fired_share,
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
        end as verdict_sentence
    from judged

)

select * from performance
