-- One row per scorecard x dimension x slice of the back-test x band: what share of the leads in the
-- band really converted.
-- A slice is everything, a split, a month of scored days or a lead age.
with

scores as (

    select * from {{ ref('backtest_scores') }}
    where not is_baseline

),

bands as (

    select * from {{ ref('stg_config__bands') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

sliced_scores as (

    {%- for slice, slice_value in [
        ('all', "'all'"),
        ('split', 'split'),
        ('cohort_month', 'cast(cohort_month as ' ~ dbt.type_string() ~ ')'),
        ('lead_age', 'cast(lead_age_days as ' ~ dbt.type_string() ~ ')'),
    ] %}
        {{ 'union all' if not loop.first }}
        select
            scorecard_id,
            dimension,
            '{{ slice }}' as slice,
            {{ slice_value }} as slice_value,
            band,
            lead_id,
            as_of_date,
            is_converted,
            days_to_conversion,
            conversion_amount
        from scores
    {%- endfor %}

),

banded as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        band,
        count(*) as scored_rows,
        count(distinct lead_id) as leads,
        count(case when is_converted then 1 end) as conversions,
        {{ median_of('days_to_conversion') }} as median_days_to_conversion
    from sliced_scores
    group by scorecard_id, dimension, slice, slice_value, band

),

lead_conversions as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        band,
        lead_id,
        count(*) as conversions
    from sliced_scores
    where is_converted
    group by scorecard_id, dimension, slice, slice_value, band, lead_id

),

converted as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        band,
        count(*) as converted_leads,
        sum(conversions * conversions) as squared_conversions
    from lead_conversions
    group by scorecard_id, dimension, slice, slice_value, band

),

-- The first purchase after each scored day; what follows several days of its lead was paid once.
purchases as (

    select distinct
        scorecard_id,
        dimension,
        slice,
        slice_value,
        band,
        lead_id,
        {{ add_days('as_of_date', 'days_to_conversion') }} as converted_date,
        conversion_amount
    from sliced_scores
    where conversion_amount is not null

),

paid as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        band,
        sum(conversion_amount) as conversion_amount
    from purchases
    group by scorecard_id, dimension, slice, slice_value, band

),

slices as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        sum(scored_rows) as slice_rows,
        sum(conversions) as slice_conversions
    from banded
    group by scorecard_id, dimension, slice, slice_value

),

-- A band that nobody was in is a row too.
counted as (

    select
        slices.scorecard_id,
        slices.dimension,
        slices.slice,
        slices.slice_value,
        bands.band,
        cast(bands.band_rank as integer) as band_rank,
        bands.min_points,
        cast(slices.slice_rows as {{ type_double() }}) as slice_rows,
        cast(slices.slice_conversions as {{ type_double() }}) as slice_conversions,
        coalesce(banded.scored_rows, 0) as scored_rows,
        coalesce(banded.leads, 0) as leads,
        coalesce(banded.conversions, 0) as conversions,
        coalesce(converted.converted_leads, 0) as converted_leads,
        converted.squared_conversions,
        banded.median_days_to_conversion,
        paid.conversion_amount
    from slices
    inner join bands
        on
            slices.scorecard_id = bands.scorecard_id
            and slices.dimension = bands.dimension
    left join banded
        on
            slices.scorecard_id = banded.scorecard_id
            and slices.dimension = banded.dimension
            and slices.slice = banded.slice
            and slices.slice_value = banded.slice_value
            and bands.band = banded.band
    left join converted
        on
            banded.scorecard_id = converted.scorecard_id
            and banded.dimension = converted.dimension
            and banded.slice = converted.slice
            and banded.slice_value = converted.slice_value
            and banded.band = converted.band
    left join paid
        on
            banded.scorecard_id = paid.scorecard_id
            and banded.dimension = paid.dimension
            and banded.slice = paid.slice
            and banded.slice_value = paid.slice_value
            and banded.band = paid.band

),

weighed as (

    select
        *,
        {{ design_effect('counted') }} as design_effect
    from counted

),

rated as (

    select
        weighed.*,
        weighed.conversions
        / nullif(cast(weighed.scored_rows as {{ type_double() }}), 0) as conversion_rate,
        {{ wilson_bound(
            'weighed.conversions / weighed.design_effect',
            'weighed.scored_rows / weighed.design_effect',
            'settings.confidence_z', '-'
        ) }} as conversion_rate_low,
        {{ wilson_bound(
            'weighed.conversions / weighed.design_effect',
            'weighed.scored_rows / weighed.design_effect',
            'settings.confidence_z', '+'
        ) }} as conversion_rate_high
    from weighed
    cross join settings

),

performance as (

    select
        scorecard_id,
        dimension,
        slice,
        slice_value,
        band,
        band_rank,
        min_points,
        scored_rows,
        leads,
        conversions,
        converted_leads,
        conversion_rate,
        conversion_rate_low,
        conversion_rate_high,
        conversion_rate * slice_rows / nullif(slice_conversions, 0) as lift,
        conversions / nullif(slice_conversions, 0) as conversion_share,
        cast(median_days_to_conversion as {{ type_double() }}) as median_days_to_conversion,
        cast(conversion_amount as decimal(18, 2)) as conversion_amount,
        coalesce(
            conversion_rate > lag(conversion_rate) over (
                partition by
                    scorecard_id,
                    dimension,
                    slice,
                    slice_value,
                    -- A band without rows has no rate to compare with.
                    case when scored_rows > 0 then 1 else 0 end
                order by band_rank
            ),
            false
        ) as is_rank_order_break
    from rated

)

select * from performance
