{# The ages at which leads are judged, from the var, the youngest first; anything but a list of days stops dbt. #}
{% macro backtest_lead_ages_days() -%}
    {%- set ages = var('backtest_lead_ages_days') -%}
    {%- set is_list = ages is sequence and ages is not string and ages is not mapping -%}
    {%- for age in (ages if is_list else [none]) -%}
        {%- if age is not integer or age < 0 or age > 36500 -%}
            {{ exceptions.raise_compiler_error(
                'The var backtest_lead_ages_days is ' ~ var_text(ages) ~ ': write a list of whole numbers of days '
                ~ 'from 0 to 36500, without quotes, such as [0, 7, 30].'
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(ages | unique | sort) }}
{%- endmacro %}
