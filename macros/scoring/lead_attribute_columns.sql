{# Columns of the raw leads that are attributes: those of the contract and those the var names. #}
{% macro lead_attribute_columns() -%}
    {%- set contract = [
        'email', 'first_name', 'last_name', 'phone', 'job_title', 'company_name', 'industry',
        'employee_count', 'annual_revenue', 'country', 'region', 'lead_source', 'campaign',
        'lifecycle_stage', 'owner_id'
    ] -%}
    {{ return(contract + (custom_lead_attributes() | reject('in', contract) | list)) }}
{%- endmacro %}
