-- A cost of a lead source or campaign that no lead has, which source_performance leaves out: the
-- name is misspelt, or its leads are not loaded yet.
{{ config(severity='warn') }}

with

costs as (

    select * from {{ ref('stg_config__campaign_costs') }}

),

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

seen as (

    select
        'lead_source' as cost_of,
        lower(coalesce(lead_source, 'not given')) as name
    from leads

    union distinct

    select
        'campaign' as cost_of,
        lower(coalesce(campaign, 'not given')) as name
    from leads

)

select
    costs.cost_of,
    costs.name,
    count(*) as cost_months
from costs
left join seen
    on
        costs.cost_of = seen.cost_of
        and costs.name = seen.name
where seen.name is null
group by costs.cost_of, costs.name
