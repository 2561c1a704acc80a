{#
    The operators of rules and segments, in the order in which messages name them, and what stands
    in the column value: one value, a list, a number, a range, a text or nothing.
#}
{% macro operators() -%}
    {{ return([
        {'name': '=', 'takes': 'value'},
        {'name': '!=', 'takes': 'value'},
        {'name': 'in', 'takes': 'list'},
        {'name': 'not in', 'takes': 'list'},
        {'name': '>', 'takes': 'number'},
        {'name': '>=', 'takes': 'number'},
        {'name': '<', 'takes': 'number'},
        {'name': '<=', 'takes': 'number'},
        {'name': 'between', 'takes': 'range'},
        {'name': 'contains', 'takes': 'text'},
        {'name': 'starts with', 'takes': 'text'},
        {'name': 'is missing', 'takes': 'nothing'},
        {'name': 'is present', 'takes': 'nothing'},
    ]) }}
{%- endmacro %}
