-- How fast does the interest behind a signal fade?
-- For every rule that gives points for each event: several half-lives are tried on training rows.
-- Events are counted as the rule counts them (signal, topic, window), an event of age a counting
-- 0.5 ^ (a / half-life); one logistic curve from that count to conversion is fitted on the earlier
-- rows and judged by its log loss on the later ones (smaller is better). The horizon lies between
-- the two, and test rows are not touched. Caps and segments of rules are left out. The gain is what
-- a half-life saves in log loss against the present one; an empty half-life is none at all.
-- Vars: scorecard (default: the one that speaks for most leads), rule (default: all of them),
-- signal (rules of this signal; any other activity signal is tried over its whole past),
-- half_lives (default: 1, 3, 7, 14, 30, 60, 90, none), held_out_share (of the training days,
-- default: 0.3).
-- dbt show --select half_life_lab --limit 300 --vars '{signal: chat_conversation}'
{%- set rule = var('rule', none) -%}
{%- set signal = var('signal', none) -%}
{%- set held_out_share = var('held_out_share', 0.3) -%}
{%- set half_lives = var('half_lives', [1, 3, 7, 14, 30, 60, 90, 'none']) -%}
{%- for half_life in half_lives -%}
    {%- if half_life not in ['none', none] and (half_life is not number or half_life <= 0) -%}
        {{ exceptions.raise_compiler_error(
            "The var half_lives holds '" ~ half_life ~ "': write days such as [7, 30, none]."
        ) }}
    {%- endif -%}
{%- endfor -%}
{%- if held_out_share is not number or held_out_share <= 0 or held_out_share >= 1 -%}
    {{ exceptions.raise_compiler_error(
        "The var held_out_share is '" ~ held_out_share ~ "': write a number between 0 and 1."
    ) }}
{%- endif %}
with

backtest as (

    select * from {{ ref('backtest') }}
    where split = 'train'

),

splits as (

    select * from {{ ref('backtest_splits') }}
    where split = 'train'

),

rules as (

    select * from {{ ref('stg_config__rules') }}
    where measure = 'each'

),

activity_types as (

    select * from {{ ref('stg_config__activity_types') }}

),

activities as (

    select * from {{ ref('int_activities__accepted') }}
    where not is_bot

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

asked_scorecard as (

    {{ asked_scorecard('backtest') }}

),

asked as (

    select
        cast(
            {{ quoted_list([rule | string]) if rule is not none else 'null' }}
            as {{ dbt.type_string() }}
        ) as rule_id,
        cast(
            {{ quoted_list([signal | string | lower]) if signal is not none else 'null' }}
            as {{ dbt.type_string() }}
        ) as signal

),

asked_rules as (

    select
        rules.rule_id,
        rules.signal,
        rules.topic,
        rules.window_days,
        rules.half_life_days
    from rules
    inner join asked_scorecard on rules.scorecard_id = asked_scorecard.scorecard_id
    cross join asked
    where
        (asked.rule_id is null or rules.rule_id = asked.rule_id)
        and (asked.signal is null or rules.signal = asked.signal)

),

-- A signal that no rule names is tried with all its events.
signals as (

    select * from asked_rules

    union all

    select
        'no rule' as rule_id,
        signal,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as integer) as window_days,
        cast(null as {{ type_double() }}) as half_life_days
    from asked
    where
        signal is not null
        and not exists (select 1 from asked_rules)

),

