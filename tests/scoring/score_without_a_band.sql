-- A score or dimension that falls through the bands of its scorecard.
with

bands as (

    select distinct
        scorecard_id,
        dimension
    from {{ ref('stg_config__bands') }}

)

select
    totals.lead_id,
    totals.as_of_date,
    totals.scorecard_id,
    bands.dimension
from {{ ref('score_totals') }} as totals
inner join bands
    on
        totals.scorecard_id = bands.scorecard_id
        and bands.dimension = 'total'
where totals.band is null

union all

select
    dimension_totals.lead_id,
    dimension_totals.as_of_date,
    dimension_totals.scorecard_id,
    bands.dimension
from {{ ref('score_dimension_totals') }} as dimension_totals
inner join bands
    on
        dimension_totals.scorecard_id = bands.scorecard_id
        and dimension_totals.dimension = bands.dimension
where dimension_totals.band is null
