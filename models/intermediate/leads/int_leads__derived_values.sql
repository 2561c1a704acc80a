-- One row per derived attribute x value it is derived from.
with

attribute_values as (

    select * from {{ ref('int_leads__attribute_values') }}

),

job_titles as (

    select * from {{ ref('int_leads__job_titles') }}

),

email_addresses as (

    select * from {{ ref('int_leads__email_addresses') }}

),

company_size_bands as (

    select * from {{ ref('stg_config__company_size_bands') }}

),

country_regions as (

    select * from {{ ref('stg_config__country_regions') }}

),

occurring_values as (

    select distinct
        attribute,
        value
    from attribute_values
    where value is not null

),

employee_counts as (

    select
        value,
        {{ parse_number('value') }} as employees
    from occurring_values
    where attribute = 'employee_count'

),

company_sizes as (

    select
        employee_counts.value,
        company_size_bands.company_size
    from employee_counts
    inner join company_size_bands
        on
            (
                employee_counts.employees >= company_size_bands.min_employees
                or company_size_bands.min_employees is null
            )
            and (
                employee_counts.employees < company_size_bands.max_employees + 1
                or company_size_bands.max_employees is null
            )

),

countries as (

    select
        occurring_values.value,
        country_regions.country_code,
        country_regions.market_region
    from occurring_values
    inner join country_regions
        on {{ lower_text('occurring_values.value') }} = country_regions.country_name
    where occurring_values.attribute = 'country'

),

derived_values as (

    select
        'seniority' as attribute,
        job_title as base_value,
        seniority as value
    from job_titles

    union all

    select
        'department' as attribute,
        job_title as base_value,
        department as value
    from job_titles

    union all

    select
        'email_domain' as attribute,
        email as base_value,
        email_domain as value
    from email_addresses

    union all

    select
        'email_type' as attribute,
        email as base_value,
        email_type as value
    from email_addresses

    union all

    select
        'company_size' as attribute,
        value as base_value,
        company_size as value
    from company_sizes

    union all

    select
        'country_code' as attribute,
        value as base_value,
        country_code as value
    from countries

    union all

    select
        'market_region' as attribute,
        value as base_value,
        market_region as value
    from countries

)

select * from derived_values
