{#
    The lists of names that cells can be limited to: what one name of the list is called, and the
    names themselves or the column of the seed that defines them.
#}
{% macro name_lists() -%}
    {{ return({
        'role': {'label': 'a role', 'names': scorecard_roles()},
        'population': {'label': 'a population', 'names': populations()},
        'method': {'label': 'a method', 'names': scorecard_methods()},
        'measure': {'label': 'a measure', 'names': measures() | map(attribute='name') | list},
        'operator': {'label': 'an operator', 'names': operators() | map(attribute='name') | list},
        'bot_filter': {
            'label': 'a bot filter', 'names': bot_filter_settings() | map(attribute='name') | list,
        },
        'setting': {'label': 'a setting', 'names': evaluation_settings()},
        'treatment': {'label': 'a treatment', 'names': experiment_treatments()},
        'scorecard': {'label': 'a scorecard', 'seed': 'scorecards', 'column': 'scorecard_id'},
        'segment': {'label': 'a segment', 'seed': 'segments', 'column': 'segment_id'},
        'attribute': {
            'label': 'a lead attribute', 'seed': 'lead_attributes', 'column': 'attribute',
            'names': var('lead_attributes') | map('lower') | list,
        },
        'activity': {
            'label': 'an activity type, a channel or any_activity',
            'seed': 'activity_types', 'column': 'activity_type', 'names': ['any_activity'],
        },
    }) }}
{%- endmacro %}
