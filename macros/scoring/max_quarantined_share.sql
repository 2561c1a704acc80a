{# The share of a raw table that may be set aside, from the var; stops dbt when it is no share. #}
{% macro max_quarantined_share() -%}
    {%- set share = var('max_quarantined_share') -%}
    {%- if share is not number or share is boolean or not 0 <= share <= 1 -%}
        {{ exceptions.raise_compiler_error(
            'The var max_quarantined_share is ' ~ var_text(share) ~ ': write a number from 0 to 1, without quotes, '
            ~ 'such as 0.05 for 5 %.'
        ) }}
    {%- endif -%}
    {{ return(share) }}
{%- endmacro %}
