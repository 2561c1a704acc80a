{#
    A regular expression for a day of the calendar from the year 0 on, for engines that cannot be asked whether a cast
    would fail. In words: months of 31 and 30 days, a February of 28, and that of a leap year.
#}
{% macro day_pattern(separator='-', digit='0') -%}
    {%- set long_month = '(' ~ digit ~ '[13578]|1[02])' -%}
    {%- set short_month = '(' ~ digit ~ '[469]|11)' -%}
    {%- set february = digit ~ '2' -%}
    {%- set to_28 = digit ~ '[1-9]|1[0-9]|2[0-8]' -%}
    {%- set fours = '0[48]|[2468][048]|[13579][26]' -%}
    {{ return(
        '([0-9]{4,5}' ~ separator ~ '(' ~ (
            long_month ~ separator ~ '(' ~ to_28 ~ '|29|3[01])',
            short_month ~ separator ~ '(' ~ to_28 ~ '|29|30)',
            february ~ separator ~ '(' ~ to_28 ~ ')',
        ) | join('|') ~ ')'
        ~ '|([0-9]{2,3}(' ~ fours ~ ')|[0-9]?(00|' ~ fours ~ ')00)'
        ~ separator ~ february ~ separator ~ '29)'
    ) }}
{%- endmacro %}
