-- One row per bootstrap replicate x group of leads that is drawn into it, with how often.
with

bootstrap_leads as (

    select * from {{ ref('bootstrap_leads') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

digits as (

    {{ integers(9) }}

),

-- Up to a thousand.
replicates as (

    select 100 * hundreds.n + 10 * tens.n + ones.n + 1 as replicate
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones
    cross join settings
    where 100 * hundreds.n + 10 * tens.n + ones.n < settings.bootstrap_replicates

),

lead_groups as (

    select distinct lead_group
    from bootstrap_leads

),

draws as (

    select
        replicates.replicate,
        lead_groups.lead_group,
        cast(
            {{ poisson_weight(hash_share(['replicates.replicate', 'lead_groups.lead_group'])) }}
            as integer
        ) as weight
    from replicates
    cross join lead_groups

),

weights as (

    select * from draws
    where weight > 0

)

select * from weights
