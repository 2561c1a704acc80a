-- One row per scorecard x month after the training days x thing that may drift: the score, a rule's
-- firing, the conversion rate, and chance against conversion.
with

months as (

    select * from {{ ref('drift_months') }}

),

of_scores as (

    select * from {{ ref('drift_of_scores') }}

),

of_rules as (

    select * from {{ ref('drift_of_rules') }}

),

of_rates as (

    select * from {{ ref('drift_of_rates') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

drifts as (

    select
        scorecard_id,
        month,
        'score' as drift_of,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        reference_value,
        value,
        psi,
        cast(null as {{ type_double() }}) as z
    from of_scores

    union all

    select
        scorecard_id,
        month,
        'rule' as drift_of,
        rule_id,
        reference_value,
        value,
        psi,
        cast(null as {{ type_double() }}) as z
    from of_rules

    union all

    select
        scorecard_id,
        month,
        drift_of,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        reference_value,
        value,
        cast(null as {{ type_double() }}) as psi,
        z
    from of_rates

),

drift as (

    select
        drifts.scorecard_id,
        drifts.month,
        drifts.drift_of,
        drifts.rule_id,
        months.scored_rows,
        drifts.reference_value,
        drifts.value,
        drifts.psi,
        drifts.z,
        case
            when drifts.drift_of in ('base_rate', 'calibration') and not months.is_known
                then 'not yet known'
            when months.scored_rows < settings.drift_min_rows then 'too few rows'
            when coalesce(drifts.psi, drifts.z) is null then 'no chance to compare'
            when
                drifts.psi > settings.psi_major
                or abs(drifts.z) > settings.rate_drift_major_z
                then 'major'
            when
                drifts.psi > settings.psi_some
                or abs(drifts.z) > settings.rate_drift_some_z
                then 'some'
            else 'none'
        end as status
    from drifts
    inner join months
        on
            drifts.scorecard_id = months.scorecard_id
            and drifts.month = months.month
    cross join settings

)

select * from drift
