-- One row per surviving lead, with a fingerprint of everything its score is made of. A run scores
-- again the leads whose fingerprint changed.
-- Nothing is scored by weights with mistakes.
-- depends_on: {{ ref('config_errors') }}
with

identity as (

    select * from {{ ref('int_leads__identity') }}

),

rules as (

    select * from {{ ref('stg_config__rules') }}
    where measure = 'value'

),

segments as (

    select * from {{ ref('stg_config__segments') }}

),

scored_attributes as (

    select signal as attribute from rules
    union distinct
    select attribute from segments

),

attribute_history as (

    select * from {{ ref('int_leads__attribute_history') }}
    where attribute in (select scored_attributes.attribute from scored_attributes)

),

activities as (

    select * from {{ ref('int_activities__accepted') }}

),

attribute_evidence as (

    select
        lead_id,
        {{ sum_of_hashes(
            hash_number(['attribute', 'value', 'valid_from', 'valid_to'])
        ) }} as attribute_hash
    from attribute_history
    group by lead_id

),

activity_evidence as (

    select
        lead_id,
        {{ sum_of_hashes(
            hash_number(['activity_type', 'channel', 'topic', 'occurred_date'])
        ) }} as activity_hash
    from activities
    where not is_bot
    group by lead_id

),

evidence as (

    select
        identity.lead_id,
        {{ hash_number(
            ['attribute_evidence.attribute_hash', 'activity_evidence.activity_hash']
        ) }} as evidence_version
    from identity
    left join attribute_evidence on identity.lead_id = attribute_evidence.lead_id
    left join activity_evidence on identity.lead_id = activity_evidence.lead_id
    where identity.lead_id = identity.surviving_lead_id

)

select * from evidence
