{# Names, in lower case, of the columns that the var lead_attributes adds to the raw leads. #}
{% macro custom_lead_attributes() -%}
    {%- set attributes = var('lead_attributes') -%}
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
    {%- endfor -%}
    {{ return(attributes | map('lower') | unique | list) }}
{%- endmacro %}
