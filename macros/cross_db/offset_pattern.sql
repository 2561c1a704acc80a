{# A regular expression for how far the clock of a timestamp is from UTC. #}
{% macro offset_pattern() -%}
    {{ return('(Z| UTC|[+-](0[0-9]|1[0-5])([0-5][0-9]|:[0-5][0-9](:[0-5][0-9])?)?)') }}
{%- endmacro %}
