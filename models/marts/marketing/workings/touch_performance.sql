-- One row per what leads are judged for x population x dimension x name: conversions of the leads
-- with it against leads of the same score without it.
with

judged_leads as (

    select * from {{ ref('judged_leads') }}

),

touches as (

    select * from {{ ref('judged_touches') }}

),

limits as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

all_leads as (

    select
        judged_for,
        population,
        scorecard_id,
        lead_age_days,
        score_bin,
        cast(count(*) as {{ type_double() }}) as leads,
        cast(sum(case when is_converted then 1 else 0 end) as {{ type_double() }}) as conversions
    from judged_leads
    group by judged_for, population, scorecard_id, lead_age_days, score_bin

),

with_it as (

    select
        judged_for,
        population,
        dimension,
        name,
        scorecard_id,
        lead_age_days,
        score_bin,
        cast(count(*) as {{ type_double() }}) as leads,
        cast(sum(case when is_converted then 1 else 0 end) as {{ type_double() }}) as conversions,
        sum(case when is_converted then conversion_amount end) as conversion_amount
    from touches
    group by
        judged_for, population, dimension, name, scorecard_id, lead_age_days, score_bin

),

strata as (

    select
        with_it.*,
        all_leads.leads as all_leads,
        all_leads.conversions as all_conversions,
        all_leads.leads - with_it.leads as other_leads,
        all_leads.conversions - with_it.conversions as other_conversions
    from with_it
    inner join all_leads
        on
            with_it.judged_for = all_leads.judged_for
            and with_it.population = all_leads.population
            and with_it.scorecard_id = all_leads.scorecard_id
            and with_it.lead_age_days = all_leads.lead_age_days
            and with_it.score_bin = all_leads.score_bin

),

summed as (

    select
        judged_for,
        population,
        dimension,
        name,
        cast(sum(leads) as {{ dbt.type_bigint() }}) as leads,
        cast(sum(conversions) as {{ dbt.type_bigint() }}) as conversions,
        cast(sum(conversion_amount) as decimal(18, 2)) as conversion_amount,
        cast(
            sum(case when other_leads > 0 then leads else 0 end) as {{ dbt.type_bigint() }}
        ) as compared_leads,
        cast(sum(other_leads) as {{ dbt.type_bigint() }}) as other_leads,
        sum(leads * other_conversions / nullif(other_leads, 0)) as expected_conversions,
        {{ mantel_haenszel_sums('leads', 'conversions', 'other_leads', 'other_conversions') }}
    from strata
    group by judged_for, population, dimension, name

),

compared as (

    select
        summed.*,
        limits.confidence_z,
        limits.interval_tail_share,
        {{ mantel_haenszel_ratio() }} as lift,
        {{ mantel_haenszel_error() }} as log_lift_error,
        {{ mantel_haenszel_z() }} as z,
        case
            when summed.compared_leads = 0 then 'nothing to compare with'
            when
                summed.compared_leads < limits.rule_min_rows
                or summed.other_leads < limits.rule_min_rows
                or greatest(summed.conversions, coalesce(summed.expected_conversions, 0))
                < limits.rule_min_conversions
                then 'too little evidence'
        end as obstacle
    from summed
    cross join limits

),

-- Who looks at a hundred names finds five by chance: chances are multiplied by the names that are
-- judged together (Bonferroni).
tested as (

    select
        *,
        {{ normal_cdf('(-abs(z))') }} * 2
        * count(case when obstacle is null then 1 end) over (
            partition by judged_for, population, dimension
        ) as error_chance
    from compared

),

-- Rounded: sums of floats differ in their last digits from run to run.
performance as (

    select
        judged_for,
        population,
        dimension,
        name,
        leads,
        conversions,
        conversion_amount,
        {{ rounded_number(
            'cast(conversions as ' ~ type_double() ~ ') / nullif(leads, 0)', 'decimal(9, 6)'
        ) }} as conversion_rate,
        cast(
            {{ wilson_bound('conversions', 'leads', 'confidence_z', '-') }} as decimal(9, 6)
        ) as conversion_rate_low,
        cast(
            {{ wilson_bound('conversions', 'leads', 'confidence_z', '+') }} as decimal(9, 6)
        ) as conversion_rate_high,
        compared_leads,
        cast(expected_conversions as decimal(12, 2)) as expected_conversions,
        cast(lift as decimal(12, 4)) as lift,
        cast(lift * exp(-confidence_z * log_lift_error) as decimal(12, 4)) as lift_low,
        cast(lift * exp(confidence_z * log_lift_error) as decimal(12, 4)) as lift_high,
        case
            when obstacle is not null then obstacle
            when z is null or error_chance > 2 * interval_tail_share then 'as the score says'
            when z > 0 then 'better than the score says'
            else 'worse than the score says'
        end as verdict
    from tested

)

select * from performance
