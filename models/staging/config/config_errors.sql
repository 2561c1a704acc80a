-- One row per mistake found in the seeds.
{{ config(
    materialized='table',
    pre_hook='{{ enable_text_distance() }}',
    post_hook={'sql': '{{ stop_on_config_errors() }}', 'transaction': false}
) }}

{%- set lists = name_lists() %}
{%- set rule_seeds = ['score_rules', 'score_rules_fitted'] %}
{%- set active_roles = scorecard_roles() | reject('equalto', 'retired') | list %}
{%- set counting_measures = measures_with('window_days') %}
{%- set setting_seeds = {
    'evaluation_settings': evaluation_settings(), 'marketing_settings': marketing_settings(),
} %}
{%- set bot_settings = bot_filter_settings() %}
{%- set scorecard_treatments = experiment_treatments(takes_scorecard=true) %}
{%- set other_treatments = experiment_treatments(takes_scorecard=false) %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

-- The seeds as rows.

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

segments as (

    {{ cell_rows(['segments']) }}

),

activity_types as (

    {{ cell_rows(['activity_types']) }}

),

lead_attributes as (

    {{ cell_rows(['lead_attributes']) }}

),

job_title_patterns as (

    {{ cell_rows(['job_title_patterns']) }}

),

company_size_bands as (

    {{ cell_rows(['company_size_bands']) }}

),

country_regions as (

    {{ cell_rows(['country_regions']) }}

),

bot_filters as (

    {{ cell_rows(['bot_filters']) }}

),

given_settings as (

    {{ cell_rows(setting_seeds.keys() | list) }}

),

experiments as (

    {{ cell_rows(['experiments']) }}

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

-- Single cells: empty, no number, no known name, repeated.

empty_cells as (

    select
        seed_file,
        row_number,
        column_name,
        needed as severity,
        'is empty' as problem,
        case
            {%- for list_name, list in lists.items() if 'seed' not in list %}
                when one_of = '{{ list_name }}'
                    then 'write one of {{ list.names | join(", ") }}'
            {%- endfor %}
            else 'write ' || hint
        end as fix
    from cells
    where
        needed is not null
        and value is null

),

number_cells as (

    select
        *,
        abs(number_value) < 10000000000 as fits,
        case
            when abs(number_value) < 10000000000
                then number_value = cast(number_value as decimal(18, 6))
        end as is_short,
        case
            when abs(number_value) < 10000000000
                then number_value = cast(number_value as decimal(12, 2))
        end as has_cents,
        case
            when abs(number_value) < 10000000000
                then number_value = cast(number_value as bigint)
        end as is_whole
    from cells
    where
        value_type in ('points', 'cap', 'days', 'count', 'positive', 'share', 'amount')
        and value is not null

),

unreadable_numbers as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        case
            when value like '%|%'
                then {{ quoted_value('value') }} || ' is a list where one number belongs'
            when value like '%..%'
                then {{ quoted_value('value') }} || ' is a range where one number belongs'
            else {{ quoted_value('value') }} || ' is not a number'
        end as problem,
        case
            when value like '%|%' or value like '%..%' then 'write one number'
            else 'write digits such as 1000 or -2.5, without units, blanks or thousands separators'
        end as fix
    from number_cells
    where number_value is null

),

numbers_out_of_range as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        case
            when not fits then {{ quoted_value('value') }} || ' is too large'
            when value_type = 'days'
                then {{ quoted_value('value') }} || ' is not a whole number from 1 to 36500'
            when value_type = 'count'
                then {{ quoted_value('value') }} || ' is not a whole number from 0 to 2000000000'
            when value_type = 'positive' then {{ quoted_value('value') }} || ' is not above 0'
            when value_type = 'share'
                then {{ quoted_value('value') }} || ' is not above 0 and at most 1'
            else {{ quoted_value('value') }} || ' is negative'
        end as problem,
        case
            when value_type = 'days' then 'write the number of days, such as 30, or leave it empty'
            when value_type = 'count' then 'write a whole number such as 10'
            when value_type = 'positive'
                then 'write a number above 0, such as 14, or leave it empty'
            when value_type = 'share' then 'write a share, such as 0.25 for a quarter'
            when value_type = 'amount' and fits then 'write 0 or a number above it'
            when value_type = 'cap'
                then
                    'write it without the sign: it limits the points of the rule in both'
                    || ' directions'
            else 'write a number below 10000000000'
        end as fix
    from number_cells
    where
        not fits
        or (value_type = 'days' and not (is_whole and number_value between 1 and 36500))
        or (value_type = 'count' and not (is_whole and number_value between 0 and 2000000000))
        or (value_type = 'positive' and number_value <= 0)
        or (value_type = 'share' and not (number_value > 0 and number_value <= 1))
        or (value_type in ('cap', 'amount') and number_value < 0)

),

