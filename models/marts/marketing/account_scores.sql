-- One row per company with scored people, now: how well it fits, how likely somebody there
-- converts, who is missing and whom to call next.
with

people as (

    select * from {{ ref('account_people') }}

),

roles as (

    select * from {{ ref('account_roles') }}

),

trends as (

    select * from {{ ref('account_trends') }}

),

companies as (

    select * from {{ ref('stg_raw__companies') }}
    where row_status = 'accepted'

),

bands as (

    select * from {{ ref('stg_config__account_bands') }}

),

accounts as (

    select
        people.company_id,
        people.as_of_date,
        max(people.company_name) as company_name,
        count(*) as people,
        sum(case when people.is_engaged then 1 else 0 end) as engaged_people,
        sum(case when people.population = 'open_leads' then 1 else 0 end) as open_leads,
        sum(case when people.population = 'customers' then 1 else 0 end) as customers,
        sum(case when people.is_opted_out then 1 else 0 end) as opted_out_people,
        {{ rounded_number('avg(people.fit_share)', 'decimal(9, 6)') }} as fit_share,
        cast({{ any_chance('people.capped_chance') }} as decimal(9, 6)) as chance,
        max(people.conversion_chance) as highest_chance,
        sum(
            case when people.expected_value is not null then people.conversion_chance end
        ) as valued_conversions,
        sum(people.expected_value) as people_value,
        max(people.score) as highest_score,
        cast(sum(trends.score_change_7d) as decimal(12, 2)) as score_change_7d,
        cast(sum(trends.score_change_30d) as decimal(12, 2)) as score_change_30d
    from people
    left join trends on people.lead_id = trends.lead_id
    group by people.company_id, people.as_of_date

),

coverage as (

    select
        company_id,
        cast(
            sum(case when is_known then weight else 0 end) / nullif(sum(weight), 0)
            as decimal(9, 6)
        ) as role_coverage,
        cast(
            sum(case when is_engaged then weight else 0 end) / nullif(sum(weight), 0)
            as decimal(9, 6)
        ) as engaged_role_coverage
    from roles
    group by company_id

),

missing_roles as (

    select
        company_id,
        {{ dbt.listagg('role', "', '", 'order by row_number') }} as missing_roles
    from roles
    where not is_known
    group by company_id

),

silent_roles as (

    select
        company_id,
        {{ dbt.listagg('role', "', '", 'order by row_number') }} as silent_roles
    from roles
    where
        is_known
        and not is_engaged
    group by company_id

),

callable as (

    select
        *,
        row_number() over (
            partition by company_id
            order by
                expected_value desc nulls last,
                conversion_chance desc nulls last,
                score desc,
                lead_id asc
        ) as preference
    from people
    where is_to_call

),

next_people as (

    select
        company_id,
        lead_id,
        case
            when last_contact_date is null then 'Never contacted by sales'
            else
                'Last contacted by sales on '
                || cast(last_contact_date as {{ dbt.type_string() }})
                || coalesce(' (' || last_contact || ')', '')
        end
        || coalesce('; ' || positive_reason_1, '') as reason
    from callable
    where preference = 1

),

valued as (

    select
        accounts.company_id,
        accounts.as_of_date,
        coalesce(companies.company_name, accounts.company_name) as company_name,
        accounts.customers > 0 as is_customer,
        accounts.people,
        accounts.open_leads,
        accounts.customers,
        accounts.engaged_people,
        accounts.opted_out_people,
        accounts.fit_share,
        accounts.chance,
        accounts.highest_chance,
        accounts.highest_score,
        coverage.role_coverage,
        coverage.engaged_role_coverage,
        missing_roles.missing_roles,
        silent_roles.silent_roles,
        accounts.score_change_7d,
        accounts.score_change_30d,
        next_people.lead_id as next_lead_id,
        next_people.reason as next_reason,
        -- A company converts once, for what its people would bring on average where that is known.
        cast(
            accounts.chance * accounts.people_value
            / nullif(cast(accounts.valued_conversions as {{ type_double() }}), 0)
            as decimal(18, 2)
        ) as expected_value
    from accounts
    left join companies on accounts.company_id = companies.company_id
    left join coverage on accounts.company_id = coverage.company_id
    left join missing_roles on accounts.company_id = missing_roles.company_id
    left join silent_roles on accounts.company_id = silent_roles.company_id
    left join next_people on accounts.company_id = next_people.company_id

),

fitting_bands as (

    select
        valued.company_id,
        bands.band,
        row_number() over (
            partition by valued.company_id
            order by bands.row_number
        ) as preference
    from valued
    inner join bands
        on
            (bands.min_chance is null or valued.chance >= bands.min_chance)
            and (bands.min_coverage is null or valued.role_coverage >= bands.min_coverage)

),

account_scores as (

    select
        valued.company_id,
        valued.as_of_date,
        valued.company_name,
        valued.is_customer,
        fitting_bands.band,
        cast(
            row_number() over (
                order by
                    valued.expected_value desc nulls last,
                    valued.chance desc nulls last,
                    valued.highest_score desc,
                    valued.company_id asc
            ) as {{ dbt.type_bigint() }}
        ) as account_rank,
        valued.expected_value,
        valued.chance,
        valued.highest_chance,
        valued.highest_score,
        valued.fit_share,
        cast(valued.people as {{ dbt.type_bigint() }}) as people,
        cast(valued.open_leads as {{ dbt.type_bigint() }}) as open_leads,
        cast(valued.customers as {{ dbt.type_bigint() }}) as customers,
        cast(valued.engaged_people as {{ dbt.type_bigint() }}) as engaged_people,
        cast(valued.opted_out_people as {{ dbt.type_bigint() }}) as opted_out_people,
        valued.role_coverage,
        valued.engaged_role_coverage,
        valued.missing_roles,
        valued.silent_roles,
        valued.score_change_7d,
        valued.score_change_30d,
        valued.next_lead_id,
        valued.next_reason
    from valued
    left join fitting_bands
        on
            valued.company_id = fitting_bands.company_id
            and fitting_bands.preference = 1

)

select * from account_scores
