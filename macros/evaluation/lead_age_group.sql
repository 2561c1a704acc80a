{# The age of the back-test that a lead of any age belongs to: the highest one it has reached. #}
{% macro lead_age_group(lead_age_days) -%}
    {%- set ages = var('backtest_lead_ages_days') | sort -%}
    case
        {%- for age_days in ages | reverse %}
            {%- if not loop.last %}
                when {{ lead_age_days }} >= {{ age_days }} then {{ age_days }}
            {%- endif %}
        {%- endfor %}
        else {{ ages | first | default('null') }}
    end
{%- endmacro %}
