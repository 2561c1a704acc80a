-- One row per mistake: bands and rows of the priority grid that leave somebody out or contradict
-- each other.
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

priority_grid as (

    {{ cell_rows(['priority_grid']) }}

),

used_dimensions as (

    select
        scorecard_id,
        dimension
    from dimensions

    union distinct

    select
        scorecard_id,
        dimension
    from rules

),

bands_of_unknown_dimensions as (

    select
        bands.seed_file,
        bands.row_number,
        'dimension' as column_name,
        'error' as severity,
        {{ quoted_value('bands.dimension') }} || ' is not a dimension of scorecard '
        || bands.scorecard_id || ': no rule and no limit has it' as problem,
        'use total or a dimension of its rules, or add it to {{ seed_file("score_dimensions") }}'
            as fix
    from bands
    inner join scorecards on bands.scorecard_id = scorecards.scorecard_id
    left join used_dimensions
        on
            bands.scorecard_id = used_dimensions.scorecard_id
            and bands.dimension = used_dimensions.dimension
    where
        bands.dimension <> 'total'
        and used_dimensions.dimension is null

),

scorecards_without_total_bands as (

    select
        '{{ seed_file("score_bands") }}' as seed_file,
        cast(null as integer) as row_number,
        cast(null as {{ dbt.type_string() }}) as column_name,
        'error' as severity,
        'add rows with dimension total, such as hot, warm and cold' as fix,
        'scorecard ' || active_scorecards.scorecard_id || ' has no bands for its score' as problem
    from active_scorecards
    left join bands
        on
            active_scorecards.scorecard_id = bands.scorecard_id
            and bands.dimension = 'total'
    where
        active_scorecards.scorecard_id is not null
        and bands.scorecard_id is null

),

-- An unknown scorecard is reported as such; its bands would only repeat it.
ordered_bands as (

    select
        *,
        row_number() over (
            partition by scorecard_id, dimension
            order by min_points_number, row_number
        ) as height,
        count(min_points) over (partition by scorecard_id, dimension) as bands_with_minimum,
        count(*) over (partition by scorecard_id, dimension) as band_count,
        first_value(row_number) over (
            partition by scorecard_id, dimension, min_points_number
            order by row_number
        ) as first_row_number,
        first_value(band) over (
            partition by scorecard_id, dimension, min_points_number
            order by row_number
        ) as first_band
    from bands
    where
        scorecard_id in (select scorecards.scorecard_id from scorecards)
        and dimension is not null
        and (min_points is null or min_points_number is not null)

),

dimensions_without_lowest_band as (

    select
        seed_file,
        row_number,
        'min_points' as column_name,
        'error' as severity,
        'leave it empty in the lowest band' as fix,
        'the lowest band of ' || dimension || ' of scorecard ' || scorecard_id || ' starts at '
        || min_points || ', so lower points are in no band' as problem
    from ordered_bands
    where
        height = 1
        and bands_with_minimum = band_count

),

bands_with_same_start as (

    select
        seed_file,
        row_number,
        'min_points' as column_name,
        'error' as severity,
        case
            when min_points is null
                then
                    'is empty like that of band ' || coalesce(first_band, '') || ' in row '
                    || cast(first_row_number as {{ dbt.type_string() }})
                    || ', and only the lowest band of ' || dimension || ' may have none'
            else
                'band ' || coalesce(band, '') || ' starts at ' || min_points || ' like band '
                || coalesce(first_band, '') || ' in row '
                || cast(first_row_number as {{ dbt.type_string() }})
        end as problem,
        'write another number of points, or delete one of the two bands' as fix
    from ordered_bands
    where row_number <> first_row_number

),

band_choices as (

    select
        scorecard_id,
        dimension,
        {{ dbt.listagg('band', "', '", 'order by band') }} as choices
    from bands
    group by scorecard_id, dimension

),

