-- One row per scored lead with a company, now: what it brings to the account of the company.
with

scores as (

    select * from {{ ref('lead_scores') }}
    where is_primary

),

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where
        row_status = 'accepted'
        and company_id is not null

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

fit_limits as (

    select * from {{ ref('stg_config__score_dimensions') }}
    where dimension = 'fit'

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}
    where attribute in ('seniority', 'department')

),

opt_outs as (

    select * from {{ ref('int_activities__opt_outs') }}

),

last_contacts as (

    select * from {{ ref('sales_last_contacts') }}

),

worked_leads as (

    select * from {{ ref('sales_candidates') }}
    where state = 'being_worked'

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

limits as (

    select * from {{ ref('stg_config__marketing_settings') }}

),

titles as (

    select
        attribute_history.lead_id,
        max(
            case when attribute_history.attribute = 'seniority' then attribute_history.value end
        ) as seniority,
        max(
            case when attribute_history.attribute = 'department' then attribute_history.value end
        ) as department
    from attribute_history
    cross join clock
    where
        clock.as_of_date >= attribute_history.valid_from
        and clock.as_of_date < attribute_history.valid_to
    group by attribute_history.lead_id

),

people as (

    select
        leads.company_id,
        scores.lead_id,
        scores.as_of_date,
        scorecards.population,
        leads.company_name,
        titles.seniority,
        titles.department,
        scores.score,
        scores.conversion_chance,
        scores.expected_value,
        scores.positive_reason_1,
        last_contacts.contacted_date as last_contact_date,
        last_contacts.contact_text as last_contact,
        greatest(coalesce(scores.fit_points, 0), 0)
        / nullif(cast(fit_limits.max_points as {{ type_double() }}), 0) as fit_share,
        coalesce(scores.engagement_points >= limits.account_engaged_points, false) as is_engaged,
        cast(
            case
                when scores.conversion_chance > limits.account_chance_cap
                    then limits.account_chance_cap
                else scores.conversion_chance
            end as decimal(9, 6)
        ) as capped_chance,
        opt_outs.lead_id is not null as is_opted_out,
        -- Whom sales works or leaves alone now, the account does not call either.
        opt_outs.lead_id is null
        and worked_leads.lead_id is null
        and not coalesce(last_contacts.is_cooling_down, false)
        and (leads.email is not null or leads.phone is not null)
        and coalesce(
            {{ days_between('last_contacts.contacted_date', 'scores.as_of_date') }}
            >= limits.account_uncontacted_days,
            true
        ) as is_to_call
    from scores
    inner join leads on scores.lead_id = leads.lead_id
    inner join scorecards on scores.scorecard_id = scorecards.scorecard_id
    cross join limits
    left join fit_limits on scores.scorecard_id = fit_limits.scorecard_id
    left join titles on scores.lead_id = titles.lead_id
    left join last_contacts on scores.lead_id = last_contacts.lead_id
    left join worked_leads on scores.lead_id = worked_leads.lead_id
    left join opt_outs
        on
            scores.lead_id = opt_outs.lead_id
            and scores.as_of_date >= opt_outs.starts_on
            and scores.as_of_date < opt_outs.ends_on

)

select * from people
