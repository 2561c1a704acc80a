{# First day of the test, from the var: `auto` keeps the latest share of the known days, or an ISO date. #}
{% macro backtest_test_from(first_date, last_known_date) -%}
    {%- set test_from = var('backtest_test_from') | string -%}
    {%- set share = var('backtest_test_share') -%}
    {%- if test_from == 'auto' -%}
        {%- if share is not number or share is boolean or share <= 0 or share >= 1 -%}
            {{ exceptions.raise_compiler_error(
                "The var backtest_test_share is '" ~ share ~ "': write a number between 0 and 1, such as 0.25."
            ) }}
        {%- endif -%}
        {{ add_days(
            last_known_date,
            '1 - ceiling((' ~ days_between(first_date, last_known_date) ~ ' + 1) * ' ~ share ~ ')'
        ) }}
    {%- elif is_iso_date(test_from) -%}
        cast('{{ test_from }}' as date)
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "The var backtest_test_from is '" ~ test_from ~ "': write auto or a date such as 2026-01-01."
        ) }}
    {%- endif -%}
{%- endmacro %}
