{# The chance that belongs to log odds. Beyond 35 it differs from 0 or 1 by less than a double can hold. #}
{% macro logistic(log_odds) -%}
    (1 / (1 + exp(-least(greatest({{ log_odds }}, -35), 35))))
{%- endmacro %}