grid_rows_of_unknown_bands as (

    {%- for dimension in ['fit', 'engagement'] %}

        select
            priority_grid.seed_file,
            priority_grid.row_number,
            '{{ dimension }}_band' as column_name,
            'error' as severity,
            {{ quoted_value('priority_grid.' ~ dimension ~ '_band') }}
            || ' is not a band of {{ dimension }} in scorecard ' || priority_grid.scorecard_id
                as problem,
            case
                when band_choices.choices is not null
                    then 'use one of ' || band_choices.choices || ', or add'
                else 'add'
            end
            || ' it to {{ seed_file("score_bands") }}' as fix
        from priority_grid
        inner join scorecards on priority_grid.scorecard_id = scorecards.scorecard_id
        left join bands
            on
                priority_grid.scorecard_id = bands.scorecard_id
                and bands.dimension = '{{ dimension }}'
                and priority_grid.{{ dimension }}_band = bands.band
        left join band_choices
            on
                priority_grid.scorecard_id = band_choices.scorecard_id
                and band_choices.dimension = '{{ dimension }}'
        where
            priority_grid.{{ dimension }}_band is not null
            and bands.band is null
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

gridded_scorecards as (

    select distinct scorecard_id
    from priority_grid

),

possible_grid_cells as (

    select
        gridded_scorecards.scorecard_id,
        fit_bands.band as fit_band,
        engagement_bands.band as engagement_band
    from gridded_scorecards
    inner join bands as fit_bands
        on
            gridded_scorecards.scorecard_id = fit_bands.scorecard_id
            and fit_bands.dimension = 'fit'
    inner join bands as engagement_bands
        on
            gridded_scorecards.scorecard_id = engagement_bands.scorecard_id
            and engagement_bands.dimension = 'engagement'

),

grid_cells_missing as (

    select distinct
        '{{ seed_file("priority_grid") }}' as seed_file,
        cast(null as integer) as row_number,
        cast(null as {{ dbt.type_string() }}) as column_name,
        'error' as severity,
        'add a row with its priority' as fix,
        'scorecard ' || possible_grid_cells.scorecard_id || ' has no row for fit_band '
        || possible_grid_cells.fit_band || ' with engagement_band '
        || possible_grid_cells.engagement_band as problem
    from possible_grid_cells
    left join priority_grid
        on
            possible_grid_cells.scorecard_id = priority_grid.scorecard_id
            and possible_grid_cells.fit_band = priority_grid.fit_band
            and possible_grid_cells.engagement_band = priority_grid.engagement_band
    where
        priority_grid.scorecard_id is null
        and possible_grid_cells.fit_band is not null
        and possible_grid_cells.engagement_band is not null

),

proposed_bands as (

    {{ cell_rows(['fit_bands']) }}

),

ordered_proposed_bands as (

    select
        *,
        row_number() over (
            partition by dimension
            order by coalesce(min_odds_ratio_number, 0), row_number
        ) as height,
        count(min_odds_ratio) over (partition by dimension) as bands_with_minimum,
        count(*) over (partition by dimension) as band_count,
        first_value(row_number) over (
            partition by dimension, min_odds_ratio_number
            order by row_number
        ) as first_row_number,
        first_value(band) over (
            partition by dimension, min_odds_ratio_number
            order by row_number
        ) as first_band
    from proposed_bands
    where
        dimension is not null
        and (min_odds_ratio is null or min_odds_ratio_number is not null)

),

proposals_without_lowest_band as (

    select
        seed_file,
        row_number,
        'min_odds_ratio' as column_name,
        'error' as severity,
        'leave it empty in the lowest band' as fix,
        'the lowest band of ' || dimension || ' starts at ' || min_odds_ratio
        || ', so leads with lower odds are in no band' as problem
    from ordered_proposed_bands
    where
        height = 1
        and bands_with_minimum = band_count

),

proposed_bands_with_same_start as (

    select
        seed_file,
        row_number,
        'min_odds_ratio' as column_name,
        'error' as severity,
        case
            when min_odds_ratio is null
                then
                    'is empty like that of band ' || coalesce(first_band, '') || ' in row '
                    || cast(first_row_number as {{ dbt.type_string() }})
                    || ', and only the lowest band of ' || dimension || ' may have none'
            else
                'band ' || coalesce(band, '') || ' starts at ' || min_odds_ratio || ' like band '
                || coalesce(first_band, '') || ' in row '
                || cast(first_row_number as {{ dbt.type_string() }})
        end as problem,
        'write another number, or delete one of the two bands' as fix
    from ordered_proposed_bands
    where row_number <> first_row_number

),

mistakes as (

    {{ mistakes_of([
        'bands_of_unknown_dimensions', 'scorecards_without_total_bands',
        'dimensions_without_lowest_band', 'bands_with_same_start', 'grid_rows_of_unknown_bands',
        'grid_cells_missing', 'proposals_without_lowest_band', 'proposed_bands_with_same_start',
    ]) }}

)

select * from mistakes
