-- One row per lead and state of its attributes as a run saw it. A record, never rebuilt: it is the
-- only memory of attributes that have no change log.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}

{%- set attributes = lead_attribute_columns() %}
{%- set filled_by_company = ['company_name', 'industry', 'employee_count', 'annual_revenue'] %}

with

leads as (

    select * from {{ ref('stg_raw__leads') }}
    where
        row_status = 'accepted'
        and not is_deleted

),

companies as (

    select * from {{ ref('stg_raw__companies') }}
    where row_status = 'accepted'

),

clock as (

    select * from {{ ref('int_clock__as_of') }}

),

current_states as (

    select
        leads.lead_id,
        {%- for attribute in attributes %}
            {%- if attribute in filled_by_company %}
                coalesce(leads.{{ attribute }}, companies.{{ attribute }}) as {{ attribute }},
            {%- else %}
                leads.{{ attribute }},
            {%- endif %}
        {%- endfor %}
        '|{{ attributes | join("|") }}|' as captured_attributes
    from leads
    left join companies on leads.company_id = companies.company_id

),

hashed_states as (

    select
        *,
        {{ hash_number(['captured_attributes'] + attributes) }} as state_hash
    from current_states

),

{% if is_incremental() %}

    ranked_captures as (

        select
            lead_id,
            capture_number,
            state_hash,
            row_number() over (partition by lead_id order by capture_number desc) as recency
        from {{ this }}

    ),

    last_captures as (

        select * from ranked_captures
        where recency = 1

    ),

    new_states as (

        select
            hashed_states.*,
            coalesce(last_captures.capture_number, 0) + 1 as capture_number
        from hashed_states
        left join last_captures on hashed_states.lead_id = last_captures.lead_id
        where
            last_captures.lead_id is null
            or hashed_states.state_hash <> last_captures.state_hash

    ),

{% else %}

    new_states as (

        select
            *,
            1 as capture_number
        from hashed_states

    ),

{% endif %}

captures as (

    select
        new_states.lead_id,
        cast(new_states.capture_number as integer) as capture_number,
        -- A day that is scored after the newest one in the data is the day on which this was seen.
        greatest(clock.newest_date, clock.as_of_date) as captured_date,
        {%- for attribute in attributes %}
            new_states.{{ attribute }},
        {%- endfor %}
        new_states.captured_attributes,
        new_states.state_hash
    from new_states
    cross join clock

)

select * from captures
