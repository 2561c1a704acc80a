{#
    How alike two names are, from 0 to 1: the share of pairs of neighbouring letters they have in
    common.
#}
{% macro text_likeness(text_a, text_b) -%}
    {%- set pairs_a = [] -%}
    {%- for letter in ' ' ~ text_a -%}
        {%- do pairs_a.append(letter ~ (text_a ~ ' ')[loop.index0]) -%}
    {%- endfor -%}
    {%- set pairs_b = [] -%}
    {%- for letter in ' ' ~ text_b -%}
        {%- do pairs_b.append(letter ~ (text_b ~ ' ')[loop.index0]) -%}
    {%- endfor -%}
    {%- set shared = pairs_a | select('in', pairs_b) | list | length -%}
    {{ return(2 * shared / (pairs_a | length + pairs_b | length)) }}
{%- endmacro %}