-- Zero stands for no half-life: an event counts the same for ever.
half_lives as (

    {% for half_life in half_lives -%}
        select
            cast({{ half_life if half_life is number else 0 }} as {{ type_double() }})
                as half_life
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

candidates as (

    select
        signals.rule_id,
        half_lives.half_life
    from signals
    cross join half_lives

    union distinct

    select
        rule_id,
        coalesce(half_life_days, 0) as half_life
    from signals
    where rule_id <> 'no rule'

),

held_out_days as (

    select
        {{ add_days(
            'ends_on',
            '1 - ceiling((' ~ days_between('starts_on', 'ends_on') ~ ' + 1) * '
            ~ held_out_share ~ ')'
        ) }} as held_out_from
    from splits

),

parted_rows as (

    select
        backtest.lead_id,
        backtest.as_of_date,
        case when backtest.is_converted then 1 else 0 end as conversions,
        case
            when backtest.as_of_date >= held_out_days.held_out_from then 'judge'
            when
                {{ add_days('backtest.as_of_date', conversion_horizon_days()) }}
                < held_out_days.held_out_from
                then 'fit'
        end as part
    from backtest
    inner join asked_scorecard on backtest.scorecard_id = asked_scorecard.scorecard_id
    cross join held_out_days

),

known_rows as (

    select * from parted_rows
    where part is not null

),

activity_kinds as (

    select distinct
        activities.activity_type,
        coalesce(activities.channel, '') as channel,
        coalesce(activities.channel, activity_types.channel) as counted_channel
    from activities
    left join activity_types on activities.activity_type = activity_types.activity_type

),

counted_kinds as (

    select
        signals.rule_id,
        signals.topic,
        signals.window_days,
        activity_kinds.activity_type,
        activity_kinds.channel
    from signals
    inner join activity_kinds on {{ signal_counts('signals.signal', 'activity_kinds') }}

),

events as (

    select
        counted_kinds.rule_id,
        counted_kinds.window_days,
        activities.lead_id,
        activities.occurred_date,
        count(*) as event_count
    from activities
    inner join counted_kinds
        on
            activities.activity_type = counted_kinds.activity_type
            and coalesce(activities.channel, '') = counted_kinds.channel
            and (counted_kinds.topic is null or activities.topic = counted_kinds.topic)
    group by
        counted_kinds.rule_id,
        counted_kinds.window_days,
        activities.lead_id,
        activities.occurred_date

),

aged_events as (

    select
        events.rule_id,
        known_rows.lead_id,
        known_rows.as_of_date,
        events.event_count,
        {{ days_between('events.occurred_date', 'known_rows.as_of_date') }} as age_days
    from known_rows
    inner join events
        on
            known_rows.lead_id = events.lead_id
            and known_rows.as_of_date >= events.occurred_date
    where
        events.window_days is null
        or {{ days_between('events.occurred_date', 'known_rows.as_of_date') }} < events.window_days

),

-- Rounded, so that the sum and with it the groups below are the same whatever the order.
counts as (

    select
        aged_events.rule_id,
        candidates.half_life,
        aged_events.lead_id,
        aged_events.as_of_date,
        cast(
            sum(cast(
                case
                    when candidates.half_life = 0 then aged_events.event_count
                    else
                        aged_events.event_count * power(
                            cast(0.5 as {{ type_double() }}),
                            aged_events.age_days / candidates.half_life
                        )
                end as {{ contract_type('decimal(18, 10)') }}
            )) as {{ type_double() }}
        ) as decayed_count
    from aged_events
    inner join candidates on aged_events.rule_id = candidates.rule_id
    group by
        aged_events.rule_id,
        candidates.half_life,
        aged_events.lead_id,
        aged_events.as_of_date

),

row_counts as (

    select
        candidates.rule_id,
        candidates.half_life,
        known_rows.lead_id,
        known_rows.part,
        known_rows.conversions,
        coalesce(counts.decayed_count, 0) as decayed_count
    from candidates
    cross join known_rows
    left join counts
        on
            candidates.rule_id = counts.rule_id
            and candidates.half_life = counts.half_life
            and known_rows.lead_id = counts.lead_id
            and known_rows.as_of_date = counts.as_of_date

),

grouped as (

    select
        rule_id,
        half_life,
        decayed_count,
        count(*) as scored_rows,
        sum(conversions) as conversions
    from row_counts
    where part = 'fit'
    group by rule_id, half_life, decayed_count

),

moments as (

    select
        rule_id,
        half_life,
        sum(scored_rows) as fitted_rows,
        sum(conversions) as fitted_conversions,
        sum(case when decayed_count > 0 then scored_rows else 0 end) as fitted_rows_with_event,
        sum(scored_rows * decayed_count) / sum(scored_rows) as mean_count,
        sqrt(
            greatest(
                sum(scored_rows * decayed_count * decayed_count) / sum(scored_rows)
                - power(sum(scored_rows * decayed_count) / sum(scored_rows), 2),
                0
            )
        ) as count_deviation
    from grouped
    group by rule_id, half_life

),

scaled as (

    select
        grouped.rule_id,
        grouped.half_life,
        grouped.scored_rows,
        grouped.conversions,
        (grouped.decayed_count - moments.mean_count) / moments.count_deviation as x
    from grouped
    inner join moments
        on
            grouped.rule_id = moments.rule_id
            and grouped.half_life = moments.half_life
    where moments.count_deviation > 0

),

{{ logistic_fit('fits', 'scaled', ['rule_id', 'half_life']) }},

row_log_odds as (

    select
        row_counts.rule_id,
        row_counts.half_life,
        row_counts.lead_id,
        row_counts.conversions,
        fits.intercept + fits.slope
        * (row_counts.decayed_count - moments.mean_count) / moments.count_deviation as log_odds
    from row_counts
    inner join moments
        on
            row_counts.rule_id = moments.rule_id
            and row_counts.half_life = moments.half_life
    inner join fits
        on
            row_counts.rule_id = fits.rule_id
            and row_counts.half_life = fits.half_life
    where
        row_counts.part = 'judge'
        and fits.is_converged

),

row_chances as (

    select
        *,
        {{ logistic('log_odds') }} as chance
    from row_log_odds

),

-- The rows of one lead are not independent: they are added up before anything is squared.
lead_losses as (

    select
        rule_id,
        half_life,
        lead_id,
        count(*) as held_out_rows,
        sum(-ln(case when conversions = 1 then chance else 1 - chance end)) as loss
    from row_chances
    group by rule_id, half_life, lead_id

),

compared_losses as (

    select
        lead_losses.rule_id,
        lead_losses.half_life,
        lead_losses.held_out_rows,
        lead_losses.loss,
        lead_losses.loss - present_losses.loss as loss_difference
    from lead_losses
    inner join signals on lead_losses.rule_id = signals.rule_id
    left join lead_losses as present_losses
        on
            lead_losses.rule_id = present_losses.rule_id
            and lead_losses.lead_id = present_losses.lead_id
            and coalesce(signals.half_life_days, 0) = present_losses.half_life
            and signals.rule_id <> 'no rule'

),

losses as (

    select
        rule_id,
        half_life,
        sum(held_out_rows) as held_out_rows,
        sum(loss) / sum(held_out_rows) as held_out_log_loss,
        sum(loss_difference) / sum(held_out_rows) as difference,
        sqrt(
            sum(loss_difference * loss_difference)
            - 2 * sum(loss_difference * held_out_rows)
            * sum(loss_difference) / sum(held_out_rows)
            + sum(held_out_rows * held_out_rows)
            * power(sum(loss_difference) / sum(held_out_rows), 2)
        ) / sum(held_out_rows) as difference_error
    from compared_losses
    group by rule_id, half_life

),

ranked as (

    select
        *,
        row_number() over (
            -- Floats that differ in their last digits are equal.
            partition by rule_id
            order by
                cast(held_out_log_loss as {{ contract_type('decimal(18, 10)') }}) asc,
                half_life desc
        ) as place,
        min(cast(difference as {{ contract_type('decimal(18, 10)') }})) over (
            partition by rule_id
        ) as best_difference
    from losses

),

tried as (

    select
        candidates.rule_id,
        candidates.half_life,
        signals.signal,
        signals.topic,
        signals.window_days,
        ranked.held_out_log_loss,
        ranked.difference,
        ranked.difference_error,
        ranked.best_difference,
        ranked.held_out_rows,
        moments.fitted_rows,
        moments.fitted_conversions,
        moments.fitted_rows_with_event,
        settings.confidence_z,
        nullif(candidates.half_life, 0) as half_life_days,
        fits.slope / moments.count_deviation as slope,
        fits.intercept
        - fits.slope * moments.mean_count / moments.count_deviation as intercept,
        coalesce(ranked.place = 1, false) as is_best,
        signals.rule_id <> 'no rule'
        and candidates.half_life = coalesce(signals.half_life_days, 0) as is_present
    from candidates
    inner join signals on candidates.rule_id = signals.rule_id
    cross join settings
    left join moments
        on
            candidates.rule_id = moments.rule_id
            and candidates.half_life = moments.half_life
    left join fits
        on
            candidates.rule_id = fits.rule_id
            and candidates.half_life = fits.half_life
            and fits.is_converged
    left join ranked
        on
            candidates.rule_id = ranked.rule_id
            and candidates.half_life = ranked.half_life

),

marked as (

    select
        *,
        1000 * (0 - difference) as gain_per_1000_rows,
        1000 * difference_error as gain_error_per_1000_rows,
        case
            when is_best and is_present then 'present, best'
            when is_best then 'best'
            when is_present then 'present'
            else ''
        end as mark,
        case
            when held_out_log_loss is null
                then 'Too few events or conversions among the rows to fit'
            when is_best and is_present then 'No other half-life tried is better'
            when is_present then 'What the rule has now'
            when is_best and difference is null then 'The best of those tried'
            when is_best and difference + confidence_z * difference_error < 0
                then 'Best, and clearly better than the present one'
            when is_best then 'Best, but not clearly better than the present one'
            when difference - confidence_z * difference_error > 0
                then 'Clearly worse than the present one'
            else ''
        end as sentence,
        row_number() over (
            order by
                case when best_difference is null then 2 else 1 end asc,
                best_difference asc,
                rule_id asc,
                case when half_life = 0 then 2 else 1 end asc,
                half_life asc
        ) as place
    from tried

),

lab as (

    select
        rule_id,
        half_life_days,
        mark,
        held_out_log_loss,
        gain_per_1000_rows,
        gain_error_per_1000_rows,
        sentence,
        slope,
        intercept,
        fitted_rows,
        fitted_conversions,
        fitted_rows_with_event,
        held_out_rows,
        is_best,
        is_present,
        signal,
        topic,
        window_days,
        place
    from marked

)

select * from lab
order by place
