-- One row per scorecard x way of grouping x group of the decisions of sales: how often it accepted
-- the leads, or how often it gave a reason for rejecting them, against all others.
with

decisions as (

    select * from {{ ref('sales_decisions') }}

),

ledger as (

    select * from {{ ref('score_ledger') }}
    where
        entry = 'rule'
        and points <> 0

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

limits as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

rejections as (

    select * from decisions
    where not is_accepted

),

rule_decisions as (

    select
        decisions.scorecard_id,
        decisions.lead_id,
        decisions.decision_number,
        decisions.is_accepted,
        decisions.reason,
        ledger.rule_id
    from decisions
    inner join ledger
        on
            decisions.lead_id = ledger.lead_id
            and decisions.ledger_date = ledger.as_of_date
            and decisions.scorecard_id = ledger.scorecard_id

),

-- What can be asked of a rule: decisions whose ledger is kept.
explained_decisions as (

    select * from decisions
    where ledger_date is not null

),

scorecard_counts as (

    select
        scorecard_id,
        count(*) as decisions,
        sum(case when is_accepted then 1 else 0 end) as accepted,
        sum(case when ledger_date is not null then 1 else 0 end) as explained_decisions,
        sum(
            case when ledger_date is not null and is_accepted then 1 else 0 end
        ) as explained_accepted
    from decisions
    group by scorecard_id

),

reason_counts as (

    select
        scorecard_id,
        reason,
        count(*) as rejections
    from rejections
    group by scorecard_id, reason

),

explained_reason_counts as (

    select
        scorecard_id,
        reason,
        count(*) as rejections
    from explained_decisions
    where not is_accepted
    group by scorecard_id, reason

),

rule_counts as (

    select
        scorecard_id,
        rule_id,
        count(*) as decisions,
        sum(case when is_accepted then 1 else 0 end) as accepted
    from rule_decisions
    group by scorecard_id, rule_id

),

rule_reason_counts as (

    select
        scorecard_id,
        rule_id,
        reason,
        count(*) as rejections
    from rule_decisions
    where not is_accepted
    group by scorecard_id, rule_id, reason

),

{%- for grouping in ['band', 'priority'] %}

    {{ grouping }}_groups as (

        select
            decisions.scorecard_id,
            '{{ grouping }}' as grouped_by,
            coalesce(decisions.{{ grouping }}, 'none') as group_value,
            cast(null as {{ dbt.type_string() }}) as rule_id,
            cast(null as {{ dbt.type_string() }}) as reason,
            'accepted' as counted,
            count(*) as cases,
            sum(case when decisions.is_accepted then 1 else 0 end) as hits,
            max(scorecard_counts.decisions) - count(*) as other_cases,
            max(scorecard_counts.accepted)
            - sum(case when decisions.is_accepted then 1 else 0 end) as other_hits
        from decisions
        inner join scorecard_counts on decisions.scorecard_id = scorecard_counts.scorecard_id
        group by decisions.scorecard_id, coalesce(decisions.{{ grouping }}, 'none')

    ),
{%- endfor %}

other_groups as (

    select
        scorecard_id,
        'all' as grouped_by,
        'all' as group_value,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        cast(null as {{ dbt.type_string() }}) as reason,
        'accepted' as counted,
        decisions as cases,
        accepted as hits,
        0 as other_cases,
        0 as other_hits
    from scorecard_counts

    union all

    select
        rule_counts.scorecard_id,
        'rule' as grouped_by,
        rule_counts.rule_id as group_value,
        rule_counts.rule_id,
        cast(null as {{ dbt.type_string() }}) as reason,
        'accepted' as counted,
        rule_counts.decisions as cases,
        rule_counts.accepted as hits,
        scorecard_counts.explained_decisions - rule_counts.decisions as other_cases,
        scorecard_counts.explained_accepted - rule_counts.accepted as other_hits
    from rule_counts
    inner join scorecard_counts on rule_counts.scorecard_id = scorecard_counts.scorecard_id

    union all

    select
        reason_counts.scorecard_id,
        'reason' as grouped_by,
        reason_counts.reason as group_value,
        cast(null as {{ dbt.type_string() }}) as rule_id,
        reason_counts.reason,
        'reason given' as counted,
        scorecard_counts.decisions - scorecard_counts.accepted as cases,
        reason_counts.rejections as hits,
        0 as other_cases,
        0 as other_hits
    from reason_counts
    inner join scorecard_counts on reason_counts.scorecard_id = scorecard_counts.scorecard_id

    union all

    -- Every rule with every reason, so that a reason that never meets a rule shows as well.
    select
        rule_counts.scorecard_id,
        'rule x reason' as grouped_by,
        rule_counts.rule_id || ' x ' || explained_reason_counts.reason as group_value,
        rule_counts.rule_id,
        explained_reason_counts.reason,
        'reason given' as counted,
        rule_counts.decisions - rule_counts.accepted as cases,
        coalesce(rule_reason_counts.rejections, 0) as hits,
        scorecard_counts.explained_decisions - scorecard_counts.explained_accepted
        - (rule_counts.decisions - rule_counts.accepted) as other_cases,
        explained_reason_counts.rejections - coalesce(rule_reason_counts.rejections, 0)
            as other_hits
    from rule_counts
    inner join scorecard_counts on rule_counts.scorecard_id = scorecard_counts.scorecard_id
    inner join explained_reason_counts
        on rule_counts.scorecard_id = explained_reason_counts.scorecard_id
    left join rule_reason_counts
        on
            rule_counts.scorecard_id = rule_reason_counts.scorecard_id
            and rule_counts.rule_id = rule_reason_counts.rule_id
            and explained_reason_counts.reason = rule_reason_counts.reason
    where rule_counts.decisions > rule_counts.accepted

),

all_groups as (

    select * from band_groups
    union all
    select * from priority_groups
    union all
    select * from other_groups

),

rates as (

    select
        all_groups.*,
        limits.confidence_z,
        limits.feedback_min_cases,
        limits.feedback_cluster_z,
        cast(all_groups.hits as {{ type_double() }}) / nullif(all_groups.cases, 0) as rate,
        cast(all_groups.other_hits as {{ type_double() }}) / nullif(all_groups.other_cases, 0)
            as other_rate,
        cast(all_groups.hits + all_groups.other_hits as {{ type_double() }})
        / nullif(all_groups.cases + all_groups.other_cases, 0) as pooled_rate
    from all_groups
    cross join limits

),

-- Two proportions, pooled.
tested as (

    select
        *,
        (rate - other_rate) / nullif(
            sqrt(
                pooled_rate * (1 - pooled_rate)
                * (
                    1 / nullif(cast(cases as {{ type_double() }}), 0)
                    + 1 / nullif(cast(other_cases as {{ type_double() }}), 0)
                )
            ),
            0
        ) as z
    from rates

),

judged as (

    select
        *,
        case
            when other_cases = 0 then null
            when cases < feedback_min_cases or other_cases < feedback_min_cases then 'too_few'
            when z > feedback_cluster_z and counted = 'accepted' then 'accepted_more'
            when z < -feedback_cluster_z and counted = 'accepted' then 'accepted_less'
            when z > feedback_cluster_z then 'clusters'
            when z < -feedback_cluster_z then 'rarer'
            else 'no_difference'
        end as verdict
    from tested

),

feedback as (

    select
        judged.scorecard_id,
        judged.grouped_by,
        judged.group_value,
        judged.rule_id,
        rules.reason as rule_reason,
        judged.reason as rejection_reason,
        judged.counted,
        cast(judged.cases as {{ dbt.type_bigint() }}) as cases,
        cast(judged.hits as {{ dbt.type_bigint() }}) as hits,
        {{ rounded_number('judged.rate', 'decimal(9, 6)') }} as rate,
        cast(
            {{ wilson_bound('judged.hits', 'judged.cases', 'judged.confidence_z', '-') }}
            as decimal(9, 6)
        ) as rate_low,
        cast(
            {{ wilson_bound('judged.hits', 'judged.cases', 'judged.confidence_z', '+') }}
            as decimal(9, 6)
        ) as rate_high,
        cast(judged.other_cases as {{ dbt.type_bigint() }}) as other_cases,
        cast(judged.other_hits as {{ dbt.type_bigint() }}) as other_hits,
        {{ rounded_number('judged.other_rate', 'decimal(9, 6)') }} as other_rate,
        cast(judged.z as decimal(12, 4)) as z,
        judged.verdict,
        case judged.verdict
            when 'clusters'
                then
                    'Of the rejected leads with "' || rules.reason || '", '
                    || {{ percent_text('judged.rate') }} || ' % were rejected as '
                    || judged.reason || ', of the others '
                    || {{ percent_text('judged.other_rate') }} || ' %: look at the points of '
                    || judged.rule_id
            when 'rarer'
                then
                    'Leads with "' || rules.reason || '" are less often rejected as '
                    || judged.reason || ': ' || {{ percent_text('judged.rate') }} || ' % against '
                    || {{ percent_text('judged.other_rate') }} || ' %'
            when 'accepted_more'
                then
                    'Accepted more often than others: ' || {{ percent_text('judged.rate') }}
                    || ' % against ' || {{ percent_text('judged.other_rate') }} || ' %'
            when 'accepted_less'
                then
                    'Accepted less often than others: ' || {{ percent_text('judged.rate') }}
                    || ' % against ' || {{ percent_text('judged.other_rate') }} || ' %'
        end as verdict_sentence
    from judged
    left join rules
        on
            judged.scorecard_id = rules.scorecard_id
            and judged.rule_id = rules.rule_id

)

select * from feedback
