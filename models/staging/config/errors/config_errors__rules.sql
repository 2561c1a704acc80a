-- One row per mistake: a rule, segment, dimension or scorecard that does nothing, or that nothing
-- uses.
{{ config(materialized='view') }}

{%- set rule_seeds = ['score_rules', 'score_rules_fitted'] %}
{%- set active_roles = scorecard_roles() | reject('equalto', 'retired') | list %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

scorecards as (

    {{ cell_rows(['scorecards']) }}

),

active_scorecards as (

    select * from scorecards
    where role in ({{ quoted_list(active_roles) }})

),

dimensions as (

    {{ cell_rows(['score_dimensions']) }}

),

rules as (

    {{ cell_rows(rule_seeds) }}

),

bands as (

    {{ cell_rows(['score_bands']) }}

),

segments as (

    {{ cell_rows(['segments']) }}

),

rules_without_points as (

    select
        seed_file,
        row_number,
        'points' as column_name,
        'warning' as severity,
        'the rule gives 0 points and changes no score' as problem,
        'write points, or delete the rule' as fix
    from rules
    where points_number = 0

),

caps_of_zero as (

    select
        seed_file,
        row_number,
        'max_points' as column_name,
        'warning' as severity,
        'the rule is limited to 0 points and changes no score' as problem,
        'write a limit above 0, leave it empty, or delete the rule' as fix
    from rules
    where max_points_number = 0

),

scorecards_without_rules as (

    select
        active_scorecards.seed_file,
        active_scorecards.row_number,
        'scorecard_id' as column_name,
        'error' as severity,
        'scorecard ' || active_scorecards.scorecard_id || ' is ' || active_scorecards.role
        || ' but has no rules' as problem,
        'add rules to {{ seed_file("score_rules") }}, or write retired as its role' as fix
    from active_scorecards
    left join rules on active_scorecards.scorecard_id = rules.scorecard_id
    where
        active_scorecards.scorecard_id is not null
        and rules.scorecard_id is null

),

described_dimensions as (

    select
        scorecard_id,
        dimension
    from dimensions

    union distinct

    select
        scorecard_id,
        dimension
    from bands

),

dimension_choices as (

    select
        scorecard_id,
        {{ dbt.listagg('dimension', "', '", 'order by dimension') }} as choices
    from described_dimensions
    where dimension <> 'total'
    group by scorecard_id

),

rules_of_unknown_dimensions as (

    select
        rules.seed_file,
        rules.row_number,
        'dimension' as column_name,
        'error' as severity,
        {{ quoted_value('rules.dimension') }} || ' is not a dimension of scorecard '
        || rules.scorecard_id || ': it has neither limits nor bands' as problem,
        case
            when dimension_choices.choices is not null
                then 'use one of ' || dimension_choices.choices || ', or add'
            else 'add'
        end
        || ' it to {{ seed_file("score_dimensions") }} (its limits may be empty)' as fix
    from rules
    inner join scorecards on rules.scorecard_id = scorecards.scorecard_id
    left join described_dimensions
        on
            rules.scorecard_id = described_dimensions.scorecard_id
            and rules.dimension = described_dimensions.dimension
    left join dimension_choices on rules.scorecard_id = dimension_choices.scorecard_id
    where
        rules.dimension <> 'total'
        and described_dimensions.dimension is null

),

dimensions_named_total as (

    select
        seed_file,
        row_number,
        'dimension' as column_name,
        'error' as severity,
        {{ quoted_value("'total'") }} || ' is the name of the whole score' as problem,
        'limit the whole score in {{ seed_file("scorecards") }}' as fix
    from dimensions
    where dimension = 'total'

    union all

    select
        seed_file,
        row_number,
        'dimension' as column_name,
        'error' as severity,
        {{ quoted_value("'total'") }} || ' is the name of the whole score' as problem,
        'name the part of the score, such as fit or engagement' as fix
    from rules
    where dimension = 'total'

),

used_segments as (

    select distinct term as segment_id
    from cells
    where one_of = 'segment'

),

segments_without_use as (

    select
        segments.seed_file,
        'segment_id' as column_name,
        'warning' as severity,
        'name it in a segment_id, or delete its rows' as fix,
        min(segments.row_number) as row_number,
        'segment ' || segments.segment_id || ' is used by no scorecard and no rule' as problem
    from segments
    left join used_segments on segments.segment_id = used_segments.segment_id
    where
        segments.segment_id is not null
        and used_segments.segment_id is null
    group by segments.seed_file, segments.segment_id

),

mistakes as (

    {{ mistakes_of([
        'rules_without_points', 'caps_of_zero', 'scorecards_without_rules',
        'rules_of_unknown_dimensions', 'dimensions_named_total', 'segments_without_use',
    ]) }}

)

select * from mistakes
