{#
    The rows of a raw table with every column of the contract, by its name in lower case: optional columns that
    the table does not have are missing values, an optional table that is switched off is an empty one.
    Required columns, and those that the var lead_attributes names, have to be there: a missing one stops
    the build in one sentence.
#}
{% macro raw_table(table_name) -%}
    {%- set contract = raw_contract(table_name) -%}
    {%- set is_there = has_raw_table(table_name) -%}
    {%- set found = {} -%}
    {%- for column in (raw_columns(table_name) if is_there else []) -%}
        {%- do found.update({column | lower: column}) -%}
    {%- endfor -%}
    {%- if execute and is_there -%}
        {%- set lacking = contract.required | reject('in', found) | list -%}
        {%- if lacking -%}
            {{ exceptions.raise_compiler_error(
                'Raw table ' ~ table_name ~ ' (' ~ raw_location(table_name) ~ ') has no column '
                ~ lacking | join(', ') ~ '. Found: ' ~ found | join(', ') ~ '.'
            ) }}
        {%- endif -%}
    {%- endif -%}
    select
        {%- for column in contract.columns %}
            {%- if column in found %}
        {{ adapter.quote(found[column]) }} as {{ column }}
            {%- else %}
        cast(null as {{ dbt.type_string() }}) as {{ column }}
            {%- endif -%}
            {{ ',' if not loop.last }}
        {%- endfor %}
    {%- if is_there %}
    from {{ source('raw', table_name) }}
    {%- else %}
    from (select 1 as nothing) as empty_table
    where nothing = 0
    {%- endif %}
{%- endmacro %}
