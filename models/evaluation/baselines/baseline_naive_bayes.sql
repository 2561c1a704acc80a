-- One row per champion scorecard x field x value seen: what the value adds to the log odds in naive
-- Bayes, learnt from training rows alone.
-- The method is that of Odoo's predictive scoring, with values as of the scored day and no stage.
with

evidence as (

    select * from {{ ref('baseline_evidence') }}

),

settings as (

    select * from {{ ref('stg_config__evaluation_settings') }}

),

seen_values as (

    select
        scorecard_id,
        field,
        value,
        {{ parse_number('value') }} as number_value,
        count(case when split = 'train' then 1 end) as train_rows,
        count(case when split = 'train' and is_converted then 1 end) as conversions
    from evidence
    group by scorecard_id, field, value

),

fields as (

    select
        scorecard_id,
        field,
        sum(train_rows) as train_rows,
        count(case when train_rows > 0 then 1 end) as level_count,
        min(case when number_value is null then 0 else 1 end) = 1 as is_number
    from seen_values
    group by scorecard_id, field

),

-- Equal numbers stay together, in the group that their middle falls into.
grouped_values as (

    select
        seen_values.scorecard_id,
        seen_values.field,
        seen_values.value,
        seen_values.train_rows,
        seen_values.conversions,
        case
            when fields.is_number
                then cast(
                    cast(
                        least(
                            floor(
                                (
                                    sum(seen_values.train_rows) over (
                                        partition by seen_values.scorecard_id, seen_values.field
                                        order by seen_values.number_value, seen_values.value
                                        rows between unbounded preceding and current row
                                    ) - cast(seen_values.train_rows as {{ type_double() }}) / 2
                                ) * settings.naive_bayes_number_bins / nullif(fields.train_rows, 0)
                            ),
                            settings.naive_bayes_number_bins - 1
                        ) as integer
                    ) as {{ dbt.type_string() }}
                )
            else seen_values.value
        end as level
    from seen_values
    inner join fields
        on
            seen_values.scorecard_id = fields.scorecard_id
            and seen_values.field = fields.field
    cross join settings
    where
        fields.is_number
        or fields.level_count <= settings.naive_bayes_max_levels

),

levels as (

    select
        grouped_values.scorecard_id,
        grouped_values.field,
        grouped_values.level,
        settings.naive_bayes_start_count + sum(grouped_values.conversions) as won_count,
        settings.naive_bayes_start_count
        + sum(grouped_values.train_rows - grouped_values.conversions) as lost_count
    from grouped_values
    cross join settings
    group by
        grouped_values.scorecard_id,
        grouped_values.field,
        grouped_values.level,
        settings.naive_bayes_start_count
    -- A value that no training row had is no evidence.
    having sum(grouped_values.train_rows) > 0

),

weighed_levels as (

    select
        scorecard_id,
        field,
        level,
        ln(won_count / sum(won_count) over (partition by scorecard_id, field))
        - ln(lost_count / sum(lost_count) over (partition by scorecard_id, field)) as log_odds
    from levels

),

weights as (

    select
        grouped_values.scorecard_id,
        grouped_values.field,
        grouped_values.value,
        weighed_levels.level,
        weighed_levels.log_odds
    from grouped_values
    inner join weighed_levels
        on
            grouped_values.scorecard_id = weighed_levels.scorecard_id
            and grouped_values.field = weighed_levels.field
            and grouped_values.level = weighed_levels.level

)

select * from weights
