-- One row per mistake: rows of the reference and settings seeds that contradict each other, do
-- nothing, or are missing.
{{ config(materialized='view') }}

{%- set setting_seeds = {
    'evaluation_settings': evaluation_settings(), 'marketing_settings': marketing_settings(),
} %}
{%- set bot_settings = bot_filter_settings() %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

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
            when right(pattern, 1) = '*' then {{ clean_text('left(pattern, length(pattern) - 1)') }}
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

mistakes as (

    {{ mistakes_of([
        'activity_types_with_reserved_names', 'attributes_without_values',
        'attributes_derived_wrongly', 'attributes_listed_twice', 'patterns_that_never_match',
        'patterns_that_tell_nothing', 'overlapping_size_bands', 'size_bands_with_gaps',
        'countries_in_two_regions', 'domains_of_two_kinds', 'unreadable_bot_filters',
        'repeated_bot_filters', 'settings_missing',
    ]) }}

)

select * from mistakes
