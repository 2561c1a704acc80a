{#
    A regular expression for a timestamp that can be read without a guess: a day, with or without a time, the time with or
    without an offset.
#}
{% macro timestamp_pattern() -%}
    {%- set time = '([ T] *(([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]*)?)?|24:00(:00([.]0*)?)?)' -%}
    {%- set day = '(' ~ day_pattern('-', '0?') ~ '|' ~ day_pattern('/', '0?') ~ ')' -%}
    {{ return(' *' ~ day ~ time ~ offset_pattern() ~ '?)? *') }}
{%- endmacro %}
