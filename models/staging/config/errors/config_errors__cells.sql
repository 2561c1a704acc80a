-- One row per mistake: a cell that is empty, no number, out of range, no day, no first day of a
-- month or no domain.
{{ config(materialized='view') }}

{%- set lists = name_lists() %}

with

cells as (

    select * from {{ ref('stg_config__cells') }}

),

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
        value_type in (
            'points', 'cap', 'days', 'days_or_none', 'count', 'positive', 'share', 'amount'
        )
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
            when value_type = 'days_or_none'
                then {{ quoted_value('value') }} || ' is not a whole number from 0 to 36500'
            when value_type = 'count'
                then {{ quoted_value('value') }} || ' is not a whole number from 0 to 2000000000'
            when value_type = 'positive' then {{ quoted_value('value') }} || ' is not above 0'
            when value_type = 'share'
                then {{ quoted_value('value') }} || ' is not above 0 and at most 1'
            else {{ quoted_value('value') }} || ' is negative'
        end as problem,
        case
            when value_type in ('days', 'days_or_none')
                then
                    'write the number of days, such as 30'
                    || case when needed is null then ', or leave it empty' else '' end
            when value_type = 'count' then 'write a whole number such as 10'
            when value_type = 'positive'
                then
                    'write a number above 0, such as 14'
                    || case when needed is null then ', or leave it empty' else '' end
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
        or (value_type = 'days_or_none' and not (is_whole and number_value between 0 and 36500))
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
        and {{ lower_text('value') }} not in (
            'true', 't', '1', 'yes', 'y', 'false', 'f', '0', 'no', 'n'
        )

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
        value_type in ('date', 'month')
        and value is not null
        and {{ parse_date('value') }} is null

),

-- A cost is joined by the first day of its month: one of another day would count without its leads.
days_within_a_month as (

    select
        seed_file,
        row_number,
        column_name,
        'error' as severity,
        {{ quoted_value('value') }} || ' is not the first day of a month' as problem,
        'write ' || left(value, 8) || '01 for the whole month' as fix
    from cells
    where
        value_type = 'month'
        and {{ parse_date('value') }} is not null
        and right(value, 3) <> '-01'

),

mistakes as (

    {{ mistakes_of([
        'empty_cells', 'unreadable_numbers', 'numbers_out_of_range', 'too_many_decimals',
        'unreadable_flags', 'unreadable_domains', 'unreadable_dates', 'days_within_a_month',
    ]) }}

)

select * from mistakes
