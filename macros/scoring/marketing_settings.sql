{# The settings that `marketing_settings.csv` has to hold, each once. #}
{% macro marketing_settings() -%}
    {{ return([
        'content_lookback_days', 'account_chance_cap', 'account_engaged_points',
        'account_uncontacted_days',
    ]) }}
{%- endmacro %}
