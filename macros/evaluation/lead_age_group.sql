{# The age of the back-test that a lead of any age belongs to: the highest one it has reached. #}
{% macro lead_age_group(lead_age_days) -%}
    {%- set ages = backtest_lead_ages_days() -%}
    {%- if ages | length < 2 -%}
        cast({{ ages | first | default('null') }} as {{ dbt.type_bigint() }})
    {%- else -%}
        case
            {%- for age_days in ages[1:] | reverse %}
                when {{ lead_age_days }} >= {{ age_days }} then {{ age_days }}
            {%- endfor %}
            else {{ ages | first }}
        end
    {%- endif -%}
{%- endmacro %}