too_many_decimals as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' has more than 2 decimals' as problem,
        'points are counted in hundredths: write '
        || cast(cast(number_value as decimal(12, 2)) as {{ dbt.type_string() }}) as fix
    from number_cells
    where
        value_type in ('points', 'cap')
        and fits
        and not has_cents

    union all

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' has more than 6 decimals' as problem,
        'shares are counted in millionths: round it' as fix
    from number_cells
    where
        value_type = 'share'
        and number_value > 0
        and number_value <= 1
        and not is_short

),

unreadable_flags as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is neither true nor false' as problem,
        'write true or false' as fix
    from cells
    where
        value_type = 'flag'
        and lower(value) not in ('true', 't', '1', 'yes', 'y', 'false', 'f', '0', 'no', 'n')

),

lists as (

    {%- for list_name, list in lists.items() %}

        select
            '{{ list_name }}' as list_name,
            '{{ list.label }}' as list_label,
            {{ "'" ~ seed_file(list.seed) ~ "'" if 'seed' in list else 'null' }} as seed_file
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

known_names as (

    {%- for list_name, list in lists.items() %}
        {%- set outer_loop = loop %}
        {%- for name in list.get('names', []) %}
            {%- if not (loop.first and outer_loop.first) %}

                union all
            {%- endif %}

            select
                '{{ list_name }}' as list_name,
                '{{ name }}' as term,
                {{ loop.index }} as list_position
        {%- endfor %}
    {%- endfor %}

    {%- for list_name, list in lists.items() if 'seed' in list %}

        union distinct

        select
            '{{ list_name }}' as list_name,
            term,
            0 as list_position
        from cells
        where
            seed_name = '{{ list.seed }}'
            and column_name = '{{ list.column }}'
            and term is not null
    {%- endfor %}

    union distinct

    select
        'activity' as list_name,
        'channel:' || channel as term,
        0 as list_position
    from activity_types
    where channel is not null

),

rule_signals as (

    select
        seed_file,
        row_number,
        'signal' as column_name,
        signal as term,
        case measure
            {%- for measure in measures() %}
                when '{{ measure.name }}' then '{{ measure.signal }}'
            {%- endfor %}
        end as one_of
    from rules
    where signal is not null

),

cell_items as (

    {{ split_to_rows('cells', 'term', '|') }}

),

named_items as (

    select
        seed_file,
        row_number,
        column_name,
        list_of as one_of,
        item as term
    from cell_items
    where list_of is not null

),

named_cells as (

    select
        seed_file,
        row_number,
        column_name,
        term,
        one_of
    from cells
    where
        one_of is not null
        and term is not null

    union all

    select
        seed_file,
        row_number,
        column_name,
        term,
        one_of
    from rule_signals
    where one_of is not null

    union all

    select
        seed_file,
        row_number,
        column_name,
        term,
        one_of
    from named_items

),

unknown_name_cells as (

    select named_cells.*
    from named_cells
    left join known_names
        on
            named_cells.one_of = known_names.list_name
            and named_cells.term = known_names.term
    where known_names.term is null

),

name_distances as (

    select
        unknown_name_cells.one_of,
        unknown_name_cells.term,
        known_names.term as known_name,
        case
            when {{ dbt.position('unknown_name_cells.term', 'known_names.term') }} = 1 then 1
            else {{ text_distance('unknown_name_cells.term', 'known_names.term') }}
        end as distance
    from unknown_name_cells
    inner join known_names on unknown_name_cells.one_of = known_names.list_name

),

ranked_names as (

    select
        one_of,
        term,
        known_name,
        row_number() over (
            partition by one_of, term
            order by distance, known_name
        ) as preference
    from name_distances
    where
        distance * 3 <= length(term)
        and length(term) <= 200

),

name_choices as (

    select
        list_name,
        {{ dbt.listagg('term', "', '", 'order by list_position, term') }} as choices,
        count(*) as name_count
    from known_names
    group by list_name

),

unknown_names as (

    select
        unknown_name_cells.seed_file,
        unknown_name_cells.row_number,
        unknown_name_cells.column_name,
        'error' as severity,
        {{ quoted_value('unknown_name_cells.term') }} || ' is not ' || lists.list_label as problem,
        case
            when other_names.list_name = 'attribute'
                then 'it is a lead attribute: use measure value'
            when other_names.list_name = 'activity'
                then 'it is an activity: use measure {{ counting_measures | join(", ") }}'
            when name_choices.name_count <= 16 then 'use one of ' || name_choices.choices
            when ranked_names.known_name is not null then 'write ' || ranked_names.known_name
            else 'use one of those in ' || lists.seed_file
        end
        || case
            when other_names.list_name is not null or lists.seed_file is null then ''
            when name_choices.name_count <= 16 or ranked_names.known_name is not null
                then ', or add it to ' || lists.seed_file
            else ', or add it there'
        end as fix
    from unknown_name_cells
    inner join lists on unknown_name_cells.one_of = lists.list_name
    left join name_choices on unknown_name_cells.one_of = name_choices.list_name
    left join ranked_names
        on
            unknown_name_cells.one_of = ranked_names.one_of
            and unknown_name_cells.term = ranked_names.term
            and ranked_names.preference = 1
    -- An attribute where an activity belongs, or the other way round.
    left join known_names as other_names
        on
            unknown_name_cells.column_name = 'signal'
            and unknown_name_cells.term = other_names.term
            and other_names.list_name in ('attribute', 'activity')

),

row_keys as (

    select
        seed_file,
        row_number,
        key_name,
        repeated,
        {{ dbt.listagg("coalesce(lower(value), '')", "'|'", 'order by column_name') }} as row_key,
        {{ dbt.listagg('column_name', "' and '", 'order by column_name') }} as key_columns,
        count(value) as filled_cells
    from cells
    where key_name is not null
    group by seed_file, row_number, key_name, repeated

),

row_key_uses as (

    select
        *,
        first_value(seed_file) over (
            partition by key_name, row_key
            order by seed_file, row_number
        ) as first_seed_file,
        first_value(row_number) over (
            partition by key_name, row_key
            order by seed_file, row_number
        ) as first_row_number
    from row_keys
    where filled_cells > 0

),

repeated_keys as (

    select
        seed_file,
        row_number,
        cast(null as {{ dbt.type_string() }}) as column_name,
        repeated as severity,
        'has the same ' || key_columns || ' as row '
        || cast(first_row_number as {{ dbt.type_string() }})
        || case when first_seed_file <> seed_file then ' of ' || first_seed_file else '' end
            as problem,
        'delete one of the two rows or change one of them' as fix
    from row_key_uses
    where
        first_seed_file <> seed_file
        or first_row_number <> row_number

),

-- Rules: cells that the measure needs or cannot use.

measured_rules as (

    select
        *,
        case measure
            {%- for measure in measures() %}
                when '{{ measure.name }}' then '{{ measure.compares }}'
            {%- endfor %}
        end as compares
    from rules

),

cells_without_use as (

    {%- for column in ['topic', 'window_days', 'half_life_days'] %}
        {%- set users = measures_with(column) %}

        select
            seed_file,
            row_number,
            '{{ column }}' as column_name,
            'error' as severity,
            {{ quoted_value(column) }} || ' has no meaning for measure ' || measure as problem,
            'leave it empty; {{ column }} is for measure {{ users | join(", ") }}' as fix
        from measured_rules
        where
            {{ column }} is not null
            and compares is not null
            and measure not in ({{ quoted_list(users) }})

        union all
    {%- endfor %}

    {%- for column in ['operator', 'value'] %}

        select
            seed_file,
            row_number,
            '{{ column }}' as column_name,
            'error' as severity,
            {{ quoted_value(column) }} || ' has no meaning for measure ' || measure as problem,
            'leave it empty: every event gives points; to compare their number, use measure events'
                as fix
        from measured_rules
        where
            {{ column }} is not null
            and compares = ''
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

operators_missing as (

    select
        seed_file,
        row_number,
        'operator' as column_name,
        'error' as severity,
        'is empty' as problem,
        'measure ' || measure
        || ' needs one of {{ operators() | map(attribute="name") | join(", ") }}' as fix
    from measured_rules
    where
        operator is null
        and compares in ('attribute', 'count', 'age')

),

conditions as (

    select
        seed_file,
        row_number,
        measure,
        signal as compared_attribute,
        compares,
        operator,
        value,
        window_days_number
    from measured_rules
    where compares in ('attribute', 'count', 'age')

    union all

    select
        seed_file,
        row_number,
        'value' as measure,
        attribute,
        'attribute' as compares,
        operator,
        value,
        cast(null as {{ type_double() }}) as window_days_number
    from segments

),

read_conditions as (

    select
        *,
        case operator
            {%- for operator in operators() %}
                when '{{ operator.name }}' then '{{ operator.takes }}'
            {%- endfor %}
        end as takes,
        {{ parse_number('value') }} as value_number,
        value like '%|%' as is_list,
        {{ parse_number(clean_text(dbt.split_part('value', "'..'", 1))) }} as range_low,
        {{ parse_number(clean_text(dbt.split_part('value', "'..'", 2))) }} as range_high,
        {{ clean_text(dbt.split_part('value', "'..'", 3)) }} as range_rest
    from conditions

),

typed_conditions as (

    select
        *,
        coalesce(
            range_low is not null and range_high is not null and range_rest is null,
            false
        ) as is_range
    from read_conditions
    where takes is not null

),

value_items as (

    {{ split_to_rows('typed_conditions', 'value', '|') }}

),

list_items as (

    select
        seed_file,
        row_number,
        compared_attribute,
        operator,
        compares,
        value,
        item
    from value_items
    where takes in ('value', 'list')

),

values_missing as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        'is empty, but operator ' || operator || ' needs a value' as problem,
        case takes
            when 'list' then 'write a list such as a|b|c'
            when 'range' then 'write a range such as 10..50'
            when 'number' then 'write a number such as 10'
            else 'write a value, or use the operator is missing or is present'
        end as fix
    from typed_conditions
    where
        value is null
        and takes <> 'nothing'

),

values_without_use as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' has no meaning for operator ' || operator as problem,
        'leave it empty, or use an operator that takes a value' as fix
    from typed_conditions
    where
        value is not null
        and takes = 'nothing'

),

