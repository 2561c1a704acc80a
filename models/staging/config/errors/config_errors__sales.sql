-- One row per mistake: a row of the seeds of sales and marketing that leaves somebody out, is
-- never reached, or is half given.
{{ config(materialized='view') }}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

mql_rules as (

    {{ cell_rows(['mql_rules']) }}

),

rejection_reasons as (

    {{ cell_rows(['rejection_reasons']) }}

),

sales_reps as (

    {{ cell_rows(['sales_reps']) }}

),

routing_rules as (

    {{ cell_rows(['routing_rules']) }}

),

rows_for_all_others as (

    select
        seed_file,
        row_number,
        'scorecard_id' as column_name,
        min(row_number) over () as first_row_number
    from mql_rules
    where scorecard_id is null

    union all

    select
        seed_file,
        row_number,
        'reason' as column_name,
        min(row_number) over () as first_row_number
    from rejection_reasons
    where reason is null

),

second_rows_for_all_others as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        'is empty as in row ' || cast(first_row_number as {{ dbt.type_string() }})
        || ', and only one row may be for all others' as problem,
        'name what the row is for, or delete one of the two' as fix
    from rows_for_all_others
    where row_number > first_row_number

),

ordered_routing_rules as (

    select
        *,
        segment_id is null and market_region is null as is_for_everybody,
        row_number() over (order by rule_order_number desc, row_number desc) as place_from_end
    from routing_rules
    where rule_order_number is not null

),

routing_that_forgets_leads as (

    select
        seed_file,
        row_number,
        'rule_order' as column_name,
        'error' as severity,
        'the last rule is not for everybody, so some leads have no team' as problem,
        'add a rule of a higher rule_order without segment_id and market_region' as fix
    from ordered_routing_rules
    where
        place_from_end = 1
        and not is_for_everybody

    union all

    select
        '{{ seed_file("routing_rules") }}' as seed_file,
        cast(null as integer) as row_number,
        cast(null as {{ dbt.type_string() }}) as column_name,
        'error' as severity,
        'there are reps but no rule, so leads without an owner have no team' as problem,
        'add a rule without segment_id and market_region that names a team' as fix
    from sales_reps
    where not exists (select 1 from routing_rules)
    having count(*) > 0

),

routing_rules_never_reached as (

    select
        later_rules.seed_file,
        later_rules.row_number,
        'rule_order' as column_name,
        'warning' as severity,
        'no lead gets here: row '
        || cast(min(earlier_rules.row_number) as {{ dbt.type_string() }})
        || ' is for everybody and comes first' as problem,
        'give the rule for everybody the highest rule_order, or delete this row' as fix
    from ordered_routing_rules as later_rules
    inner join ordered_routing_rules as earlier_rules
        on later_rules.place_from_end < earlier_rules.place_from_end
    where earlier_rules.is_for_everybody
    group by later_rules.seed_file, later_rules.row_number

),

teams_at_work as (

    select distinct team
    from sales_reps
    where {{ parse_boolean('is_active') }}

),

routing_to_nobody as (

    select
        routing_rules.seed_file,
        routing_rules.row_number,
        'team' as column_name,
        'warning' as severity,
        'team ' || routing_rules.team || ' has no active rep, so its leads wait for nobody'
            as problem,
        'write true as is_active of one of its reps in {{ seed_file("sales_reps") }}, or name'
        || ' another team' as fix
    from routing_rules
    inner join sales_reps on routing_rules.team = sales_reps.team
    left join teams_at_work on routing_rules.team = teams_at_work.team
    where teams_at_work.team is null

),

nurture_tracks as (

    {{ cell_rows(['nurture_tracks']) }}

),

interests_half_given as (

    select
        seed_file,
        row_number,
        'error' as severity,
        'write both, or neither for a track that asks for no interest' as fix,
        case when topic is null then 'topic' else 'min_interest' end as column_name,
        case
            when topic is null then 'is empty, but there is a min_interest'
            else 'is empty, but there is a topic'
        end as problem
    from nurture_tracks
    where
        (topic is null and min_interest is not null)
        or (topic is not null and min_interest is null)

),

mistakes as (

    {{ mistakes_of([
        'second_rows_for_all_others', 'routing_that_forgets_leads', 'routing_rules_never_reached',
        'routing_to_nobody', 'interests_half_given',
    ]) }}

)

select * from mistakes
