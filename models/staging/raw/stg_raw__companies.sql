-- One row per raw company row, typed and cleaned, with what became of it.
with

source as (

    {{ raw_table('companies') }}

),

cleaned as (

    select
        {{ clean_id('company_id') }} as company_id,
        {{ lower_text(clean_text('domain')) }} as domain,
        {{ clean_text('company_name') }} as company_name,
        {{ clean_text('industry') }} as industry,
        {{ clean_text('employee_count') }} as employee_count,
        {{ clean_text('annual_revenue') }} as annual_revenue,
        {{ clean_text('country') }} as country,
        {{ clean_text('lifecycle_stage') }} as lifecycle_stage
    from source

),

ranked as (

    select
        *,
        case when company_id is null then 'company_id is missing' end as rejection_reason,
        row_number() over (
            partition by company_id
            order by
                {{ row_text([
                    'domain', 'company_name', 'industry', 'employee_count', 'annual_revenue',
                    'country', 'lifecycle_stage'
                ]) }} desc
        ) as repetition
    from cleaned

),

sorted as (

    select
        *,
        case
            when rejection_reason is not null then 'quarantined'
            when repetition > 1 then 'merged'
            else 'accepted'
        end as row_status
    from ranked

)

select * from sorted
