-- One row per scorecard x dimension x split x bin of equally many rows: the chance that was said
-- beside the rate that came.
with

-- Equal chances share a bin: what is left in the last digits of a sum must not tell them apart.
chances as (

    select
        scorecard_id,
        dimension,
        split,
        scored_rows,
        conversions,
        cast(
            cast(chance as {{ contract_type('decimal(18, 12)') }}) as {{ type_double() }}
        ) as chance
    from {{ ref('score_chances') }}
    where
        chance is not null
        and split in ('train', 'test')

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

reliability as (

    select
        bins.scorecard_id,
        bins.dimension,
        bins.split,
        bins.bin,
        bins.scored_rows,
        bins.conversions,
        bins.mean_chance,
        bins.conversion_rate,
        {{ wilson_bound('bins.conversions', 'bins.scored_rows', 'settings.confidence_z', '-') }}
            as conversion_rate_low,
        {{ wilson_bound('bins.conversions', 'bins.scored_rows', 'settings.confidence_z', '+') }}
            as conversion_rate_high
    from bins
    cross join settings

)

select * from reliability
