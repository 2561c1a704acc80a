-- One row per scorecard x dimension x split x bin of equally many rows: the chance that was said
-- beside the rate that came.
{%- set equal_chance %}
    cast(cast(chance as {{ contract_type('decimal(18, 12)') }}) as {{ type_double() }})
{%- endset %}
with

-- Equal chances share a bin: what is left in the last digits of a sum must not tell them apart.
chances as (

    select
        scorecard_id,
        dimension,
        split,
        scored_rows,
        conversions,
        {{ equal_chance }} as chance
    from {{ ref('score_chances') }}
    where
        chance is not null
        and split in ('train', 'test')

),

converted_rows as (

    select
        scorecard_id,
        dimension,
        split,
        lead_id,
        {{ equal_chance }} as chance
    from {{ ref('backtest_chances') }}
    where is_converted

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

numbers as (

    {{ integers(99) }}

),

distinct_chances as (

    select
        scorecard_id,
        dimension,
        split,
        chance,
        sum(scored_rows) as scored_rows,
        sum(conversions) as conversions
    from chances
    group by scorecard_id, dimension, split, chance

),

positioned as (

    select
        *,
        sum(scored_rows) over (
            partition by scorecard_id, dimension, split
            order by chance
            rows between unbounded preceding and current row
        ) as last_position,
        sum(scored_rows) over (partition by scorecard_id, dimension, split) as all_rows
    from distinct_chances

),

-- Equal chances that span the end of a bin are shared out by the rows on either side.
overlapping as (

    select
        positioned.*,
        settings.chance_bins,
        numbers.n + 1 as bin,
        least(
            settings.chance_bins * positioned.last_position, (numbers.n + 1) * positioned.all_rows
        ) - greatest(
            settings.chance_bins * (positioned.last_position - positioned.scored_rows),
            numbers.n * positioned.all_rows
        ) as overlap
    from positioned
    cross join numbers
    cross join settings
    where numbers.n < settings.chance_bins

),

shared as (

    select
        scorecard_id,
        dimension,
        split,
        bin,
        chance,
        overlap / chance_bins as scored_rows,
        overlap / (chance_bins * cast(scored_rows as {{ type_double() }})) as row_share,
        conversions / cast(scored_rows as {{ type_double() }}) as rate
    from overlapping
    where overlap > 0

),

bins as (

    select
        scorecard_id,
        dimension,
        split,
        bin,
        sum(scored_rows) as scored_rows,
        sum(scored_rows * rate) as conversions,
        sum(scored_rows * chance) / sum(scored_rows) as mean_chance,
        sum(scored_rows * rate) / sum(scored_rows) as conversion_rate
    from shared
    group by scorecard_id, dimension, split, bin

),

lead_conversions as (

    select
        shared.scorecard_id,
        shared.dimension,
        shared.split,
        shared.bin,
        converted_rows.lead_id,
        sum(shared.row_share) as conversions
    from converted_rows
    inner join shared
        on
            converted_rows.scorecard_id = shared.scorecard_id
            and converted_rows.dimension = shared.dimension
            and converted_rows.split = shared.split
            and converted_rows.chance = shared.chance
    group by
        shared.scorecard_id,
        shared.dimension,
        shared.split,
        shared.bin,
        converted_rows.lead_id

),

-- How many rows count as one piece of evidence, as in the macro design_effect. A row on either side
-- of the end of a bin is less than a row in each.
design_effects as (

    select
        scorecard_id,
        dimension,
        split,
        bin,
        greatest(sum(conversions * conversions) / sum(conversions), 1) as design_effect
    from lead_conversions
    group by scorecard_id, dimension, split, bin

),

-- Where nobody converted, rows count for as little as in any other bin.
weighed as (

    select
        bins.*,
        coalesce(
            design_effects.design_effect,
            max(design_effects.design_effect) over (
                partition by bins.scorecard_id, bins.dimension, bins.split
            ),
            1
        ) as design_effect
    from bins
    left join design_effects
        on
            bins.scorecard_id = design_effects.scorecard_id
            and bins.dimension = design_effects.dimension
            and bins.split = design_effects.split
            and bins.bin = design_effects.bin

),

reliability as (

    select
        weighed.scorecard_id,
        weighed.dimension,
        weighed.split,
        weighed.bin,
        weighed.scored_rows,
        weighed.conversions,
        weighed.mean_chance,
        weighed.conversion_rate,
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

)

select * from reliability
