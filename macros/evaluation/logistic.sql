{#
    The chance that belongs to log odds; missing without any. Beyond 35 it differs from 0 or 1 by less than a double
    can hold.
#}
{% macro logistic(log_odds) -%}
    case
        when ({{ log_odds }}) is not null
            then 1 / (1 + exp(-least(greatest({{ log_odds }}, -35), 35)))
    end
{%- endmacro %}
