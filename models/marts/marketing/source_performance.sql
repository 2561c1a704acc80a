-- One row per population x dimension (lead source or campaign) x name: do its leads convert more
-- than leads of the same score from elsewhere, and what do they cost?
{%- set first_age_days = backtest_lead_ages_days() | first | default(0) %}
with

performance as (

    select * from {{ ref('touch_performance') }}
    where judged_for = 'source'

),

touches as (

    select * from {{ ref('judged_touches') }}
    where
        judged_for = 'source'
        and population = 'open_leads'

),

identity as (

    select * from {{ ref('int_leads__identity') }}

),

scored_days as (

    select * from {{ ref('backtest_rows') }}
    where is_primary

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

costs as (

    select * from {{ ref('stg_config__campaign_costs') }}

),

splits as (

    select * from {{ ref('backtest_splits') }}
    where split = 'test'

),

-- Months all of whose leads are mature in the last evaluation, at the first age at which leads are
-- judged.
known_costs as (

    select
        costs.cost_of,
        costs.name,
        costs.month,
        costs.cost
    from costs
    cross join splits
    where
        {{ add_days(
            'cast(' ~ dbt.dateadd('month', 1, 'costs.month') ~ ' as date)', first_age_days - 1
        ) }} <= splits.ends_on

),

-- A lead is over the line whether or not its outcome is known.
leads_over_line as (

    select distinct scored_days.lead_id
    from scored_days
    inner join scorecards on scored_days.scorecard_id = scorecards.scorecard_id
    where
        scored_days.is_mql
        and scorecards.population = 'open_leads'

),

costed_leads as (

    select
        touches.dimension,
        touches.name,
        count(*) as leads,
        sum(case when leads_over_line.lead_id is null then 0 else 1 end) as leads_over_line,
        sum(case when touches.is_converted then 1 else 0 end) as conversions,
        sum(case when touches.is_converted then touches.conversion_amount end) as amount
    from touches
    inner join identity on touches.lead_id = identity.lead_id
    inner join known_costs
        on
            touches.dimension = known_costs.cost_of
            and touches.name = known_costs.name
            and cast({{ dbt.date_trunc('month', 'identity.created_date') }} as date)
            = known_costs.month
    left join leads_over_line on touches.lead_id = leads_over_line.lead_id
    group by touches.dimension, touches.name

),

summed_costs as (

    select
        cost_of,
        name,
        count(*) as cost_months,
        sum(cost) as cost
    from known_costs
    group by cost_of, name

),

sources as (

    select
        performance.population,
        performance.dimension,
        performance.name,
        performance.leads,
        performance.conversions,
        performance.conversion_rate,
        performance.conversion_rate_low,
        performance.conversion_rate_high,
        performance.compared_leads,
        performance.expected_conversions,
        performance.lift,
        performance.lift_low,
        performance.lift_high,
        performance.verdict,
        performance.conversion_amount,
        cast(summed_costs.cost_months as {{ dbt.type_bigint() }}) as cost_months,
        cast(summed_costs.cost as decimal(18, 2)) as cost,
        cast(costed_leads.leads as {{ dbt.type_bigint() }}) as costed_leads,
        cast(
            {{ rounded_quotient('summed_costs.cost', 'costed_leads.leads') }}
            as decimal(18, 2)
        ) as cost_per_lead,
        cast(
            {{ rounded_quotient('summed_costs.cost', 'costed_leads.leads_over_line') }}
            as decimal(18, 2)
        ) as cost_per_lead_over_line,
        cast(
            {{ rounded_quotient('summed_costs.cost', 'costed_leads.conversions') }}
            as decimal(18, 2)
        ) as cost_per_conversion,
        cast(
            cast(
                case when costed_leads.conversions = 0 then 0 else costed_leads.amount end
                as {{ type_double() }}
            ) / nullif(summed_costs.cost, 0) as decimal(12, 4)
        ) as return_on_cost
    from performance
    left join summed_costs
        on
            performance.population = 'open_leads'
            and performance.dimension = summed_costs.cost_of
            and performance.name = summed_costs.name
    left join costed_leads
        on
            performance.population = 'open_leads'
            and performance.dimension = costed_leads.dimension
            and performance.name = costed_leads.name

)

select * from sources
