-- One row per email address that occurs, with its domain and the type of address it is.
with

attribute_values as (

    select * from {{ ref('int_leads__attribute_values') }}

),

email_domains as (

    select * from {{ ref('stg_config__email_domains') }}

),

emails as (

    select distinct value as email
    from attribute_values
    where
        attribute = 'email'
        and value is not null

),

addresses as (

    select
        email,
        case
            when {{ is_email_address('email') }}
                then {{ lower_text(dbt.split_part('email', "'@'", 2)) }}
        end as email_domain
    from emails

),

domains as (

    select distinct email_domain
    from addresses
    where email_domain is not null

),

domain_matches as (

    select
        domains.email_domain,
        email_domains.email_type,
        row_number() over (
            partition by domains.email_domain
            order by
                case email_domains.email_type
                    when 'disposable' then 1
                    when 'free' then 2
                    else 3
                end,
                length(email_domains.domain) desc
        ) as preference
    from domains
    inner join email_domains
        on
            domains.email_domain = email_domains.domain
            or (
                email_domains.is_suffix
                and right(domains.email_domain, length(email_domains.domain) + 1)
                = '.' || email_domains.domain
            )

),

email_addresses as (

    select
        addresses.email,
        addresses.email_domain,
        case
            when addresses.email_domain is null then 'invalid'
            else coalesce(domain_matches.email_type, 'business')
        end as email_type
    from addresses
    left join domain_matches
        on
            addresses.email_domain = domain_matches.email_domain
            and domain_matches.preference = 1

)

select * from email_addresses