lists_for_one_value as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is a list, but operator ' || operator || ' takes one '
        || case takes when 'range' then 'range' when 'number' then 'number' else 'value' end
            as problem,
        case takes
            when 'value' then 'use the operator in or not in, or write one value'
            when 'text' then 'write one text, and a rule of its own for each other text'
            when 'range' then 'write one range such as 10..50'
            else 'write one number'
        end as fix
    from typed_conditions
    where
        is_list
        and takes in ('value', 'number', 'range', 'text')

),

ranges_for_one_value as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is a range, but operator ' || operator || ' takes '
        || case takes
            when 'list' then 'a list' when 'number' then 'one number' else 'one value'
        end as problem,
        'use the operator between' as fix
    from typed_conditions
    where
        is_range
        and takes in ('value', 'number', 'list')

),

empty_list_items as (

    select distinct
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' has an empty item' as problem,
        'write the items with one | between them, such as a|b|c' as fix
    from list_items
    where
        operator in ({{ operators_taking(['list']) }})
        and {{ clean_text('item') }} is null

),

values_not_numbers as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is not a number' as problem,
        case
            when compares = 'attribute' then 'operator ' || operator
            else 'measure ' || measure
        end
        || ' compares numbers: write digits such as 1000 or -2.5, without units, blanks or'
        || ' thousands separators' as fix
    from typed_conditions
    where
        value is not null
        and value_number is null
        and not is_list
        and not is_range
        and (takes = 'number' or (takes = 'value' and compares in ('count', 'age')))

),

