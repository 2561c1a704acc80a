-- One row per scorecard x rule: how training rows with it converted, how those it is compared with,
-- and what that tells of it.
with

backtest as (

    select * from {{ ref('backtest') }}
    where split = 'train'

),

firings as (

    select * from {{ ref('rule_firings') }}

),

segment_members as (

    select * from {{ ref('score_segment_members') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

rules as (

    select
        scorecard_id,
        rule_id,
        coalesce(segment_id, '') as segment_id
    from {{ ref('stg_config__rules') }}

),

-- A rule with a segment is compared among the leads of the segment, others among all leads, which
-- are the segment without a name.
compared_rows as (

    select
        scorecard_id,
        '' as segment_id,
        lead_id,
        is_converted
    from backtest

    union all

    select
        backtest.scorecard_id,
        segment_members.segment_id,
        backtest.lead_id,
        backtest.is_converted
    from backtest
    inner join segment_members
        on
            backtest.lead_id = segment_members.lead_id
            and backtest.as_of_date = segment_members.as_of_date

),

compared_leads as (

    select
        scorecard_id,
        segment_id,
        lead_id,
        count(*) as scored_rows,
        count(case when is_converted then 1 end) as conversions
    from compared_rows
    group by scorecard_id, segment_id, lead_id

),

-- What a lead adds to the logarithm of a share among converted rows against that among others.
compared_terms as (

    select
        *,
        conversions / nullif(
            cast(
                sum(conversions) over (partition by scorecard_id, segment_id)
                as {{ type_double() }}
            ),
            0
        ) - (scored_rows - conversions) / nullif(
            cast(
                sum(scored_rows - conversions) over (partition by scorecard_id, segment_id)
                as {{ type_double() }}
            ),
            0
        ) as term
    from compared_leads

),

compared as (

    select
        scorecard_id,
        segment_id,
        cast(sum(scored_rows) as {{ dbt.type_bigint() }}) as scored_rows,
        cast(sum(conversions) as {{ dbt.type_bigint() }}) as conversions,
        sum(term * term) as squared_terms
    from compared_terms
    group by scorecard_id, segment_id

),

fired_leads as (

    select
        scorecard_id,
        rule_id,
        lead_id,
        count(*) as scored_rows,
        count(case when is_converted then 1 end) as conversions,
        sum(chance) as expected_conversions,
        sum(points) as points,
        sum(abs(points)) as given_points
    from firings
    group by scorecard_id, rule_id, lead_id

),

fired_terms as (

    select
        fired_leads.*,
        compared_terms.term as compared_term,
        fired_leads.conversions / nullif(
            cast(
                sum(fired_leads.conversions) over (
                    partition by fired_leads.scorecard_id, fired_leads.rule_id
                ) as {{ type_double() }}
            ),
            0
        ) - (fired_leads.scored_rows - fired_leads.conversions) / nullif(
            cast(
                sum(fired_leads.scored_rows - fired_leads.conversions) over (
                    partition by fired_leads.scorecard_id, fired_leads.rule_id
                ) as {{ type_double() }}
            ),
            0
        ) as term
    from fired_leads
    inner join rules
        on
            fired_leads.scorecard_id = rules.scorecard_id
            and fired_leads.rule_id = rules.rule_id
    left join compared_terms
        on
            fired_leads.scorecard_id = compared_terms.scorecard_id
            and rules.segment_id = compared_terms.segment_id
            and fired_leads.lead_id = compared_terms.lead_id

),

-- A lead without the rule moves the weight of evidence by its term among all, one with it by the
-- difference of its two terms: the squares of the former, and what the latter make of them.
fired as (

    select
        scorecard_id,
        rule_id,
        count(*) as leads,
        count(case when conversions > 0 then 1 end) as converted_leads,
        cast(sum(scored_rows) as {{ dbt.type_bigint() }}) as scored_rows,
        cast(sum(conversions) as {{ dbt.type_bigint() }}) as conversions,
        cast(sum(conversions * conversions) as {{ dbt.type_bigint() }}) as squared_conversions,
        sum(expected_conversions) as expected_conversions,
        cast(sum(points) as {{ type_double() }}) as points,
        cast(sum(given_points) as {{ type_double() }}) as given_points,
        sum(term * (term - 2 * compared_term)) as squared_terms
    from fired_terms
    group by scorecard_id, rule_id

),

counted as (

    select
        rules.scorecard_id,
        rules.rule_id,
        coalesce(compared.scored_rows, 0) as scored_rows,
        coalesce(compared.conversions, 0) as conversions,
        coalesce(fired.scored_rows, 0) as fired_rows,
        coalesce(fired.leads, 0) as fired_leads,
        coalesce(fired.conversions, 0) as fired_conversions,
        coalesce(fired.converted_leads, 0) as fired_converted_leads,
        fired.expected_conversions,
        {{ design_effect('fired') }} as design_effect,
        fired.points / fired.scored_rows as points_now,
        fired.given_points
        / nullif(sum(fired.given_points) over (partition by rules.scorecard_id), 0) as score_share,
        compared.squared_terms + fired.squared_terms as squared_terms
    from rules
    inner join scorecards on rules.scorecard_id = scorecards.scorecard_id
    left join compared
        on
            rules.scorecard_id = compared.scorecard_id
            and rules.segment_id = compared.segment_id
    left join fired
        on
            rules.scorecard_id = fired.scorecard_id
            and rules.rule_id = fired.rule_id

),

-- Half a row stands in for an empty cell, or the logarithm would have no value.
halves as (

    select
        *,
        cast(
            case when fired_conversions in (0, fired_rows) then 0.5 else 0 end
            as {{ type_double() }}
        ) as fired_half,
        cast(
            case
                when conversions - fired_conversions in (0, scored_rows - fired_rows) then 0.5
                else 0
            end as {{ type_double() }}
        ) as other_half
    from counted

),

cells as (

    select
        *,
        fired_conversions + fired_half as fired_won,
        fired_rows - fired_conversions + fired_half as fired_lost,
        conversions - fired_conversions + other_half as other_won,
        scored_rows - fired_rows - conversions + fired_conversions + other_half as other_lost,
        nullif(cast(conversions as {{ type_double() }}), 0) as all_won,
        nullif(cast(scored_rows - conversions as {{ type_double() }}), 0) as all_lost
    from halves

),

evidence as (

    select
        scorecard_id,
        rule_id,
        scored_rows,
        conversions,
        fired_rows,
        fired_leads,
        fired_conversions,
        fired_converted_leads,
        expected_conversions,
        design_effect,
        points_now,
        score_share,
        case
            when fired_rows > 0 then ln((fired_won / all_won) / (fired_lost / all_lost))
        end as woe,
        case
            -- Sums that are nothing in the end would leave a little in the last digits.
            when fired_rows = scored_rows then 0 * all_won
            -- Half a row is no lead's.
            when fired_half > 0
                then sqrt(
                    greatest(1 / fired_won - 1 / all_won + 1 / fired_lost - 1 / all_lost, 0)
                    * design_effect
                )
            else sqrt(greatest(squared_terms, 0))
        end as woe_error,
        case
            when fired_rows > 0 and fired_rows < scored_rows
                then
                    (fired_won / all_won - fired_lost / all_lost)
                    * ln((fired_won / all_won) / (fired_lost / all_lost))
                    + (other_won / all_won - other_lost / all_lost)
                    * ln((other_won / all_won) / (other_lost / all_lost))
        end as iv
    from cells

)

select * from evidence
