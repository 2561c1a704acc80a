{#
    The attributes that the project works out itself: from which loaded attribute, and which values
    they can have: those of a column of a seed, and fixed ones. Without either any value is
    possible.
#}
{% macro derived_attributes() -%}
    {{ return([
        {
            'name': 'email_type', 'derived_from': 'email',
            'seed': 'email_domain_suffixes', 'column': 'email_type',
            'values': ['business', 'free', 'disposable', 'invalid'],
        },
        {'name': 'email_domain', 'derived_from': 'email'},
        {
            'name': 'seniority', 'derived_from': 'job_title',
            'seed': 'job_title_patterns', 'column': 'seniority',
        },
        {
            'name': 'department', 'derived_from': 'job_title',
            'seed': 'job_title_patterns', 'column': 'department',
        },
        {
            'name': 'company_size', 'derived_from': 'employee_count',
            'seed': 'company_size_bands', 'column': 'company_size',
        },
        {
            'name': 'country_code', 'derived_from': 'country',
            'seed': 'country_regions', 'column': 'country_code',
        },
        {
            'name': 'market_region', 'derived_from': 'country',
            'seed': 'country_regions', 'column': 'market_region',
        },
    ]) }}
{%- endmacro %}
