-- One row per company x role of the buying group: whether somebody who may have it is known, and
-- engaged.
with

people as (

    select * from {{ ref('account_people') }}

),

roles as (

    select * from {{ ref('stg_config__buying_roles') }}

),

companies as (

    select distinct company_id
    from people

),

role_people as (

    select
        people.company_id,
        people.lead_id,
        people.is_engaged,
        roles.role
    from people
    inner join roles
        on
            {{ listed_in('people.department', 'roles.departments') }}
            and {{ listed_in('people.seniority', 'roles.seniorities') }}

),

filled as (

    select
        company_id,
        role,
        count(*) as people,
        max(case when is_engaged then 1 else 0 end) = 1 as is_engaged
    from role_people
    group by company_id, role

),

account_roles as (

    select
        companies.company_id,
        roles.role,
        roles.row_number,
        roles.weight,
        coalesce(filled.people, 0) as people,
        filled.role is not null as is_known,
        coalesce(filled.is_engaged, false) as is_engaged
    from companies
    cross join roles
    left join filled
        on
            companies.company_id = filled.company_id
            and roles.role = filled.role

)

select * from account_roles
