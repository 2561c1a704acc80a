{#
    Columns reason_1 to reason_3: the sentences of the rules with the most points above 0, from rows with reason,
    points, event_count, last_event_date and strength, their place counted from 1.
#}
{% macro strongest_event_reasons() -%}
    {%- for number in range(1, 4) -%}
        max(
            case
                when strength = {{ number }} and points > 0
                    then {{ dated_reason('reason', 'event_count', 'last_event_date') }}
            end
        ) as reason_{{ number }}
        {{- ',' if not loop.last }}
        {% endfor -%}
{%- endmacro %}
