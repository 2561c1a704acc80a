-- One row per mistake: an operator or value that the measure of a rule cannot use, or a condition
-- that never holds.
{{ config(materialized='view') }}

{%- set rule_seeds = ['score_rules', 'score_rules_fitted'] %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

rules as (

    {{ cell_rows(rule_seeds) }}

),

segments as (

    {{ cell_rows(['segments']) }}

),

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
            {{ lower_text('value') }} as possible_value
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
        {{ lower_text(clean_text('item')) }} as compared_value
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

mistakes as (

    {{ mistakes_of([
        'cells_without_use', 'operators_missing', 'values_missing', 'values_without_use',
        'lists_for_one_value', 'ranges_for_one_value', 'empty_list_items', 'values_not_numbers',
        'items_not_numbers', 'unreadable_ranges', 'ranges_upside_down', 'operators_for_text_only',
        'counts_never_missing', 'rules_that_never_fire', 'impossible_values',
    ]) }}

)

select * from mistakes
