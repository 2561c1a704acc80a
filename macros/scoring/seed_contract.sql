{#
    What each seed has to look like; the one list behind the checks of columns and cells.

    folder   below the seeds folder
    key      columns in which no two rows may agree; `key_name` shares a key between seeds,
             `repeated` is how bad a repetition is (error unless told)
    columns  in the order of the file:
        type      text    as written, upper and lower case differ (default)
                  word    upper and lower case are the same
                  flag    true or false
                  points  exact number: at most 2 decimals
                  cap     points, not negative
                  days    whole number from 1
                  days_or_none  whole number of days from 0
                  count   whole number from 0
                  positive  number above 0
                  amount    number from 0
                  share     number above 0 and at most 1, at most 6 decimals
                  date      day written year-month-day
                  month     first day of a month, written year-month-day
        needed    how bad an empty cell is: error or warning; optional unless told
        hint      what to write into an empty cell
        one_of    the list of names (see name_lists) that the cell has to be in
        list_of   the same for each item of a cell written a|b|c
#}
{% macro seed_contract() -%}
    {%- set rule_columns = {
        'scorecard_id': {'needed': 'error', 'one_of': 'scorecard', 'hint': 'a scorecard'},
        'rule_id': {'needed': 'error', 'hint': 'a name such as visited_pricing'},
        'dimension': {'type': 'word', 'needed': 'error', 'hint': 'a name such as fit'},
        'signal': {'type': 'word', 'needed': 'error', 'hint': 'an attribute or an activity type'},
        'measure': {'type': 'word', 'needed': 'error', 'one_of': 'measure'},
        'topic': {'type': 'word'},
        'window_days': {'type': 'days'},
        'operator': {'type': 'word', 'one_of': 'operator'},
        'value': {},
        'points': {'type': 'points', 'needed': 'error', 'hint': 'a number such as 10'},
        'half_life_days': {'type': 'positive'},
        'max_points': {'type': 'cap'},
        'segment_id': {'one_of': 'segment'},
        'reason': {
            'needed': 'error', 'hint': 'what the rep reads, such as Visited the pricing page',
        },
        'rationale': {'needed': 'warning', 'hint': 'why the points are what they are'},
    } -%}
    {{ return({
        'scorecards': {
            'folder': 'scorecards',
            'key': ['scorecard_id'],
            'columns': {
                'scorecard_id': {'needed': 'error', 'hint': 'a name such as b2b_saas_v1'},
                'role': {'type': 'word', 'needed': 'error', 'one_of': 'role'},
                'population': {'type': 'word', 'needed': 'error', 'one_of': 'population'},
                'segment_id': {'one_of': 'segment'},
                'method': {'type': 'word', 'needed': 'error', 'one_of': 'method'},
                'base_points': {
                    'type': 'points', 'needed': 'error', 'hint': 'a number such as 0',
                },
                'min_score': {'type': 'points'},
                'max_score': {'type': 'points'},
                'mql_score': {
                    'type': 'points', 'needed': 'warning',
                    'hint': 'a number such as 50, or no lead will ever be ready for sales',
                },
                'description': {},
            },
        },
        'score_dimensions': {
            'folder': 'scorecards',
            'key': ['scorecard_id', 'dimension'],
            'columns': {
                'scorecard_id': {'needed': 'error', 'one_of': 'scorecard', 'hint': 'a scorecard'},
                'dimension': {'type': 'word', 'needed': 'error', 'hint': 'a name such as fit'},
                'min_points': {'type': 'points'},
                'max_points': {'type': 'points'},
            },
        },
        'score_rules': {
            'folder': 'scorecards',
            'key': ['scorecard_id', 'rule_id'],
            'key_name': 'rules',
            'columns': rule_columns,
        },
        'score_rules_fitted': {
            'folder': 'scorecards',
            'key': ['scorecard_id', 'rule_id'],
            'key_name': 'rules',
            'columns': rule_columns,
        },
        'score_bands': {
            'folder': 'scorecards',
            'key': ['scorecard_id', 'dimension', 'band'],
            'columns': {
                'scorecard_id': {'needed': 'error', 'one_of': 'scorecard', 'hint': 'a scorecard'},
                'dimension': {
                    'type': 'word', 'needed': 'error', 'hint': 'total or a dimension',
                },
                'band': {'needed': 'error', 'hint': 'a name such as hot'},
                'min_points': {'type': 'points'},
            },
        },
        'priority_grid': {
            'folder': 'scorecards',
            'key': ['scorecard_id', 'fit_band', 'engagement_band'],
            'columns': {
                'scorecard_id': {'needed': 'error', 'one_of': 'scorecard', 'hint': 'a scorecard'},
                'fit_band': {'needed': 'error', 'hint': 'a band such as A'},
                'engagement_band': {'needed': 'error', 'hint': 'a band such as 1'},
                'priority': {'needed': 'error', 'hint': 'a priority such as p1'},
                'sla_hours': {'type': 'positive'},
                'next_step': {},
            },
        },
        'segments': {
            'folder': 'scorecards',
            'key': ['segment_id', 'attribute', 'operator', 'value'],
            'repeated': 'warning',
            'columns': {
                'segment_id': {'needed': 'error', 'hint': 'a name such as enterprise'},
                'attribute': {
                    'type': 'word', 'needed': 'error', 'one_of': 'attribute',
                    'hint': 'a lead attribute',
                },
                'operator': {'type': 'word', 'needed': 'error', 'one_of': 'operator'},
                'value': {},
            },
        },
        'activity_types': {
            'folder': 'scorecards',
            'key': ['activity_type'],
            'columns': {
                'activity_type': {
                    'type': 'word', 'needed': 'error', 'hint': 'a name such as page_view',
                },
                'channel': {'type': 'word', 'needed': 'error', 'hint': 'a name such as web'},
                'is_bot_suspect': {'type': 'flag'},
                'description': {},
            },
        },
        'lead_attributes': {
            'folder': 'reference',
            'key': ['attribute'],
            'columns': {
                'attribute': {
                    'type': 'word', 'needed': 'error', 'hint': 'a name such as industry',
                },
                'derived_from': {'type': 'word'},
                'description': {},
            },
        },
        'job_title_patterns': {
            'folder': 'reference',
            'key': ['pattern'],
            'columns': {
                'pattern': {
                    'type': 'word', 'needed': 'error', 'hint': 'words such as vice president',
                },
                'seniority': {'type': 'word'},
                'department': {'type': 'word'},
                'priority': {
                    'type': 'count', 'needed': 'error', 'hint': 'a whole number such as 50',
                },
                'language': {'type': 'word'},
            },
        },
        'free_email_domains': {
            'folder': 'reference',
            'key': ['domain'],
            'columns': {
                'domain': {
                    'type': 'word', 'needed': 'error', 'hint': 'a domain such as gmail.com',
                },
                'ignores_dots': {'type': 'flag'},
            },
        },
        'disposable_email_domains': {
            'folder': 'reference',
            'key': ['domain'],
            'columns': {
                'domain': {
                    'type': 'word', 'needed': 'error', 'hint': 'a domain such as mailinator.com',
                },
            },
        },
        'email_domain_suffixes': {
            'folder': 'reference',
            'key': ['suffix'],
            'columns': {
                'suffix': {'type': 'word', 'needed': 'error', 'hint': 'a suffix such as ac.uk'},
                'email_type': {
                    'type': 'word', 'needed': 'error', 'hint': 'a type such as student',
                },
                'note': {},
            },
        },
        'company_size_bands': {
            'folder': 'reference',
            'key': ['company_size'],
            'columns': {
                'company_size': {
                    'type': 'word', 'needed': 'error', 'hint': 'a name such as enterprise',
                },
                'min_employees': {'type': 'count'},
                'max_employees': {'type': 'count'},
            },
        },
        'country_regions': {
            'folder': 'reference',
            'key': ['country_name'],
            'columns': {
                'country_name': {'type': 'word', 'needed': 'error', 'hint': 'a country'},
                'country_code': {'needed': 'error', 'hint': 'a code such as DE'},
                'market_region': {
                    'type': 'word', 'needed': 'error', 'hint': 'a region such as dach',
                },
            },
        },
        'bot_filters': {
            'folder': 'reference',
            'key': ['bot_filter', 'value'],
            'columns': {
                'bot_filter': {'type': 'word', 'needed': 'error', 'one_of': 'bot_filter'},
                'value': {'type': 'word', 'needed': 'error', 'hint': 'the value of the setting'},
                'description': {},
            },
        },
        'evaluation_settings': {
            'folder': 'reference',
            'key': ['setting'],
            'columns': {
                'setting': {'type': 'word', 'needed': 'error', 'one_of': 'setting'},
                'value': {
                    'type': 'positive', 'needed': 'error', 'hint': 'a number such as 10',
                },
                'description': {},
            },
        },
        'learning_exclusions': {
            'folder': 'reference',
            'key': ['signal'],
            'columns': {
                'signal': {
                    'type': 'word', 'needed': 'error', 'hint': 'an attribute or an activity type',
                },
                'reason': {'needed': 'warning', 'hint': 'why nothing is learned from it'},
            },
        },
        'fit_candidates': {
            'folder': 'reference',
            'key': ['candidate', 'days'],
            'columns': {
                'candidate': {'type': 'word', 'needed': 'error', 'one_of': 'candidate'},
                'days': {'type': 'days'},
                'description': {},
            },
        },
        'fit_bands': {
            'folder': 'reference',
            'key': ['dimension', 'band'],
            'columns': {
                'dimension': {
                    'type': 'word', 'needed': 'error', 'hint': 'total or a dimension',
                },
                'band': {'needed': 'error', 'hint': 'a name such as hot'},
                'min_odds_ratio': {'type': 'positive'},
                'description': {},
            },
        },
        'fitted_scorecards': {
            'folder': 'reference',
            'key': ['scorecard_id'],
            'columns': {
                'scorecard_id': {'needed': 'error', 'one_of': 'scorecard', 'hint': 'a scorecard'},
                'calibration': {'type': 'word', 'needed': 'error', 'one_of': 'calibration'},
                'anchor_score': {
                    'type': 'points', 'needed': 'error', 'hint': 'a number such as 100',
                },
                'points_to_double_odds': {
                    'type': 'positive', 'needed': 'error', 'hint': 'a number such as 20',
                },
            },
        },
        'experiments': {
            'folder': 'operations',
            'key': ['experiment_id', 'arm'],
            'columns': {
                'experiment_id': {'needed': 'error', 'hint': 'a name such as rival_scorecard'},
                'salt': {
                    'needed': 'error', 'hint': 'any text that no other experiment has',
                },
                'starts_on': {
                    'type': 'date', 'needed': 'error', 'hint': 'a day such as 2026-03-01',
                },
                'ends_on': {'type': 'date'},
                'arm': {'needed': 'error', 'hint': 'a name such as challenger'},
                'share': {'type': 'share', 'needed': 'error', 'hint': 'a share such as 0.5'},
                'treatment': {'type': 'word', 'needed': 'error', 'one_of': 'treatment'},
                'scorecard_id': {'one_of': 'scorecard'},
                'is_control': {'type': 'flag'},
                'description': {},
            },
        },
        'activity_roles': {
            'folder': 'operations',
            'key': ['activity_type', 'role'],
            'columns': {
                'activity_type': {
                    'type': 'word', 'needed': 'error', 'one_of': 'activity_type',
                    'hint': 'an activity type',
                },
                'role': {'type': 'word', 'needed': 'error', 'one_of': 'activity_role'},
                'description': {},
            },
        },
        'mql_rules': {
            'folder': 'operations',
            'key': ['scorecard_id'],
            'columns': {
                'scorecard_id': {'one_of': 'scorecard'},
                'exit_margin_points': {'type': 'cap'},
                'recycle_after_days': {'type': 'days'},
                'work_days': {'type': 'days'},
                'description': {},
            },
        },
        'rejection_reasons': {
            'folder': 'operations',
            'key': ['reason'],
            'columns': {
                'reason': {'type': 'word'},
                'cool_down_days': {'type': 'days'},
                'description': {},
            },
        },
        'sales_reps': {
            'folder': 'operations',
            'key': ['owner_id'],
            'columns': {
                'owner_id': {'needed': 'error', 'hint': 'the owner_id of the leads'},
                'name': {},
                'team': {'needed': 'error', 'hint': 'a name such as europe'},
                'daily_capacity': {
                    'type': 'count', 'needed': 'error', 'hint': 'a whole number such as 8',
                },
                'weight': {'type': 'positive', 'needed': 'error', 'hint': 'a number such as 1'},
                'is_active': {'type': 'flag', 'needed': 'error', 'hint': 'true or false'},
            },
        },
        'routing_rules': {
            'folder': 'operations',
            'key': ['rule_order'],
            'columns': {
                'rule_order': {
                    'type': 'count', 'needed': 'error', 'hint': 'a whole number such as 10',
                },
                'segment_id': {'one_of': 'segment'},
                'market_region': {'type': 'word', 'one_of': 'market_region'},
                'team': {'needed': 'error', 'one_of': 'team', 'hint': 'a team'},
                'description': {},
            },
        },
        'interest_rules': {
            'folder': 'operations',
            'key': ['rule_id'],
            'columns': {
                'rule_id': {'needed': 'error', 'hint': 'a name such as looked_at_product'},
                'signal': {
                    'type': 'word', 'needed': 'error', 'one_of': 'activity',
                    'hint': 'an activity type',
                },
                'topic': {'type': 'word'},
                'window_days': {'type': 'days'},
                'points': {'type': 'points', 'needed': 'error', 'hint': 'a number such as 3'},
                'half_life_days': {'type': 'positive'},
                'max_points': {'type': 'cap'},
                'reason': {
                    'needed': 'error', 'hint': 'what people read, such as Read the blog about it',
                },
            },
        },
        'campaign_topics': {
            'folder': 'operations',
            'key': ['campaign_prefix'],
            'columns': {
                'campaign_prefix': {
                    'type': 'word', 'needed': 'error', 'hint': 'how its campaigns begin',
                },
                'topic': {'type': 'word', 'needed': 'error', 'hint': 'a topic'},
                'description': {},
            },
        },
        'topic_campaigns': {
            'folder': 'operations',
            'key': ['campaign_id'],
            'columns': {
                'campaign_id': {'needed': 'error', 'hint': 'a name such as spring_launch'},
                'topic': {'type': 'word', 'needed': 'error', 'hint': 'a topic'},
                'min_interest': {
                    'type': 'amount', 'needed': 'error', 'hint': 'a number such as 5',
                },
                'signals': {'type': 'word', 'list_of': 'activity'},
                'window_days': {'type': 'days'},
                'population': {'type': 'word', 'needed': 'error', 'one_of': 'population'},
                'segment_id': {'one_of': 'segment'},
                'description': {},
            },
        },
        'nurture_tracks': {
            'folder': 'operations',
            'key': ['track_id'],
            'columns': {
                'track_id': {'needed': 'error', 'hint': 'a name such as trial_help'},
                'track_order': {
                    'type': 'count', 'needed': 'error', 'hint': 'a whole number such as 10',
                },
                'population': {'type': 'word', 'needed': 'error', 'one_of': 'population'},
                'segment_id': {'one_of': 'segment'},
                'bands': {'list_of': 'band'},
                'topic': {'type': 'word'},
                'min_interest': {'type': 'amount'},
                'leave_on': {'type': 'word', 'list_of': 'nurture_exit'},
                'max_days': {'type': 'days', 'needed': 'error', 'hint': 'a number such as 60'},
                'cool_down_days': {
                    'type': 'days_or_none', 'needed': 'error', 'hint': 'a number such as 30',
                },
                'description': {},
            },
        },
        'buying_roles': {
            'folder': 'operations',
            'key': ['role'],
            'columns': {
                'role': {'needed': 'error', 'hint': 'a name such as decides'},
                'departments': {'type': 'word', 'list_of': 'department'},
                'seniorities': {'type': 'word', 'list_of': 'seniority'},
                'weight': {'type': 'positive', 'needed': 'error', 'hint': 'a number such as 1'},
                'description': {},
            },
        },
        'account_bands': {
            'folder': 'operations',
            'key': ['band'],
            'columns': {
                'band': {'needed': 'error', 'hint': 'a name such as target'},
                'min_chance': {'type': 'share'},
                'min_coverage': {'type': 'share'},
                'description': {},
            },
        },
        'campaign_costs': {
            'folder': 'operations',
            'key': ['cost_of', 'name', 'month'],
            'columns': {
                'cost_of': {'type': 'word', 'needed': 'error', 'one_of': 'cost_carrier'},
                'name': {'type': 'word', 'needed': 'error', 'hint': 'a lead source or campaign'},
                'month': {
                    'type': 'month', 'needed': 'error', 'hint': 'its first day, such as 2026-03-01',
                },
                'cost': {'type': 'amount', 'needed': 'error', 'hint': 'a number such as 5000'},
                'description': {},
            },
        },
        'marketing_settings': {
            'folder': 'operations',
            'key': ['setting'],
            'columns': {
                'setting': {
                    'type': 'word', 'needed': 'error', 'one_of': 'marketing_setting',
                },
                'value': {
                    'type': 'positive', 'needed': 'error', 'hint': 'a number such as 10',
                },
                'description': {},
            },
        },
    }) }}
{%- endmacro %}
