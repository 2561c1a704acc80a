{#
    How the leads of an arm of an experiment can be worked: all treatments, or those that take a
    scorecard, or those that take none.
#}
{% macro experiment_treatments(takes_scorecard=none) -%}
    {%- set treatments = {'scorecard': true, 'hold_out': false, 'exploration': true} -%}
    {%- if takes_scorecard is none -%}
        {{ return(treatments.keys() | list) }}
    {%- endif -%}
    {%- set names = [] -%}
    {%- for name, takes in treatments.items() if takes == takes_scorecard -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
