-- One row per scorecard x segment: what a conversion of the segment brings on average, and one row
-- without a segment for all leads of the scorecard.
with

backtest as (

    select * from {{ ref('backtest') }}
    where is_converted and conversion_amount is not null

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

-- A lead that was scored at several ages converted once.
conversions as (

    select distinct
        scorecard_id,
        lead_id,
        converted_date,
        conversion_amount
    from backtest

),

segment_conversions as (

    select distinct
        backtest.scorecard_id,
        segment_members.segment_id,
        backtest.lead_id,
        backtest.converted_date,
        backtest.conversion_amount
    from backtest
    inner join segment_members
        on
            backtest.lead_id = segment_members.lead_id
            and backtest.as_of_date = segment_members.as_of_date

),

all_amounts as (

    select
        scorecard_id,
        count(*) as conversions,
        cast(sum(conversion_amount) as {{ type_double() }}) / count(*) as mean_amount
    from conversions
    group by scorecard_id

),

segment_sums as (

    select
        scorecard_id,
        segment_id,
        count(*) as conversions,
        cast(sum(conversion_amount) as {{ type_double() }}) as amount
    from segment_conversions
    group by scorecard_id, segment_id

),

-- A small segment is pulled towards the average of all leads.
amounts as (

    select
        scorecard_id,
        cast(null as {{ dbt.type_string() }}) as segment_id,
        conversions,
        mean_amount,
        mean_amount as expected_amount
    from all_amounts

    union all

    select
        segment_sums.scorecard_id,
        segment_sums.segment_id,
        segment_sums.conversions,
        segment_sums.amount / segment_sums.conversions as mean_amount,
        (segment_sums.amount + settings.amount_prior_conversions * all_amounts.mean_amount)
        / (segment_sums.conversions + settings.amount_prior_conversions) as expected_amount
    from segment_sums
    inner join all_amounts on segment_sums.scorecard_id = all_amounts.scorecard_id
    cross join settings

)

select * from amounts
