{#
    The measures of rules: what their signal is (an attribute or an activity), whether they compare
    what they find (operator and value), and which further columns apply to them.
#}
{% macro measures() -%}
    {{ return([
        {'name': 'value', 'signal': 'attribute', 'compares': 'attribute', 'columns': []},
        {
            'name': 'each', 'signal': 'activity', 'compares': '',
            'columns': ['topic', 'window_days', 'half_life_days'],
        },
        {
            'name': 'events', 'signal': 'activity', 'compares': 'count',
            'columns': ['topic', 'window_days'],
        },
        {
            'name': 'active_days', 'signal': 'activity', 'compares': 'count',
            'columns': ['topic', 'window_days'],
        },
        {
            'name': 'days_since_last', 'signal': 'activity', 'compares': 'age',
            'columns': ['topic', 'window_days'],
        },
    ]) }}
{%- endmacro %}
