{# Names, in lower case, of the columns that the var lead_attributes adds to the raw leads. #}
{% macro custom_lead_attributes() -%}
    {%- set attributes = var('lead_attributes') -%}
    {#- Columns of the tables that read the raw leads. -#}
    {%- set taken = [
        'lead_id', 'created_at', 'created_at_text', 'updated_at', 'company_id', 'is_deleted', 'rejection_reason',
        'repetition', 'row_status', 'captured_attributes', 'capture_number', 'captured_date', 'recency', 'state_hash',
    ] -%}
    {%- if attributes is string or attributes is mapping or attributes is not iterable -%}
        {{ exceptions.raise_compiler_error(
            "The var lead_attributes is '" ~ attributes ~ "': write a list of columns of the raw "
            ~ 'leads, such as [budget, plan].'
        ) }}
    {%- endif -%}
    {%- for attribute in attributes -%}
        {%- if not modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', attribute | string) -%}
            {{ exceptions.raise_compiler_error(
                "The var lead_attributes names '" ~ attribute ~ "': only letters, digits and "
                ~ 'underscores can stand in the name of a column; rename it in the raw leads.'
            ) }}
        {%- endif -%}
        {%- if attribute | lower in sql_words() -%}
            {{ exceptions.raise_compiler_error(
                "The var lead_attributes names '" ~ attribute ~ "', which is a word of SQL: rename the column in "
                ~ 'the raw leads.'
            ) }}
        {%- endif -%}
        {%- if attribute | lower in taken -%}
            {{ exceptions.raise_compiler_error(
                "The var lead_attributes names '" ~ attribute ~ "', which the tables of this project name a column "
                ~ 'of their own: rename the column in the raw leads, or leave it out of the var if it is the one of '
                ~ 'the contract.'
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(attributes | map('lower') | unique | list) }}
{%- endmacro %}
