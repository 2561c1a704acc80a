-- One row per lead x attribute x validity, derived attributes included. Every attribute that a rule
-- or segment uses has a row for every day of a lead, with a missing value where nothing is known.
with

attribute_values as (

    select * from {{ ref('int_leads__attribute_values') }}

),

derived_values as (

    select * from {{ ref('int_leads__derived_values') }}

),

lead_attributes as (

    select * from {{ ref('stg_config__lead_attributes') }}

),

derived_attributes as (

    select
        attribute,
        derived_from
    from lead_attributes
    where derived_from is not null

),

derived_history as (

    select
        attribute_values.lead_id,
        derived_attributes.attribute,
        derived_values.value,
        attribute_values.valid_from,
        attribute_values.valid_to,
        attribute_values.is_assumed
    from attribute_values
    inner join derived_attributes on attribute_values.attribute = derived_attributes.derived_from
    left join derived_values
        on
            derived_attributes.attribute = derived_values.attribute
            and attribute_values.value = derived_values.base_value

),

history as (

    select
        lead_id,
        attribute,
        value,
        valid_from,
        valid_to,
        is_assumed
    from attribute_values

    union all

    select
        lead_id,
        attribute,
        value,
        valid_from,
        valid_to,
        is_assumed
    from derived_history

)

select * from history