items_not_numbers as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' has an item that is not a number: '
        || {{ quoted_value(clean_text('item')) }} as problem,
        'write numbers such as 1|2|3' as fix
    from list_items
    where
        operator in ({{ operators_taking(['list']) }})
        and compares in ('count', 'age')
        and value not like '%..%'
        and {{ clean_text('item') }} is not null
        and {{ parse_number(clean_text('item')) }} is null

),

unreadable_ranges as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is not a range of numbers' as problem,
        'write low..high, such as 10..50' as fix
    from typed_conditions
    where
        value is not null
        and takes = 'range'
        and not is_list
        and not is_range

),

ranges_upside_down as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is upside down: it starts above its end' as problem,
        'write the smaller number first: '
        || {{ clean_text(dbt.split_part('value', "'..'", 2)) }} || '..'
        || {{ clean_text(dbt.split_part('value', "'..'", 1)) }} as fix
    from typed_conditions
    where
        takes = 'range'
        and is_range
        and range_low > range_high

),

operators_for_text_only as (

    select
        seed_file,
        row_number,
        'operator' as column_name,
        'error' as severity,
        {{ quoted_value('operator') }} || ' compares text, but measure ' || measure
        || ' is a number' as problem,
        'use one of {{ operators() | selectattr("takes", "in", ["value", "list", "number", "range"])
            | map(attribute="name") | join(", ") }}' as fix
    from typed_conditions
    where
        takes = 'text'
        and compares in ('count', 'age')

),

counts_never_missing as (

    select
        seed_file,
        row_number,
        'operator' as column_name,
        'error' as severity,
        {{ quoted_value('operator') }} || ' has no meaning for measure ' || measure
        || ', which is 0 for a lead without any event' as problem,
        'use = 0 or > 0' as fix
    from typed_conditions
    where
        takes = 'nothing'
        and compares = 'count'

),

-- Rules that are written correctly and still do nothing.

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

wanted_numbers as (

    select
        seed_file,
        row_number,
        measure,
        operator,
        value,
        value_number,
        case
            when operator in ('=', '>', '>=') then value_number
            when operator = 'between' then range_low
        end as wanted_from,
        case
            when operator in ('=', '<', '<=') then value_number
            when operator = 'between' then range_high
        end as wanted_to,
        case
            when compares = 'age' then window_days_number - 1
            when measure = 'active_days' then window_days_number
        end as highest
    from typed_conditions
    where compares in ('count', 'age')

),

rules_that_never_fire as (

    select
        seed_file,
        row_number,
        'value' as column_name,
        'warning' as severity,
        'the rule can never fire: measure ' || measure || ' is never '
        || operator || ' ' || {{ quoted_value('value') }}
        || case
            when wanted_from >= highest then ' within window_days' else ''
        end as problem,
        'change value or window_days' as fix
    from wanted_numbers
    where
        wanted_from > highest
        or (operator = '>' and wanted_from >= highest)
        or wanted_to < 0
        or (operator = '<' and wanted_to <= 0)

),

