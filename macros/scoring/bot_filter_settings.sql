{#
    The settings of `bot_filters.csv`, what their value is, and whether they may stand in several
    rows.
#}
{% macro bot_filter_settings() -%}
    {{ return([
        {'name': 'delivery_activity_type', 'value': 'activity_type', 'is_repeatable': false},
        {'name': 'max_seconds_after_delivery', 'value': 'number', 'is_repeatable': false},
        {'name': 'burst_activity_type', 'value': 'activity_type', 'is_repeatable': false},
        {'name': 'burst_min_assets', 'value': 'number', 'is_repeatable': false},
        {'name': 'burst_seconds', 'value': 'number', 'is_repeatable': false},
        {'name': 'proxy_marker', 'value': 'text', 'is_repeatable': true},
    ]) }}
{%- endmacro %}
