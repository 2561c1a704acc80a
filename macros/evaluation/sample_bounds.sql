{#
    Both ends of the interval that most bootstrap samples lie in, as <column>_low and <column>_high.

    samples  CTE with the column, sample_position, counted from the lowest (1) and sample_count; beside it `settings`
#}
{% macro sample_bounds(samples, column) -%}
    min(
        case
            when {{ samples }}.sample_position > {{ samples }}.sample_count * settings.interval_tail_share
                then {{ samples }}.{{ column }}
        end
    ) as {{ column }}_low,
    max(
        case
            when
                {{ samples }}.sample_count + 1 - {{ samples }}.sample_position
                > {{ samples }}.sample_count * settings.interval_tail_share
                then {{ samples }}.{{ column }}
        end
    ) as {{ column }}_high
{%- endmacro %}
