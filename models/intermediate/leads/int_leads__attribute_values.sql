-- One row per lead x raw attribute x validity, for the attributes that rules and segments need or
-- that weights may be learned from.
-- From the change log where a lead has one for the attribute, else from what runs saw.

{%- set attributes = lead_attribute_columns() %}

with

identity as (

    select * from {{ ref('int_leads__identity') }}

),

captures as (

    select * from {{ ref('int_leads__captures') }}

),

lead_changes as (

    select * from {{ ref('stg_raw__lead_changes') }}
    where row_status = 'accepted'

),

rules as (

    select * from {{ ref('stg_config__rules') }}

),

segments as (

    select * from {{ ref('stg_config__segments') }}

),

lead_attributes as (

    select * from {{ ref('stg_config__lead_attributes') }}

),

exclusions as (

    select * from {{ ref('stg_config__learning_exclusions') }}

),

used_attributes as (

    select signal as attribute
    from rules
    where measure = 'value'

    union distinct

    select attribute from segments

),

needed_attributes as (

    select distinct coalesce(lead_attributes.derived_from, lead_attributes.attribute) as attribute
    from lead_attributes
    left join used_attributes on lead_attributes.attribute = used_attributes.attribute
    left join exclusions on lead_attributes.attribute = exclusions.signal
    where
        used_attributes.attribute is not null
        or exclusions.signal is null

),

living_leads as (

    select
        lead_id,
        created_date
    from identity
    where
        lead_id = surviving_lead_id
        and not is_deleted

),

unpivoted as (

    {%- for attribute in attributes %}
        {%- if not loop.first %}
            union all
        {%- endif %}

        select
            lead_id,
            capture_number,
            captured_date,
            '{{ attribute }}' as attribute,
            {{ attribute }} as value
        from captures
        where
            '{{ attribute }}' in (select needed_attributes.attribute from needed_attributes)
            and {{ dbt.position("'|" ~ attribute ~ "|'", 'captured_attributes') }} > 0
    {%- endfor %}

),

change_days as (

    select
        identity.surviving_lead_id as lead_id,
        lead_changes.attribute,
        cast(lead_changes.changed_at as date) as changed_date,
        lead_changes.new_value as value,
        row_number() over (
            partition by
                identity.surviving_lead_id,
                lead_changes.attribute,
                cast(lead_changes.changed_at as date)
            order by lead_changes.changed_at desc, lead_changes.new_value desc nulls last
        ) as recency
    from lead_changes
    inner join identity on lead_changes.lead_id = identity.lead_id
    where
        lead_changes.attribute in (select needed_attributes.attribute from needed_attributes)

),

logged_values as (

    select
        lead_id,
        attribute,
        changed_date as valid_from,
        value,
        false as is_assumed
    from change_days
    where recency = 1

),

first_logged as (

    select
        lead_id,
        attribute,
        min(valid_from) as first_valid_from
    from logged_values
    group by lead_id, attribute

),

-- Nothing is known before the first logged change; today's value must not leak there.
before_first_logged as (

    select
        living_leads.lead_id,
        first_logged.attribute,
        living_leads.created_date as valid_from,
        cast(null as {{ dbt.type_string() }}) as value,
        false as is_assumed
    from living_leads
    inner join first_logged on living_leads.lead_id = first_logged.lead_id
    where living_leads.created_date < first_logged.first_valid_from

),

first_captures as (

    select
        lead_id,
        attribute,
        min(capture_number) as capture_number
    from unpivoted
    group by lead_id, attribute

),

captured_values as (

    select
        unpivoted.lead_id,
        unpivoted.attribute,
        unpivoted.value,
        unpivoted.capture_number,
        case
            when unpivoted.capture_number = first_captures.capture_number
                then living_leads.created_date
            else greatest(unpivoted.captured_date, living_leads.created_date)
        end as valid_from,
        unpivoted.capture_number = first_captures.capture_number
        and unpivoted.captured_date > living_leads.created_date as is_assumed
    from unpivoted
    inner join living_leads on unpivoted.lead_id = living_leads.lead_id
    inner join first_captures
        on
            unpivoted.lead_id = first_captures.lead_id
            and unpivoted.attribute = first_captures.attribute
    left join first_logged
        on
            unpivoted.lead_id = first_logged.lead_id
            and unpivoted.attribute = first_logged.attribute
    where first_logged.lead_id is null

),

-- Runs on the same day see several states of it: the last one counts. So it does where the data
-- clock went back, or a lead turned out to be younger: no earlier sight outlives a later one.
followed_captures as (

    select
        *,
        min(valid_from) over (
            partition by lead_id, attribute
            order by capture_number
            rows between 1 following and unbounded following
        ) as next_valid_from
    from captured_values

),

dated_values as (

    select
        lead_id,
        attribute,
        valid_from,
        value,
        is_assumed
    from followed_captures
    where
        next_valid_from is null
        or valid_from < next_valid_from

    union all

    select
        logged_values.lead_id,
        logged_values.attribute,
        logged_values.valid_from,
        logged_values.value,
        logged_values.is_assumed
    from logged_values
    inner join living_leads on logged_values.lead_id = living_leads.lead_id

    union all

    select
        lead_id,
        attribute,
        valid_from,
        value,
        is_assumed
    from before_first_logged

),

with_validity as (

    select
        lead_id,
        attribute,
        value,
        valid_from,
        is_assumed,
        coalesce(
            lead(valid_from) over (partition by lead_id, attribute order by valid_from),
            cast('9999-12-31' as date)
        ) as valid_to
    from dated_values

)

select * from with_validity
