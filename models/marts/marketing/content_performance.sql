-- One row per population x dimension (asset, topic or campaign) x name: do leads that touched it
-- convert more than leads of the same score that did not?
with

performance as (

    select * from {{ ref('touch_performance') }}
    where judged_for = 'content'

),

content as (

    select
        population,
        dimension,
        name,
        leads,
        conversions,
        conversion_rate,
        conversion_rate_low,
        conversion_rate_high,
        compared_leads,
        expected_conversions,
        lift,
        lift_low,
        lift_high,
        verdict
    from performance

)

select * from content
