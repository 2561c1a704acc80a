-- One row per email domain or domain suffix with the type of address it stands for.
with

free_domains as (

    select
        '{{ seed_file("free_email_domains") }}' as seed_file,
        {{ seed_row_number() }} as row_number,
        {{ lower_text(clean_text('domain')) }} as domain,
        'free' as email_type,
        false as is_suffix,
        {{ parse_boolean(clean_text('ignores_dots')) }} as ignores_dots
    from {{ ref('free_email_domains') }}

),

disposable_domains as (

    select
        '{{ seed_file("disposable_email_domains") }}' as seed_file,
        {{ seed_row_number() }} as row_number,
        {{ lower_text(clean_text('domain')) }} as domain,
        'disposable' as email_type,
        false as is_suffix,
        false as ignores_dots
    from {{ ref('disposable_email_domains') }}

),

suffixes as (

    select
        '{{ seed_file("email_domain_suffixes") }}' as seed_file,
        {{ seed_row_number() }} as row_number,
        {{ lower_text(clean_text('suffix')) }} as domain,
        {{ lower_text(clean_text('email_type')) }} as email_type,
        true as is_suffix,
        false as ignores_dots
    from {{ ref('email_domain_suffixes') }}

),

unioned as (

    select * from free_domains
    union all
    select * from disposable_domains
    union all
    select * from suffixes

)

select * from unioned
