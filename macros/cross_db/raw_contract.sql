{# The columns of a raw table as its source declares them, and which of them are required. #}
{# The var lead_attributes adds columns of its own to the leads. #}
{% macro raw_contract(table_name) -%}
    {%- set contract = {'columns': [], 'required': []} -%}
    {%- for node in (graph.sources.values() if execute else [])
        if node.source_name == 'raw' and node.name == table_name -%}
        {%- for column in node.columns.values() -%}
            {%- do contract.columns.append(column.name) -%}
            {%- if column.config.meta.get('required') -%}
                {%- do contract.required.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if table_name == 'leads' -%}
        {%- for attribute in custom_lead_attributes()
            if attribute not in contract.columns -%}
            {%- do contract.columns.append(attribute) -%}
            {%- do contract.required.append(attribute) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(contract) }}
{%- endmacro %}
