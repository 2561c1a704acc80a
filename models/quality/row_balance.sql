-- One row per raw table: how many raw rows were accepted, merged into another and quarantined.
{#- Only a test reads the share; one that is none stops dbt before anything is built. #}
{%- do max_quarantined_share() %}
with

identity as (

    select * from {{ ref('int_leads__identity') }}

),

leads as (

    select * from {{ ref('stg_raw__leads') }}

),

lead_changes as (

    select * from {{ ref('stg_raw__lead_changes') }}

),

companies as (

    select * from {{ ref('stg_raw__companies') }}

),

activities as (

    select * from {{ ref('int_activities__received') }}

),

outcomes as (

    select * from {{ ref('stg_raw__outcomes') }}

),

quarantined_rows as (

    select * from {{ ref('quarantined_rows') }}

),

raw_counts as (

    {%- for table_name in ['leads', 'lead_changes', 'companies', 'activities', 'outcomes'] %}
        {{ 'union all' if not loop.first }}
        select
            '{{ table_name }}' as raw_table,
            count(*) as raw_rows
        from ({{ raw_table(table_name) }}) as {{ table_name }}_source
    {%- endfor %}

),

fates as (

    select
        'leads' as raw_table,
        case
            when leads.row_status = 'accepted' and identity.lead_id <> identity.surviving_lead_id
                then 'merged'
            else leads.row_status
        end as row_status
    from leads
    left join identity
        on
            leads.lead_id = identity.lead_id
            and leads.row_status = 'accepted'

    union all

    select
        'lead_changes' as raw_table,
        case
            when identity.lead_id is null then 'quarantined'
            else lead_changes.row_status
        end as row_status
    from lead_changes
    left join identity on lead_changes.lead_id = identity.lead_id

    union all

    select
        'companies' as raw_table,
        row_status
    from companies

    union all

    select
        'activities' as raw_table,
        case
            when activities.rejection_reason is not null then 'quarantined'
            when activities.is_repetition then 'merged'
            when identity.lead_id is null then 'quarantined'
            else 'accepted'
        end as row_status
    from activities
    left join identity on activities.raw_lead_key = identity.lead_id

    union all

    select
        'outcomes' as raw_table,
        case
            when identity.lead_id is null then 'quarantined'
            else outcomes.row_status
        end as row_status
    from outcomes
    left join identity on outcomes.lead_id = identity.lead_id

),

fate_counts as (

    select
        raw_table,
        sum(case when row_status = 'accepted' then 1 else 0 end) as accepted_rows,
        sum(case when row_status = 'merged' then 1 else 0 end) as merged_rows
    from fates
    group by raw_table

),

quarantine_counts as (

    select
        raw_table,
        count(*) as quarantined_rows
    from quarantined_rows
    group by raw_table

),

row_balance as (

    select
        raw_counts.raw_table,
        cast(raw_counts.raw_rows as {{ dbt.type_bigint() }}) as raw_rows,
        cast(coalesce(fate_counts.accepted_rows, 0) as {{ dbt.type_bigint() }}) as accepted_rows,
        cast(coalesce(fate_counts.merged_rows, 0) as {{ dbt.type_bigint() }}) as merged_rows,
        cast(
            coalesce(quarantine_counts.quarantined_rows, 0) as {{ dbt.type_bigint() }}
        ) as quarantined_rows,
        cast(
            coalesce(quarantine_counts.quarantined_rows, 0)
            / nullif(cast(raw_counts.raw_rows as {{ type_double() }}), 0)
            as {{ type_double() }}
        ) as quarantined_share
    from raw_counts
    left join fate_counts on raw_counts.raw_table = fate_counts.raw_table
    left join quarantine_counts on raw_counts.raw_table = quarantine_counts.raw_table

)

select * from row_balance
