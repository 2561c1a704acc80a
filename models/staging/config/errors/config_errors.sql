-- One row per mistake found in the seeds.
{{ config(
    materialized='table',
    pre_hook='{{ stop_on_other_texts() }}',
    post_hook={'sql': '{{ stop_on_config_errors() }}', 'transaction': false}
) }}

with

mistakes as (

    select * from {{ ref('config_errors__cells') }}
    union all
    select * from {{ ref('config_errors__names') }}
    union all
    select * from {{ ref('config_errors__conditions') }}
    union all
    select * from {{ ref('config_errors__rules') }}
    union all
    select * from {{ ref('config_errors__scorecards') }}
    union all
    select * from {{ ref('config_errors__bands') }}
    union all
    select * from {{ ref('config_errors__reference') }}
    union all
    select * from {{ ref('config_errors__experiments') }}
    union all
    select * from {{ ref('config_errors__sales') }}

),

config_errors as (

    -- A mistake in a key can make the same mistake appear twice.
    select distinct
        seed_file,
        cast(row_number as integer) as row_number,
        column_name,
        severity,
        problem,
        fix,
        seed_file
        || coalesce(' row ' || cast(row_number as {{ dbt.type_string() }}), '')
        || coalesce(', column ' || column_name, '')
        || ': ' || problem || '; ' || fix as message
    from mistakes

)

select * from config_errors
