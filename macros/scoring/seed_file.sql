{# The file of a seed as a person finds it: below the folder that LEAD_SCORING_SEEDS names. #}
{% macro seed_file(seed_name) -%}
    {{ return(
        env_var('LEAD_SCORING_SEEDS', 'seeds').rstrip('/')
        ~ '/' ~ seed_contract()[seed_name].folder ~ '/' ~ seed_name ~ '.csv'
    ) }}
{%- endmacro %}
