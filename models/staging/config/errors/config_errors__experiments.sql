-- One row per mistake: an experiment whose days, arms or shares cannot be.
{{ config(materialized='view') }}

{%- set active_roles = scorecard_roles() | reject('equalto', 'retired') | list %}
{%- set scorecard_treatments = experiment_treatments(takes_scorecard=true) %}
{%- set other_treatments = experiment_treatments(takes_scorecard=false) %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

scorecards as (

    {{ cell_rows(['scorecards']) }}

),

experiments as (

    {{ cell_rows(['experiments']) }}

),

dated_experiments as (

    select
        *,
        {{ parse_date('starts_on') }} as starts_date,
        {{ parse_date('ends_on') }} as ends_date,
        {{ parse_boolean('is_control') }} as is_control_arm,
        row_number() over (partition by experiment_id order by row_number) as arm_position,
        count(*) over (partition by experiment_id) as arm_count,
        first_value(row_number) over (partition by experiment_id order by row_number)
            as first_row_number,
        first_value(salt) over (partition by experiment_id order by row_number)
            as first_salt,
        first_value(starts_on) over (partition by experiment_id order by row_number)
            as first_starts_on,
        first_value(ends_on) over (partition by experiment_id order by row_number)
            as first_ends_on
    from experiments
    where experiment_id is not null

),

experiments_ending_early as (

    select
        seed_file,
        row_number,
        'ends_on' as column_name,
        'error' as severity,
        {{ quoted_value('ends_on') }} || ' is before starts_on ' || {{ quoted_value('starts_on') }}
            as problem,
        'swap the two or correct one of them; leave ends_on empty while there is no end' as fix
    from dated_experiments
    where ends_date < starts_date

),

experiments_at_odds as (

    {%- for column in ['salt', 'starts_on', 'ends_on'] %}

        select
            seed_file,
            row_number,
            '{{ column }}' as column_name,
            'error' as severity,
            coalesce({{ quoted_value(column) }}, 'the empty cell') || ' differs from '
            || coalesce({{ quoted_value('first_' ~ column) }}, 'the empty cell') || ' in row '
            || cast(first_row_number as {{ dbt.type_string() }})
            || ', another arm of experiment ' || experiment_id as problem,
            'write the same in every row of the experiment' as fix
        from dated_experiments
        where
            {{ column }} <> first_{{ column }}
            {%- if column == 'ends_on' %}
                or (ends_on is null and first_ends_on is not null)
                or (ends_on is not null and first_ends_on is null)
            {%- endif %}
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

experiment_shares as (

    select
        seed_file,
        experiment_id,
        max(row_number) as row_number,
        sum(cast(share_number as decimal(12, 6))) as share_sum
    from experiments
    where
        experiment_id is not null
        and share_number > 0
        and share_number <= 1
    group by seed_file, experiment_id

),

experiments_with_too_many_leads as (

    select
        seed_file,
        row_number,
        'share' as column_name,
        'error' as severity,
        'the shares of experiment ' || experiment_id || ' add up to '
        || cast(cast(share_sum as {{ type_double() }}) as {{ dbt.type_string() }}) as problem,
        'lower some of them until they add up to 1 or less' as fix
    from experiment_shares
    where share_sum > 1

),

experiment_controls as (

    select
        experiment_id,
        min(case when is_control_arm then row_number end) as control_row_number
    from dated_experiments
    group by experiment_id

),

experiments_without_control as (

    select
        experiments.seed_file,
        experiments.row_number,
        'is_control' as column_name,
        'error' as severity,
        'write true in the row of the arm that the others are compared with' as fix,
        'experiment ' || experiments.experiment_id || ' has no control' as problem
    from dated_experiments as experiments
    inner join experiment_controls as controls
        on experiments.experiment_id = controls.experiment_id
    where
        experiments.arm_position = 1
        and controls.control_row_number is null

),

second_controls as (

    select
        experiments.seed_file,
        experiments.row_number,
        'is_control' as column_name,
        'error' as severity,
        'experiment ' || experiments.experiment_id || ' has a control in row '
        || cast(controls.control_row_number as {{ dbt.type_string() }}) || ' already' as problem,
        'write false in all rows of the experiment but one' as fix
    from dated_experiments as experiments
    inner join experiment_controls as controls
        on experiments.experiment_id = controls.experiment_id
    where
        experiments.is_control_arm
        and experiments.row_number > controls.control_row_number

),

experiments_with_one_arm as (

    select
        seed_file,
        row_number,
        'arm' as column_name,
        'warning' as severity,
        'add a row for another arm, or delete the experiment' as fix,
        'experiment ' || experiment_id || ' has one arm only, so nothing is compared' as problem
    from dated_experiments
    where arm_count = 1

),

arms_without_scorecard as (

    select
        seed_file,
        row_number,
        'scorecard_id' as column_name,
        'error' as severity,
        'is empty' as problem,
        'treatment ' || treatment || ' needs the scorecard that the arm is worked by' as fix
    from experiments
    where
        scorecard_id is null
        and treatment in ({{ quoted_list(scorecard_treatments) }})

),

arms_with_needless_scorecard as (

    select
        seed_file,
        row_number,
        'scorecard_id' as column_name,
        'error' as severity,
        {{ quoted_value('scorecard_id') }} || ' has no meaning for treatment ' || treatment
            as problem,
        'leave it empty; scorecard_id is for treatment {{ scorecard_treatments | join(", ") }}'
            as fix
    from experiments
    where
        scorecard_id is not null
        and treatment in ({{ quoted_list(other_treatments) }})

),

-- A scorecard that is there twice is told elsewhere.
numbered_scorecards as (

    select
        *,
        row_number() over (partition by scorecard_id order by row_number) as scorecard_position
    from scorecards

),

arms_of_unfit_scorecards as (

    select
        experiments.seed_file,
        experiments.row_number,
        'scorecard_id' as column_name,
        'error' as severity,
        case
            when scorecards.population <> 'open_leads'
                then
                    {{ quoted_value('experiments.scorecard_id') }} || ' scores '
                    || scorecards.population
            when experiments.treatment = 'exploration' and scorecards.mql_score is null
                then
                    {{ quoted_value('experiments.scorecard_id') }}
                    || ' has no mql_score, so no lead is below its sales-ready line'
            else
                {{ quoted_value('experiments.scorecard_id') }}
                || ' is retired and scores nobody, but the experiment has no end'
        end as problem,
        case
            when scorecards.population <> 'open_leads'
                then
                    'use a scorecard for open_leads: they enter an experiment when they are'
                    || ' created'
            when experiments.treatment = 'exploration' and scorecards.mql_score is null
                then
                    'write mql_score in row '
                    || cast(scorecards.row_number as {{ dbt.type_string() }}) || ' of '
                    || scorecards.seed_file
            else 'write ends_on, or use a scorecard that is champion or challenger'
        end as fix
    from experiments
    inner join numbered_scorecards as scorecards
        on
            experiments.scorecard_id = scorecards.scorecard_id
            and scorecards.scorecard_position = 1
    where
        scorecards.population <> 'open_leads'
        or (experiments.treatment = 'exploration' and scorecards.mql_score is null)
        or (
            experiments.ends_on is null
            and scorecards.role not in ({{ quoted_list(active_roles) }})
        )

),

exploring_arms as (

    select
        *,
        first_value(row_number) over (
            partition by experiment_id
            order by row_number
        ) as first_exploring_row_number
    from dated_experiments
    where treatment = 'exploration'

),

second_explorations as (

    select
        seed_file,
        row_number,
        'treatment' as column_name,
        'error' as severity,
        'experiment ' || experiment_id || ' has an exploration in row '
        || cast(first_exploring_row_number as {{ dbt.type_string() }}) || ' already' as problem,
        'make it an experiment of its own' as fix
    from exploring_arms
    where row_number > first_exploring_row_number

),

explorations_as_control as (

    select
        seed_file,
        row_number,
        'is_control' as column_name,
        'error' as severity,
        'an exploration cannot be the control' as problem,
        'write true in the row of an arm that is worked as usual' as fix
    from exploring_arms
    where is_control_arm

),

other_experiments as (

    select
        experiments.seed_file,
        experiments.row_number,
        experiments.salt,
        other_arms.experiment_id as other_experiment_id,
        other_arms.row_number as other_row_number,
        other_arms.salt as other_salt,
        experiments.starts_date <= coalesce(other_arms.ends_date, cast('9999-12-31' as date))
        and other_arms.starts_date
        <= coalesce(experiments.ends_date, cast('9999-12-31' as date)) as is_overlapping
    from dated_experiments as experiments
    inner join dated_experiments as other_arms
        on
            experiments.experiment_id <> other_arms.experiment_id
            and experiments.row_number > other_arms.row_number
    where
        experiments.arm_position = 1
        and other_arms.arm_position = 1

),

salts_of_two_experiments as (

    select
        seed_file,
        row_number,
        'salt' as column_name,
        'error' as severity,
        {{ quoted_value('salt') }} || ' is the salt of experiment ' || other_experiment_id
        || ' in row ' || cast(other_row_number as {{ dbt.type_string() }})
        || ' too, so the arms of both would get the same leads' as problem,
        'write another text' as fix
    from other_experiments
    where salt = other_salt

),

overlapping_experiments as (

    select
        seed_file,
        row_number,
        'starts_on' as column_name,
        'warning' as severity,
        'a lead can be in this experiment and in ' || other_experiment_id || ' of row '
        || cast(other_row_number as {{ dbt.type_string() }}) || ' at once' as problem,
        'start it after the other one has ended, unless a lead can be worked as both say' as fix
    from other_experiments
    where is_overlapping

),

mistakes as (

    {{ mistakes_of([
        'experiments_ending_early', 'experiments_at_odds', 'experiments_with_too_many_leads',
        'experiments_without_control', 'second_controls', 'experiments_with_one_arm',
        'arms_without_scorecard', 'arms_with_needless_scorecard', 'arms_of_unfit_scorecards',
        'second_explorations', 'explorations_as_control', 'salts_of_two_experiments',
        'overlapping_experiments',
    ]) }}

)

select * from mistakes