possible_values as (

    {%- for attribute in derived_attributes() if 'seed' in attribute %}
        {%- for known_value in attribute.get('values', []) %}

            select
                '{{ attribute.name }}' as attribute_name,
                '{{ known_value }}' as possible_value

            union distinct
        {%- endfor %}

        select
            '{{ attribute.name }}' as attribute_name,
            lower(value) as possible_value
        from cells
        where
            seed_name = '{{ attribute.seed }}'
            and column_name = '{{ attribute.column }}'
            and value is not null
        {%- if not loop.last %}

            union distinct
        {%- endif %}
    {%- endfor %}

),

possible_value_choices as (

    select
        attribute_name,
        {{ dbt.listagg('possible_value', "', '", 'order by possible_value') }} as choices,
        count(*) as value_count
    from possible_values
    group by attribute_name

),

compared_values as (

    select
        seed_file,
        row_number,
        compared_attribute,
        lower({{ clean_text('item') }}) as compared_value
    from list_items
    where
        compares = 'attribute'
        and {{ clean_text('item') }} is not null

),

impossible_values as (

    select
        compared_values.seed_file,
        compared_values.row_number,
        'value' as column_name,
        'warning' as severity,
        'no lead ever has ' || compared_values.compared_attribute || ' '
        || {{ quoted_value('compared_values.compared_value') }} as problem,
        case compared_values.compared_attribute
            {%- for attribute in derived_attributes() if 'seed' in attribute %}
                when '{{ attribute.name }}'
                    then
                        case
                            when possible_value_choices.value_count <= 20
                                then
                                    'use one of ' || possible_value_choices.choices
                                    || ', or add it to {{ seed_file(attribute.seed) }}'
                            else
                                'use one of those in {{ seed_file(attribute.seed) }}'
                                || ', or add it there'
                        end
            {%- endfor %}
        end as fix
    from compared_values
    inner join possible_value_choices
        on compared_values.compared_attribute = possible_value_choices.attribute_name
    left join possible_values
        on
            compared_values.compared_attribute = possible_values.attribute_name
            and compared_values.compared_value = possible_values.possible_value
    where possible_values.possible_value is null

),

-- Scorecards, their dimensions, bands and grid.

minimum_above_maximum as (

    select
        seed_file,
        row_number,
        'min_score' as column_name,
        'error' as severity,
        {{ quoted_value('min_score') }} || ' is above max_score '
        || {{ quoted_value('max_score') }} as problem,
        'swap the two or correct one of them' as fix
    from scorecards
    where min_score_number > max_score_number

    union all

    select
        seed_file,
        row_number,
        'min_points' as column_name,
        'error' as severity,
        {{ quoted_value('min_points') }} || ' is above max_points '
        || {{ quoted_value('max_points') }} as problem,
        'swap the two or correct one of them' as fix
    from dimensions
    where min_points_number > max_points_number

    union all

    select
        seed_file,
        row_number,
        'min_employees' as column_name,
        'error' as severity,
        {{ quoted_value('min_employees') }} || ' is above max_employees '
        || {{ quoted_value('max_employees') }} as problem,
        'swap the two or correct one of them' as fix
    from company_size_bands
    where min_employees_number > max_employees_number

),

mql_scores_out_of_reach as (

    select
        seed_file,
        row_number,
        'mql_score' as column_name,
        'warning' as severity,
        case
            when mql_score_number > max_score_number
                then
                    'no score reaches ' || {{ quoted_value('mql_score') }}
                    || ', because scores end at max_score ' || {{ quoted_value('max_score') }}
            else
                'every score reaches ' || {{ quoted_value('mql_score') }}
                || ', because scores start at min_score ' || {{ quoted_value('min_score') }}
        end as problem,
        'write a number between min_score and max_score' as fix
    from scorecards
    where
        mql_score_number > max_score_number
        or mql_score_number <= min_score_number

),

champions as (

    select
        seed_file,
        row_number,
        scorecard_id,
        population,
        segment_id,
        first_value(scorecard_id) over (
            partition by population, segment_id
            order by row_number
        ) as first_scorecard_id,
        first_value(row_number) over (
            partition by population, segment_id
            order by row_number
        ) as first_row_number
    from scorecards
    where
        role = 'champion'
        and population is not null

),

second_champions as (

    select
        seed_file,
        row_number,
        'role' as column_name,
        'error' as severity,
        'a second champion for ' || population
        || case
            when segment_id is null then ' without a segment'
            else ' in segment ' || segment_id
        end
        || ', beside ' || coalesce(first_scorecard_id, 'the scorecard') || ' in row '
        || cast(first_row_number as {{ dbt.type_string() }}) as problem,
        'make one of the two challenger or retired, or give it another segment' as fix
    from champions
    where row_number <> first_row_number

),

default_champions as (

    select distinct population
    from scorecards
    where
        role = 'champion'
        and segment_id is null

),

