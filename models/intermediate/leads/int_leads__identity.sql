-- One row per accepted raw lead, with the lead that survives for the same person, and the one that
-- its wishes count for.
--
-- A deleted lead is nobody's duplicate: nothing it did gives points to another one. But who asked
-- not to be contacted asked as a person, and deleting one of two records does not take that back.
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
        {{ lower_text('email') }} as address,
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
            -- A lead without a usable address is nobody's duplicate.
            when not address_parts.is_address or address_parts.mailbox = ''
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

with_persons as (

    select
        lead_id,
        created_at,
        is_deleted,
        cast(created_at as date) as created_date,
        first_value(lead_id) over (
            partition by person_key
            order by
                case when is_deleted then 2 else 1 end,
                created_at,
                lead_id
        ) as person_lead_id
    from persons

),

identity as (

    select
        lead_id,
        created_at,
        is_deleted,
        created_date,
        person_lead_id,
        case when is_deleted then lead_id else person_lead_id end as surviving_lead_id
    from with_persons

)

select * from identity
