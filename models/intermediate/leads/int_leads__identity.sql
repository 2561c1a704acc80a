-- One row per accepted raw lead, with the lead that survives for the same person.
with

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where row_status = 'accepted'

),

email_domains as (

    select * from {{ ref('stg_config__email_domains') }}

),

addresses as (

    select
        lead_id,
        created_at,
        is_deleted,
        lower(email) as address,
        {{ is_email_address('email') }} as is_address
    from leads

),

address_parts as (

    select
        *,
        case
            when is_address
                then {{ dbt.split_part(dbt.split_part('address', "'@'", 1), "'+'", 1) }}
        end as mailbox,
        case when is_address then {{ dbt.split_part('address', "'@'", 2) }} end as domain
    from addresses

),

persons as (

    select
        address_parts.lead_id,
        address_parts.created_at,
        address_parts.is_deleted,
        case
            -- A deleted lead and one without a usable address are nobody's duplicate.
            when
                address_parts.is_deleted
                or not address_parts.is_address
                or address_parts.mailbox = ''
                then 'lead ' || address_parts.lead_id
            when email_domains.ignores_dots
                then
                    'email ' || replace(address_parts.mailbox, '.', '')
                    || '@' || address_parts.domain
            else 'email ' || address_parts.mailbox || '@' || address_parts.domain
        end as person_key
    from address_parts
    left join email_domains
        on
            address_parts.domain = email_domains.domain
            and email_domains.ignores_dots

),

identity as (

    select
        lead_id,
        created_at,
        is_deleted,
        cast(created_at as date) as created_date,
        first_value(lead_id) over (
            partition by person_key
            order by created_at, lead_id
        ) as surviving_lead_id
    from persons

)

select * from identity