populations_without_champion as (

    select distinct
        active_scorecards.seed_file,
        cast(null as integer) as row_number,
        cast(null as {{ dbt.type_string() }}) as column_name,
        'warning' as severity,
        'make a scorecard without segment_id their champion' as fix,
        active_scorecards.population || ' have no champion without a segment, so some of them'
        || ' may have no score that speaks for them' as problem
    from active_scorecards
    left join default_champions on active_scorecards.population = default_champions.population
    where
        active_scorecards.population is not null
        and default_champions.population is null

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

-- Segments and reference seeds.

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

activity_types_with_reserved_names as (

    select
        seed_file,
        row_number,
        'activity_type' as column_name,
        'error' as severity,
        {{ quoted_value('activity_type') }} || ' has a meaning of its own in rules' as problem,
        'use another name: any_activity and names that start with channel: are taken' as fix
    from activity_types
    where
        activity_type = 'any_activity'
        or activity_type like 'channel:%'

),

computable_attributes as (

    {%- for attribute in lead_attribute_columns() %}

        select
            '{{ attribute }}' as attribute_name,
            cast(null as {{ dbt.type_string() }}) as derived_from

        union all
    {%- endfor %}

    {%- for attribute in derived_attributes() %}

        select
            '{{ attribute.name }}' as attribute_name,
            '{{ attribute.derived_from }}' as derived_from
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

attributes_without_values as (

    select
        lead_attributes.seed_file,
        lead_attributes.row_number,
        'attribute' as column_name,
        'error' as severity,
        {{ quoted_value('lead_attributes.attribute') }}
        || ' is neither a column that is read from the leads nor derived by the project' as problem,
        'correct the name; for a column of your own, delete this row and add it to the var'
        || ' lead_attributes of dbt_project.yml' as fix
    from lead_attributes
    left join computable_attributes
        on lead_attributes.attribute = computable_attributes.attribute_name
    where
        lead_attributes.attribute is not null
        and computable_attributes.attribute_name is null

),

attributes_derived_wrongly as (

    select
        lead_attributes.seed_file,
        lead_attributes.row_number,
        'derived_from' as column_name,
        'error' as severity,
        lead_attributes.attribute || case
            when computable_attributes.derived_from is null then ' is loaded, not derived'
            else ' is derived from ' || computable_attributes.derived_from
        end as problem,
        case
            when computable_attributes.derived_from is null then 'leave it empty'
            else 'write ' || computable_attributes.derived_from
        end as fix
    from lead_attributes
    inner join computable_attributes
        on lead_attributes.attribute = computable_attributes.attribute_name
    where
        coalesce(lead_attributes.derived_from, '')
        <> coalesce(computable_attributes.derived_from, '')

),

attributes_listed_twice as (

    select
        seed_file,
        row_number,
        'attribute' as column_name,
        'error' as severity,
        {{ quoted_value('attribute') }} || ' is also named in the var lead_attributes' as problem,
        'delete this row or the name in the var' as fix
    from lead_attributes
    where
        attribute in (
            {{- quoted_list(var('lead_attributes') | map('lower') | list or ['']) -}}
        )

),

plain_patterns as (

    select
        seed_file,
        row_number,
        pattern,
        seniority,
        department,
        case
            when right(pattern, 1) = '*' then trim(left(pattern, length(pattern) - 1))
            else pattern
        end as plain_pattern
    from job_title_patterns
    where pattern is not null

),

patterns_that_never_match as (

    select
        seed_file,
        row_number,
        'pattern' as column_name,
        'error' as severity,
        {{ quoted_value('pattern') }}
        || ' never matches: titles are compared without punctuation, and * stands at the end only'
            as problem,
        'write words with single blanks between them, such as '
        || {{ normalised_words("replace(plain_pattern, '*', ' ')") }} as fix
    from plain_patterns
    where
        plain_pattern <> {{ normalised_words('plain_pattern') }}
        or plain_pattern = ''
        or plain_pattern like '%*%'

),

patterns_that_tell_nothing as (

    select
        seed_file,
        row_number,
        'seniority' as column_name,
        'warning' as severity,
        'the pattern ' || {{ quoted_value('pattern') }} || ' has neither seniority nor department'
            as problem,
        'write one of them, or delete the row' as fix
    from plain_patterns
    where
        seniority is null
        and department is null

),

ordered_size_bands as (

    select
        *,
        lag(company_size) over (
            order by coalesce(min_employees_number, -1), row_number
        ) as lower_size,
        lag(max_employees_number) over (
            order by coalesce(min_employees_number, -1), row_number
        ) as lower_end,
        lag(row_number) over (
            order by coalesce(min_employees_number, -1), row_number
        ) as lower_row_number
    from company_size_bands
    where
        (min_employees is null or min_employees_number is not null)
        and (max_employees is null or max_employees_number is not null)

),

overlapping_size_bands as (

    select
        seed_file,
        row_number,
        'min_employees' as column_name,
        'error' as severity,
        'overlaps with ' || coalesce(lower_size, '') || ' in row '
        || cast(lower_row_number as {{ dbt.type_string() }}) || ', which '
        || coalesce(
            'ends at ' || cast(cast(lower_end as bigint) as {{ dbt.type_string() }}), 'has no end'
        ) as problem,
        case
            when lower_end is null
                then
                    'write max_employees in row '
                    || cast(lower_row_number as {{ dbt.type_string() }})
            else 'write ' || cast(cast(lower_end as bigint) + 1 as {{ dbt.type_string() }})
        end as fix
    from ordered_size_bands
    where
        lower_row_number is not null
        and (
            lower_end is null
            or min_employees_number is null
            or min_employees_number <= lower_end
        )

),

size_bands_with_gaps as (

    select
        seed_file,
        row_number,
        'min_employees' as column_name,
        'error' as severity,
        'leaves a gap: ' || coalesce(lower_size, '') || ' in row '
        || cast(lower_row_number as {{ dbt.type_string() }}) || ' ends at '
        || cast(cast(lower_end as bigint) as {{ dbt.type_string() }}) as problem,
        'write ' || cast(cast(lower_end as bigint) + 1 as {{ dbt.type_string() }}) as fix
    from ordered_size_bands
    where min_employees_number > lower_end + 1

),

first_country_regions as (

    select
        *,
        first_value(market_region) over (
            partition by country_code
            order by row_number
        ) as first_market_region,
        first_value(row_number) over (
            partition by country_code
            order by row_number
        ) as first_row_number
    from country_regions
    where
        country_code is not null
        and market_region is not null

),

countries_in_two_regions as (

    select
        seed_file,
        row_number,
        'market_region' as column_name,
        'error' as severity,
        {{ quoted_value('market_region') }} || ' differs from '
        || {{ quoted_value('first_market_region') }} || ', the region of ' || country_code
        || ' in row ' || cast(first_row_number as {{ dbt.type_string() }}) as problem,
        'write the same region in every row of the country' as fix
    from first_country_regions
    where market_region <> first_market_region

),

domains as (

    select
        seed_name,
        seed_file,
        row_number,
        column_name,
        term as domain
    from cells
    where
        seed_name in ('free_email_domains', 'disposable_email_domains', 'email_domain_suffixes')
        and column_name in ('domain', 'suffix')
        and term is not null

),

unreadable_domains as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        {{ quoted_value('domain') }} || ' is not a domain' as problem,
        'write what stands behind the @, such as mail.example, without blanks or a leading dot'
            as fix
    from domains
    where
        domain like '%@%'
        or domain like '.%'
        or domain like '%.'
        or domain like '% %'
        or domain like '%/%'
        or domain like '%*%'

),

domains_of_two_kinds as (

    select
        disposable_domains.seed_file,
        disposable_domains.row_number,
        disposable_domains.column_name,
        'error' as severity,
        {{ quoted_value('disposable_domains.domain') }} || ' is also in ' || free_domains.seed_file
        || ' row ' || cast(free_domains.row_number as {{ dbt.type_string() }}) as problem,
        'delete it from one of the two files' as fix
    from domains as disposable_domains
    inner join domains as free_domains on disposable_domains.domain = free_domains.domain
    where
        disposable_domains.seed_name = 'disposable_email_domains'
        and free_domains.seed_name = 'free_email_domains'

),

unreadable_bot_filters as (

    select
        bot_filters.seed_file,
        bot_filters.row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('bot_filters.value') }} || ' is not a number from 0' as problem,
        'write digits such as 3, without units' as fix
    from bot_filters
    where
        bot_filters.bot_filter in (
            {{- quoted_list(bot_settings | selectattr('value', 'equalto', 'number')
                | map(attribute='name')) -}}
        )
        and bot_filters.value is not null
        and coalesce({{ parse_number('bot_filters.value') }}, -1) < 0

    union all

    select
        bot_filters.seed_file,
        bot_filters.row_number,
        'value' as column_name,
        'error' as severity,
        {{ quoted_value('bot_filters.value') }} || ' is not an activity type' as problem,
        'use a name of {{ seed_file("activity_types") }}' as fix
    from bot_filters
    left join activity_types on bot_filters.value = activity_types.activity_type
    where
        bot_filters.bot_filter in (
            {{- quoted_list(bot_settings | selectattr('value', 'equalto', 'activity_type')
                | map(attribute='name')) -}}
        )
        and bot_filters.value is not null
        and activity_types.activity_type is null

),

