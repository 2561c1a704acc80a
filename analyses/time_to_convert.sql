-- How fast do the leads of each band convert?
-- For each band: days until a quarter, half, three quarters and nine tenths of its conversions had
-- come, and the share of its back-test rows that had converted by certain days. Conversions later
-- than the horizon (var conversion_horizon_days) are not counted, so neither are later days shown.
-- Vars: scorecard (default: the one that speaks for most leads), by_days (default: 7, 14, 30, 60,
-- 90), lead_age_days (default: all ages at which leads are judged).
-- dbt show --select time_to_convert --limit 50 --vars '{by_days: [1, 7, 21], lead_age_days: 0}'
{%- set lead_age_days = var('lead_age_days', none) -%}
{%- set horizon = conversion_horizon_days() -%}
{%- set by_days = var('by_days', [7, 14, 30, 60, 90]) -%}
{%- set days = [] -%}
{%- for day in by_days -%}
    {%- if day is not integer -%}
        {{ exceptions.raise_compiler_error(
            "The var by_days holds '" ~ day ~ "': write whole numbers such as [7, 30, 90]."
        ) }}
    {%- endif -%}
    {%- if day <= horizon and day not in days -%}
        {%- do days.append(day) -%}
    {%- endif -%}
{%- endfor %}
with

backtest as (

    select * from {{ ref('backtest') }}
    {%- if lead_age_days is not none %}
        where lead_age_days = {{ lead_age_days | int }}
    {%- endif %}

),

bands as (

    select * from {{ ref('stg_config__bands') }}
    where dimension = 'total'

),

asked_scorecard as (

    {{ asked_scorecard('backtest') }}

),

asked_bands as (

    select
        bands.scorecard_id,
        bands.band,
        bands.band_rank
    from bands
    inner join asked_scorecard on bands.scorecard_id = asked_scorecard.scorecard_id

),

band_rows as (

    select
        asked_bands.scorecard_id,
        asked_bands.band,
        asked_bands.band_rank,
        backtest.lead_id,
        backtest.days_to_conversion
    from asked_bands
    left join backtest
        on
            asked_bands.scorecard_id = backtest.scorecard_id
            and asked_bands.band = backtest.band

),

all_rows as (

    select * from band_rows

    union all

    select
        scorecard_id,
        'all bands' as band,
        1000000 as band_rank,
        lead_id,
        days_to_conversion
    from band_rows

),

with_shares as (

    select
        *,
        case
            when days_to_conversion is not null
                then cume_dist() over (
                    partition by
                        band_rank, case when days_to_conversion is null then 0 else 1 end
                    order by days_to_conversion
                )
        end as conversions_so_far
    from all_rows

),

by_band as (

    select
        scorecard_id,
        band,
        band_rank,
        count(lead_id) as scored_rows,
        count(days_to_conversion) as conversions,
        min(case when conversions_so_far >= 0.25 then days_to_conversion end) as quarter_days,
        min(case when conversions_so_far >= 0.5 then days_to_conversion end) as median_days,
        min(
            case when conversions_so_far >= 0.75 then days_to_conversion end
        ) as three_quarters_days,
        min(case when conversions_so_far >= 0.9 then days_to_conversion end) as nine_tenths_days,
        {%- for day in days %}
            sum(case when days_to_conversion <= {{ day }} then 1 else 0 end)
            / nullif(cast(count(lead_id) as {{ type_double() }}), 0) as by_day_{{ day }}_share,
        {%- endfor %}
        count(days_to_conversion)
        / nullif(cast(count(lead_id) as {{ type_double() }}), 0) as conversion_rate
    from with_shares
    group by scorecard_id, band, band_rank

),

speeds as (

    select
        band,
        scored_rows,
        conversions,
        quarter_days,
        median_days,
        nine_tenths_days,
        three_quarters_days,
        {%- for day in days %}
            by_day_{{ day }}_share,
        {%- endfor %}
        conversion_rate,
        scorecard_id,
        band_rank
    from by_band

)

select * from speeds
order by band_rank
