-- One row per scored lead x scorecard, now: score, bands, priority, chance to convert, trend and
-- the strongest reasons.
with

totals as (

    select * from {{ ref('score_totals') }}

),

subjects as (

    select * from {{ ref('score_subjects') }}
    where is_current

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

companies as (

    select * from {{ ref('stg_raw__companies') }}
    where row_status = 'accepted'

),

chances as (

    select * from {{ ref('lead_chances') }}

),

reasons as (

    select * from {{ ref('lead_score_reasons') }}
    where
        entry = 'rule'
        and points <> 0

),

ranked_reasons as (

    select
        lead_id,
        scorecard_id,
        reason,
        points,
        case when points > 0 then 'positive' else 'negative' end as direction,
        row_number() over (
            partition by lead_id, scorecard_id, case when points > 0 then 1 else 0 end
            order by abs(points) desc, rule_id
        ) as strength
    from reasons

),

strongest_reasons as (

    select
        lead_id,
        scorecard_id,
        max(
            case when direction = 'positive' and strength = 1 then reason end
        ) as positive_reason_1,
        max(
            case when direction = 'positive' and strength = 1 then points end
        ) as positive_reason_1_points,
        max(
            case when direction = 'positive' and strength = 2 then reason end
        ) as positive_reason_2,
        max(
            case when direction = 'positive' and strength = 2 then points end
        ) as positive_reason_2_points,
        max(
            case when direction = 'positive' and strength = 3 then reason end
        ) as positive_reason_3,
        max(
            case when direction = 'positive' and strength = 3 then points end
        ) as positive_reason_3_points,
        max(
            case when direction = 'negative' and strength = 1 then reason end
        ) as negative_reason_1,
        max(
            case when direction = 'negative' and strength = 1 then points end
        ) as negative_reason_1_points,
        max(
            case when direction = 'negative' and strength = 2 then reason end
        ) as negative_reason_2,
        max(
            case when direction = 'negative' and strength = 2 then points end
        ) as negative_reason_2_points,
        max(
            case when direction = 'negative' and strength = 3 then reason end
        ) as negative_reason_3,
        max(
            case when direction = 'negative' and strength = 3 then points end
        ) as negative_reason_3_points
    from ranked_reasons
    where strength <= 3
    group by lead_id, scorecard_id

),

trend as (

    select
        totals.lead_id,
        totals.scorecard_id,
        max(case
            when totals.as_of_date = {{ add_days('clock.as_of_date', -7) }} then totals.score
        end) as score_7d_ago,
        max(case
            when totals.as_of_date = {{ add_days('clock.as_of_date', -30) }} then totals.score
        end) as score_30d_ago
    from totals
    cross join clock
    where
        totals.as_of_date in (
            {{ add_days('clock.as_of_date', -7) }},
            {{ add_days('clock.as_of_date', -30) }}
        )
    group by totals.lead_id, totals.scorecard_id

),

current_totals as (

    select
        totals.*,
        subjects.role,
        subjects.is_primary,
        {{ rounded_number(
            '100 * cume_dist() over (partition by totals.scorecard_id order by totals.score)',
            'decimal(5, 2)'
        ) }} as score_percentile
    from totals
    inner join subjects
        on
            totals.lead_id = subjects.lead_id
            and totals.as_of_date = subjects.as_of_date
            and totals.scorecard_id = subjects.scorecard_id

),

lead_scores as (

    select
        current_totals.lead_id,
        current_totals.scorecard_id,
        current_totals.scorecard_version,
        current_totals.as_of_date,
        current_totals.role as scorecard_role,
        current_totals.is_primary,
        leads.first_name,
        leads.last_name,
        leads.email,
        leads.job_title,
        leads.lead_source,
        leads.owner_id,
        current_totals.score,
        current_totals.fit_points,
        current_totals.engagement_points,
        current_totals.fit_band,
        current_totals.engagement_band,
        current_totals.band,
        current_totals.priority,
        current_totals.sla_hours,
        current_totals.next_step,
        current_totals.is_mql,
        current_totals.score_percentile,
        chances.conversion_chance,
        chances.conversion_chance_low,
        chances.conversion_chance_high,
        strongest_reasons.positive_reason_1,
        strongest_reasons.positive_reason_1_points,
        strongest_reasons.positive_reason_2,
        strongest_reasons.positive_reason_2_points,
        strongest_reasons.positive_reason_3,
        strongest_reasons.positive_reason_3_points,
        strongest_reasons.negative_reason_1,
        strongest_reasons.negative_reason_1_points,
        strongest_reasons.negative_reason_2,
        strongest_reasons.negative_reason_2_points,
        strongest_reasons.negative_reason_3,
        strongest_reasons.negative_reason_3_points,
        cast(
            chances.conversion_chance * chances.expected_amount as decimal(18, 2)
        ) as expected_value,
        cast(current_totals.score - trend.score_7d_ago as decimal(12, 2)) as score_change_7d,
        cast(current_totals.score - trend.score_30d_ago as decimal(12, 2)) as score_change_30d,
        coalesce(leads.company_name, companies.company_name) as company_name
    from current_totals
    inner join leads on current_totals.lead_id = leads.lead_id
    left join companies on leads.company_id = companies.company_id
    left join trend
        on
            current_totals.lead_id = trend.lead_id
            and current_totals.scorecard_id = trend.scorecard_id
    left join chances
        on
            current_totals.lead_id = chances.lead_id
            and current_totals.scorecard_id = chances.scorecard_id
    left join strongest_reasons
        on
            current_totals.lead_id = strongest_reasons.lead_id
            and current_totals.scorecard_id = strongest_reasons.scorecard_id

)

select * from lead_scores