first_bot_filters as (

    select
        *,
        first_value(row_number) over (
            partition by bot_filter
            order by row_number
        ) as first_row_number
    from bot_filters
    where
        bot_filter in (
            {{- quoted_list(bot_settings | rejectattr('is_repeatable') | map(attribute='name')) -}}
        )

),

repeated_bot_filters as (

    select
        seed_file,
        row_number,
        'bot_filter' as column_name,
        'error' as severity,
        bot_filter || ' is already set in row '
        || cast(first_row_number as {{ dbt.type_string() }}) as problem,
        'delete one of the two rows' as fix
    from first_bot_filters
    where row_number <> first_row_number

),

needed_settings as (

    {%- for seed_name, settings in setting_seeds.items() %}
        {%- set outer_loop = loop %}
        {%- for setting in settings %}
            {{ 'union all' if not (loop.first and outer_loop.first) }}
            select
                '{{ seed_file(seed_name) }}' as seed_file,
                '{{ setting }}' as setting
        {%- endfor %}
    {%- endfor %}

),

settings_missing as (

    select
        needed_settings.seed_file,
        'setting' as column_name,
        'error' as severity,
        'add the row; the file that comes with the project shows a usual value' as fix,
        cast(null as integer) as row_number,
        'there is no row for ' || needed_settings.setting as problem
    from needed_settings
    left join given_settings on needed_settings.setting = given_settings.setting
    where given_settings.setting is null

),

