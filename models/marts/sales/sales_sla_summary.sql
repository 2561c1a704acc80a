-- One row per way of grouping x group x whether sales was told: how often it made contact in time.
with

levels as (

    select * from {{ ref('sales_sla') }}

),

limits as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

{%- set groupings = {
    'all': "'all'",
    'owner': "coalesce(owner_name, 'nobody')",
    'priority': "coalesce(priority, 'none')",
    'week': 'cast(week_start_date as ' ~ dbt.type_string() ~ ')',
    'kind': 'kind',
} %}

grouped as (

    {%- for grouping, value in groupings.items() %}
        {{ 'union all' if not loop.first }}
        select
            '{{ grouping }}' as grouped_by,
            {{ value }} as group_value,
            is_rebuilt,
            status,
            hours_to_first_touch,
            hours_late
        from levels
    {%- endfor %}

),

counted as (

    select
        grouped_by,
        group_value,
        is_rebuilt,
        count(*) as events,
        sum(case when status = 'met' then 1 else 0 end) as met,
        sum(case when status = 'breached' then 1 else 0 end) as breached,
        sum(case when status = 'overdue' then 1 else 0 end) as overdue,
        sum(case when status = 'open' then 1 else 0 end) as still_open,
        sum(case when status = 'stopped' then 1 else 0 end) as stopped,
        sum(case when status = 'no_target' then 1 else 0 end) as without_target,
        sum(case when status in ('met', 'breached', 'overdue') then 1 else 0 end) as judged,
        count(hours_to_first_touch) as touched,
        sum(hours_to_first_touch) as hours_to_first_touch,
        sum(case when hours_late > 0 then 1 else 0 end) as late,
        sum(case when hours_late > 0 then hours_late end) as hours_late
    from grouped
    group by grouped_by, group_value, is_rebuilt

),

summary as (

    select
        counted.grouped_by,
        counted.group_value,
        counted.is_rebuilt,
        cast(counted.events as {{ dbt.type_bigint() }}) as events,
        cast(counted.met as {{ dbt.type_bigint() }}) as met,
        cast(counted.breached as {{ dbt.type_bigint() }}) as breached,
        cast(counted.overdue as {{ dbt.type_bigint() }}) as overdue,
        cast(counted.still_open as {{ dbt.type_bigint() }}) as still_open,
        cast(counted.stopped as {{ dbt.type_bigint() }}) as stopped,
        cast(counted.without_target as {{ dbt.type_bigint() }}) as without_target,
        {{ rounded_number(
            'cast(counted.met as ' ~ type_double() ~ ') / nullif(counted.judged, 0)',
            'decimal(9, 6)'
        ) }} as met_share,
        cast(
            {{ wilson_bound('counted.met', 'counted.judged', 'limits.confidence_z', '-') }}
            as decimal(9, 6)
        ) as met_share_low,
        cast(
            {{ wilson_bound('counted.met', 'counted.judged', 'limits.confidence_z', '+') }}
            as decimal(9, 6)
        ) as met_share_high,
        cast(
            {{ rounded_quotient('counted.hours_to_first_touch', 'counted.touched') }}
            as decimal(12, 2)
        ) as mean_hours_to_first_touch,
        cast(
            {{ rounded_quotient('counted.hours_late', 'counted.late') }} as decimal(12, 2)
        ) as mean_hours_late
    from counted
    cross join limits

)

select * from summary
