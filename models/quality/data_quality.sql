-- One row per check of the data that scoring uses, with how many rows it concerns.

{%- set attributes = lead_attribute_columns() %}

with

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

lead_changes as (

    select * from {{ ref('stg_raw__lead_changes') }}
    where row_status = 'accepted'

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

job_titles as (

    select * from {{ ref('int_leads__job_titles') }}

),

country_regions as (

    select * from {{ ref('stg_config__country_regions') }}

),

missing_values as (

    {%- for attribute in attributes %}
        {{ 'union all' if not loop.first }}
        select
            'leads' as raw_table,
            'missing value' as check_name,
            '{{ attribute }}' as subject,
            count(*) as checked_rows,
            sum(case when {{ attribute }} is null then 1 else 0 end) as affected_rows
        from leads
    {%- endfor %}

),

unreadable_numbers as (

    {%- for attribute in ['employee_count', 'annual_revenue'] %}
        {{ 'union all' if not loop.first }}
        select
            'leads' as raw_table,
            'unreadable number' as check_name,
            '{{ attribute }}' as subject,
            count(*) as checked_rows,
            sum(case when {{ parse_number(attribute) }} is null then 1 else 0 end) as affected_rows
        from leads
        where {{ attribute }} is not null
    {%- endfor %}

),

broken_emails as (

    select
        'leads' as raw_table,
        'not an email address' as check_name,
        'email' as subject,
        count(*) as checked_rows,
        sum(case when {{ is_email_address('email') }} then 0 else 1 end) as affected_rows
    from leads
    where email is not null

),

unrecognised_titles as (

    select
        'leads' as raw_table,
        'not recognised' as check_name,
        'job_title' as subject,
        count(*) as checked_rows,
        sum(
            case
                when job_titles.seniority is null and job_titles.department is null then 1
                else 0
            end
        ) as affected_rows
    from leads
    inner join job_titles on leads.job_title = job_titles.job_title

),

unrecognised_countries as (

    select
        'leads' as raw_table,
        'not recognised' as check_name,
        'country' as subject,
        count(*) as checked_rows,
        sum(case when country_regions.country_name is null then 1 else 0 end) as affected_rows
    from leads
    left join country_regions on {{ lower_text('leads.country') }} = country_regions.country_name
    where leads.country is not null

),

machines as (

    select
        'activities' as raw_table,
        'machine' as check_name,
        activities.activity_type as subject,
        count(*) as checked_rows,
        sum(case when activities.is_bot then 1 else 0 end) as affected_rows
    from activities
    inner join activity_types on activities.activity_type = activity_types.activity_type
    where activity_types.is_bot_suspect
    group by activities.activity_type

),

activity_counts as (

    select
        activity_type,
        count(*) as type_rows
    from activities
    group by activity_type

),

all_activity_counts as (

    select
        *,
        sum(type_rows) over () as all_rows
    from activity_counts

),

unlisted_types as (

    select
        'activities' as raw_table,
        'unlisted activity type' as check_name,
        all_activity_counts.activity_type as subject,
        all_activity_counts.all_rows as checked_rows,
        all_activity_counts.type_rows as affected_rows
    from all_activity_counts
    left join activity_types on all_activity_counts.activity_type = activity_types.activity_type
    where activity_types.activity_type is null

),

change_counts as (

    select
        attribute,
        count(*) as attribute_rows
    from lead_changes
    group by attribute

),

all_change_counts as (

    select
        *,
        sum(attribute_rows) over () as all_rows
    from change_counts

),

-- Changes that nothing reads. Where the label is a misspelt attribute, the value of today is dated
-- back over them.
unlisted_attributes as (

    select
        'lead_changes' as raw_table,
        'unlisted attribute' as check_name,
        attribute as subject,
        all_rows as checked_rows,
        attribute_rows as affected_rows
    from all_change_counts
    where attribute not in ({{ quoted_list(attributes) }})

),

checks as (

    select * from missing_values
    union all
    select * from unreadable_numbers
    union all
    select * from broken_emails
    union all
    select * from unrecognised_titles
    union all
    select * from unrecognised_countries
    union all
    select * from machines
    union all
    select * from unlisted_types
    union all
    select * from unlisted_attributes

),

data_quality as (

    select
        raw_table,
        check_name,
        subject,
        cast(checked_rows as {{ dbt.type_bigint() }}) as checked_rows,
        cast(coalesce(affected_rows, 0) as {{ dbt.type_bigint() }}) as affected_rows,
        cast(
            affected_rows / nullif(cast(checked_rows as {{ type_double() }}), 0)
            as {{ type_double() }}
        ) as affected_share
    from checks

)

select * from data_quality
