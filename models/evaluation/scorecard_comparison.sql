-- One row per champion x contender: which ranks the same test rows better, and which leads would
-- change hands at the sales-ready line.
with

comparison_rows as (

    select * from {{ ref('comparison_rows') }}

),

bootstrap_leads as (

    select * from {{ ref('bootstrap_leads') }}

),

weights as (

    select * from {{ ref('bootstrap_weights') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

counts as (

    select
        scorecard_id,
        contender_id,
        contender_type,
        count(*) as scored_rows,
        count(distinct lead_id) as leads,
        count(case when is_converted then 1 end) as conversions,
        count(distinct case when is_converted then lead_id end) as converted_leads,
        -avg(
            case when is_converted then ln(champion_chance) else ln(1 - champion_chance) end
        ) as champion_log_loss,
        -avg(
            case when is_converted then ln(contender_chance) else ln(1 - contender_chance) end
        ) as contender_log_loss,
        count(case when is_champion_mql then 1 end) as champion_mql_rows,
        count(case when is_contender_mql then 1 end) as contender_mql_rows,
        count(case when is_contender_mql and not is_champion_mql then 1 end) as swap_in_rows,
        count(
            case when is_contender_mql and not is_champion_mql and is_converted then 1 end
        ) as swap_in_conversions,
        count(case when is_champion_mql and not is_contender_mql then 1 end) as swap_out_rows,
        count(
            case when is_champion_mql and not is_contender_mql and is_converted then 1 end
        ) as swap_out_conversions
    from comparison_rows
    group by scorecard_id, contender_id, contender_type

),

sides as (

    select
        comparison_rows.scorecard_id,
        comparison_rows.contender_id,
        'champion' as side,
        bootstrap_leads.lead_group,
        comparison_rows.champion_score as score,
        comparison_rows.is_converted
    from comparison_rows
    inner join bootstrap_leads on comparison_rows.lead_id = bootstrap_leads.lead_id

    union all

    select
        comparison_rows.scorecard_id,
        comparison_rows.contender_id,
        'contender' as side,
        bootstrap_leads.lead_group,
        comparison_rows.contender_score as score,
        comparison_rows.is_converted
    from comparison_rows
    inner join bootstrap_leads on comparison_rows.lead_id = bootstrap_leads.lead_id

),

side_scores as (

    select
        scorecard_id,
        contender_id,
        side,
        score,
        count(*) as scored_rows,
        count(case when is_converted then 1 end) as conversions
    from sides
    group by scorecard_id, contender_id, side, score

),

{{ auc('side_aucs', 'side_scores', ['scorecard_id', 'contender_id', 'side']) }},

{{ auc_samples('samples', 'sides', 'weights', ['scorecard_id', 'contender_id', 'side']) }},

aucs as (

    select
        scorecard_id,
        contender_id,
        max(case when side = 'champion' then auc end) as champion_auc,
        max(case when side = 'contender' then auc end) as contender_auc
    from side_aucs
    group by scorecard_id, contender_id

),

-- Both sides see the same leads in every sample, so that only the scores make the difference.
differences as (

    select
        scorecard_id,
        contender_id,
        replicate,
        max(case when side = 'contender' then auc end)
        - max(case when side = 'champion' then auc end) as auc_difference
    from samples
    group by scorecard_id, contender_id, replicate

),

ranked_differences as (

    select
        *,
        row_number() over (
            partition by scorecard_id, contender_id
            order by auc_difference
        ) as sample_position,
        count(*) over (partition by scorecard_id, contender_id) as sample_count
    from differences
    where auc_difference is not null

),

intervals as (

    select
        ranked_differences.scorecard_id,
        ranked_differences.contender_id,
        {{ sample_bounds('ranked_differences', 'auc_difference') }}
    from ranked_differences
    cross join settings
    group by ranked_differences.scorecard_id, ranked_differences.contender_id

),

compared as (

    select
        counts.*,
        aucs.champion_auc,
        aucs.contender_auc,
        intervals.auc_difference_low,
        intervals.auc_difference_high,
        aucs.contender_auc - aucs.champion_auc as auc_difference,
        case
            when
                counts.converted_leads < settings.calibration_min_conversions
                or intervals.auc_difference_low is null
                then 'too few conversions'
            when intervals.auc_difference_low > 0 then 'better'
            when intervals.auc_difference_high < 0 then 'worse'
            else 'no difference seen'
        end as verdict
    from counts
    cross join settings
    left join aucs
        on
            counts.scorecard_id = aucs.scorecard_id
            and counts.contender_id = aucs.contender_id
    left join intervals
        on
            counts.scorecard_id = intervals.scorecard_id
            and counts.contender_id = intervals.contender_id

),

comparison as (

    select
        scorecard_id,
        contender_id,
        contender_type,
        scored_rows,
        leads,
        conversions,
        converted_leads,
        champion_auc,
        contender_auc,
        auc_difference,
        auc_difference_low,
        auc_difference_high,
        champion_log_loss,
        contender_log_loss,
        champion_mql_rows,
        contender_mql_rows,
        swap_in_rows,
        swap_in_conversions,
        swap_out_rows,
        swap_out_conversions,
        verdict,
        case verdict
            when 'too few conversions'
                then 'Too few leads converted to tell ' || contender_id || ' from ' || scorecard_id
            when 'better' then contender_id || ' ranks leads better than ' || scorecard_id
            when 'worse' then contender_id || ' ranks leads worse than ' || scorecard_id
            else
                'No difference between ' || contender_id || ' and ' || scorecard_id
                || ' that could not be chance'
        end as verdict_sentence
    from compared

)

select * from comparison
