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
        'candidate': {'label': 'a candidate', 'names': ['window_days', 'half_life_days']},
        'calibration': {'label': 'a calibration', 'names': ['left_aside', 'cross_fit']},
        'treatment': {'label': 'a treatment', 'names': experiment_treatments()},
        'activity_role': {'label': 'a role of an activity', 'names': activity_roles()},
        'marketing_setting': {'label': 'a setting', 'names': marketing_settings()},
        'nurture_exit': {'label': 'a way to leave a track', 'names': ['mql', 'with_sales']},
        'cost_carrier': {'label': 'what a cost is for', 'names': ['lead_source', 'campaign']},
        'band': {'label': 'a band', 'seed': 'score_bands', 'column': 'band'},
        'department': {
            'label': 'a department', 'seed': 'job_title_patterns', 'column': 'department',
        },
        'seniority': {
            'label': 'a seniority', 'seed': 'job_title_patterns', 'column': 'seniority',
        },
        'scorecard': {'label': 'a scorecard', 'seed': 'scorecards', 'column': 'scorecard_id'},
        'segment': {'label': 'a segment', 'seed': 'segments', 'column': 'segment_id'},
        'market_region': {
            'label': 'a market region', 'seed': 'country_regions', 'column': 'market_region',
        },
        'team': {'label': 'a team', 'seed': 'sales_reps', 'column': 'team'},
        'attribute': {
            'label': 'a lead attribute', 'seed': 'lead_attributes', 'column': 'attribute',
            'names': custom_lead_attributes(),
        },
        'activity_type': {
            'label': 'an activity type', 'seed': 'activity_types', 'column': 'activity_type',
        },
        'activity': {
            'label': 'an activity type, a channel or any_activity',
            'seed': 'activity_types', 'column': 'activity_type', 'names': ['any_activity'],
        },
    }) }}
{%- endmacro %}