-- Experiments.

unreadable_dates as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is not a day of the calendar' as problem,
        'write year-month-day, such as 2026-03-01' as fix
    from cells
    where
        value_type = 'date'
        and value is not null
        and {{ parse_date('value') }} is null

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

-- Sales.

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

-- Marketing.

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

-- What a fit learns from, and what it proposes.

learning_exclusions as (

    {{ cell_rows(['learning_exclusions']) }}

),

exclusions_of_nothing as (

    select
        learning_exclusions.seed_file,
        learning_exclusions.row_number,
        'signal' as column_name,
        'warning' as severity,
        'correct the name, or delete the row' as fix,
        {{ quoted_value('learning_exclusions.signal') }}
        || ' is no attribute, activity type or channel, so nothing is left out' as problem
    from learning_exclusions
    left join known_names
        on
            learning_exclusions.signal = known_names.term
            and known_names.list_name in ('attribute', 'activity')
    where
        learning_exclusions.signal is not null
        and known_names.term is null

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

{%- set checks = [
    'empty_cells', 'unreadable_numbers', 'numbers_out_of_range', 'too_many_decimals',
    'unreadable_flags', 'unknown_names', 'repeated_keys', 'cells_without_use', 'operators_missing',
    'values_missing', 'values_without_use', 'lists_for_one_value', 'ranges_for_one_value',
    'empty_list_items', 'values_not_numbers', 'items_not_numbers', 'unreadable_ranges',
    'ranges_upside_down', 'operators_for_text_only', 'counts_never_missing', 'rules_without_points',
    'caps_of_zero', 'rules_that_never_fire', 'impossible_values', 'minimum_above_maximum',
    'mql_scores_out_of_reach', 'second_champions', 'populations_without_champion',
    'scorecards_without_rules',
    'rules_of_unknown_dimensions', 'dimensions_named_total', 'bands_of_unknown_dimensions',
    'scorecards_without_total_bands', 'dimensions_without_lowest_band', 'bands_with_same_start',
    'grid_rows_of_unknown_bands', 'grid_cells_missing', 'segments_without_use',
    'activity_types_with_reserved_names', 'attributes_without_values', 'attributes_derived_wrongly',
    'attributes_listed_twice', 'patterns_that_never_match', 'patterns_that_tell_nothing',
    'overlapping_size_bands', 'size_bands_with_gaps', 'countries_in_two_regions',
    'unreadable_domains', 'domains_of_two_kinds', 'unreadable_bot_filters', 'repeated_bot_filters',
    'settings_missing', 'unreadable_dates', 'experiments_ending_early', 'experiments_at_odds',
    'experiments_with_too_many_leads', 'experiments_without_control', 'second_controls',
    'experiments_with_one_arm', 'arms_without_scorecard', 'arms_with_needless_scorecard',
    'arms_of_unfit_scorecards', 'second_explorations', 'explorations_as_control',
    'salts_of_two_experiments', 'overlapping_experiments', 'second_rows_for_all_others',
    'routing_that_forgets_leads', 'routing_rules_never_reached', 'routing_to_nobody',
    'interests_half_given', 'exclusions_of_nothing', 'proposals_without_lowest_band',
    'proposed_bands_with_same_start',
] %}

unioned as (

    {%- for check in checks %}

        select
            seed_file,
            row_number,
            column_name,
            severity,
            problem,
            fix
        from {{ check }}
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

config_errors as (

    -- A mistake in a key can make the same mistake appear twice.
    select distinct
        seed_file,
        cast(row_number as integer) as row_number,
        column_name,
        severity,
        problem,
        fix,
        seed_file
        || coalesce(' row ' || cast(row_number as {{ dbt.type_string() }}), '')
        || coalesce(', column ' || column_name, '')
        || ': ' || problem || '; ' || fix as message
    from unioned

)

select * from config_errors
