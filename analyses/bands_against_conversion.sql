-- Which bands really convert?
-- Read from top to bottom: each band should convert clearly better than the one below it. Counts
-- back-test rows (a lead at one of the ages of the var backtest_lead_ages_days) whose outcome is
-- known.
-- Vars: scorecard (default: all of them), dimension (default: total, the score).
-- dbt show --select bands_against_conversion --limit 50 --vars '{dimension: fit}'
{%- set scorecard = var('scorecard', none) -%}
{%- set dimension = var('dimension', 'total') %}
with

all_band_performance as (

    select * from {{ ref('band_performance') }}
    {%- if scorecard is not none %}
        where scorecard_id = {{ quoted_list([scorecard | string]) }}
    {%- endif %}

),

band_performance as (

    select * from all_band_performance
    where dimension = {{ quoted_list([dimension | string]) }}

),

bands as (

    select
        *,
        lead(conversion_rate) over (
            partition by scorecard_id order by band_rank
        ) as next_conversion_rate,
        lead(conversion_rate_high) over (
            partition by scorecard_id order by band_rank
        ) as next_conversion_rate_high
    from band_performance
    where slice = 'all'

),

splits as (

    select
        scorecard_id,
        band_rank,
        max(case when slice_value = 'train' then conversion_rate end) as train_conversion_rate,
        max(case when slice_value = 'test' then conversion_rate end) as test_conversion_rate
    from band_performance
    where slice = 'split'
    group by scorecard_id, band_rank

),

read_bands as (

    select
        bands.*,
        splits.train_conversion_rate,
        splits.test_conversion_rate,
        case
            when bands.scored_rows = 0 then 'No lead was ever in this band'
            when bands.next_conversion_rate is null then 'Nothing below to compare with'
            when bands.conversion_rate < bands.next_conversion_rate
                then 'Converts less than the band below: the order is broken'
            when bands.conversion_rate_low <= bands.next_conversion_rate_high
                then 'Not clearly better than the band below'
            else 'Converts clearly better than the band below'
        end as sentence
    from bands
    left join splits
        on
            bands.scorecard_id = splits.scorecard_id
            and bands.band_rank = splits.band_rank

),

reading_order as (

    select
        scorecard_id,
        band,
        scored_rows,
        conversion_rate,
        conversion_rate_low,
        conversion_rate_high,
        lift,
        sentence,
        train_conversion_rate,
        test_conversion_rate,
        leads,
        conversions,
        conversion_share,
        median_days_to_conversion,
        conversion_amount,
        min_points,
        band_rank
    from read_bands

)

select * from reading_order
order by scorecard_id, band_rank
