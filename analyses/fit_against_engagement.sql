-- Does conversion follow fit and engagement, and is each priority where it belongs?
-- A row per cell of the priority grid, best fit and engagement first, counted on back-test rows
-- whose outcome is known.
-- Vars: scorecard (default: the one that speaks for most leads), split (train or test; default:
-- all rows).
-- dbt show --select fit_against_engagement --limit 50 --vars '{scorecard: b2b_saas_v2}'
{%- set split = var('split', none) %}
with

backtest as (

    select * from {{ ref('backtest') }}
    {%- if split is not none %}
        where split = {{ quoted_list([split | string]) }}
    {%- endif %}

),

priority_grid as (

    select * from {{ ref('stg_config__priority_grid') }}

),

bands as (

    select * from {{ ref('stg_config__bands') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

asked_scorecard as (

    {{ asked_scorecard('backtest') }}

),

backtest_rows as (

    select
        backtest.lead_id,
        backtest.scorecard_id,
        backtest.fit_band,
        backtest.engagement_band,
        backtest.priority,
        case when backtest.is_converted then 1 else 0 end as conversions
    from backtest
    inner join asked_scorecard on backtest.scorecard_id = asked_scorecard.scorecard_id

),

cells as (

    select
        priority_grid.scorecard_id,
        priority_grid.fit_band,
        priority_grid.engagement_band,
        priority_grid.priority,
        priority_grid.next_step
    from priority_grid
    inner join asked_scorecard on priority_grid.scorecard_id = asked_scorecard.scorecard_id

),

lead_counts as (

    select
        fit_band,
        engagement_band,
        lead_id,
        count(*) as scored_rows,
        sum(conversions) as conversions
    from backtest_rows
    group by fit_band, engagement_band, lead_id

),

counts as (

    select
        fit_band,
        engagement_band,
        sum(scored_rows) as scored_rows,
        count(*) as leads,
        sum(conversions) as conversions,
        sum(conversions * conversions) as squared_conversions
    from lead_counts
    group by fit_band, engagement_band

),

priority_rates as (

    select
        priority,
        sum(conversions) / cast(count(*) as {{ type_double() }}) as conversion_rate
    from backtest_rows
    group by priority

),

overall as (

    select
        sum(conversions) / nullif(cast(count(*) as {{ type_double() }}), 0) as base_rate,
        cast(sum(conversions) as {{ type_double() }}) as conversions
    from backtest_rows

),

counted_cells as (

    select
        cells.scorecard_id,
        cells.fit_band,
        cells.engagement_band,
        cells.priority,
        cells.next_step,
        coalesce(counts.scored_rows, 0) as scored_rows,
        coalesce(counts.leads, 0) as leads,
        coalesce(counts.conversions, 0) as conversions,
        {{ design_effect('counts') }} as design_effect,
        counts.conversions
        / cast(counts.scored_rows as {{ type_double() }}) as conversion_rate
    from cells
    left join counts
        on
            cells.fit_band = counts.fit_band
            and cells.engagement_band = counts.engagement_band

),

with_intervals as (

    select
        counted_cells.*,
        {{ wilson_bound(
            'counted_cells.conversions / counted_cells.design_effect',
            'counted_cells.scored_rows / counted_cells.design_effect',
            'settings.confidence_z', '-'
        ) }} as conversion_rate_low,
        {{ wilson_bound(
            'counted_cells.conversions / counted_cells.design_effect',
            'counted_cells.scored_rows / counted_cells.design_effect',
            'settings.confidence_z', '+'
        ) }} as conversion_rate_high
    from counted_cells
    cross join settings

),

compared_cells as (

    select
        with_intervals.*,
        priority_rates.conversion_rate as priority_conversion_rate,
        fit_bands.band_rank as fit_rank,
        engagement_bands.band_rank as engagement_rank,
        with_intervals.conversion_rate / nullif(overall.base_rate, 0) as lift,
        with_intervals.conversions / nullif(overall.conversions, 0) as conversion_share,
        case
            when with_intervals.scored_rows = 0 then 'No lead was ever in this cell'
            when with_intervals.conversion_rate_low > priority_rates.conversion_rate
                then
                    'Converts clearly more than its priority ' || with_intervals.priority
                    || ' as a whole'
            when with_intervals.conversion_rate_high < priority_rates.conversion_rate
                then
                    'Converts clearly less than its priority ' || with_intervals.priority
                    || ' as a whole'
            else 'Converts like its priority ' || with_intervals.priority
        end as sentence
    from with_intervals
    cross join overall
    left join priority_rates on with_intervals.priority = priority_rates.priority
    left join bands as fit_bands
        on
            with_intervals.scorecard_id = fit_bands.scorecard_id
            and fit_bands.dimension = 'fit'
            and with_intervals.fit_band = fit_bands.band
    left join bands as engagement_bands
        on
            with_intervals.scorecard_id = engagement_bands.scorecard_id
            and engagement_bands.dimension = 'engagement'
            and with_intervals.engagement_band = engagement_bands.band

),

grid as (

    select
        fit_band,
        engagement_band,
        priority,
        scored_rows,
        conversions,
        conversion_rate,
        conversion_rate_low,
        conversion_rate_high,
        lift,
        conversion_share,
        priority_conversion_rate,
        sentence,
        leads,
        next_step,
        scorecard_id,
        fit_rank,
        engagement_rank
    from compared_cells

)

select * from grid
order by fit_rank, engagement_rank
