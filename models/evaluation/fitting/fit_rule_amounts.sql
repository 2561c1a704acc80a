-- One row per row of fit_rows x scorecard x rule that fired: how much of it the rule counted.
with

fit_rows as (

    select * from {{ ref('fit_rows') }}

),

attribute_hits as (

    select * from {{ ref('score_attribute_hits') }}

),

activity_hits as (

    select * from {{ ref('score_activity_hits') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

scorecards as (

    select * from {{ ref('stg_config__scorecards') }}

),

hits as (

    select
        lead_id,
        as_of_date,
        scorecard_id,
        rule_id,
        points,
        event_count
    from attribute_hits

    union all

    select
        lead_id,
        as_of_date,
        scorecard_id,
        rule_id,
        points,
        event_count
    from activity_hits

),

-- Points after decay and cap, in units of what one event gives; a rule of 0 points counts events.
amounts as (

    select
        fit_rows.row_number,
        fit_rows.population,
        fit_rows.split,
        fit_rows.sample_share,
        hits.scorecard_id,
        hits.rule_id,
        case
            when rules.measure <> 'each' then 1
            when rules.points = 0 then cast(hits.event_count as {{ type_double() }})
            else cast(hits.points as {{ type_double() }}) / nullif(rules.points, 0)
        end as amount
    from fit_rows
    inner join hits
        on
            fit_rows.lead_id = hits.lead_id
            and fit_rows.as_of_date = hits.as_of_date
    inner join scorecards
        on
            hits.scorecard_id = scorecards.scorecard_id
            and fit_rows.population = scorecards.population
    inner join rules
        on
            hits.scorecard_id = rules.scorecard_id
            and hits.rule_id = rules.rule_id

)

select * from amounts
