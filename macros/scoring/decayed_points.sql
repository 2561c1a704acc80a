{#
    Points of one event that many days later, rounded to 10 decimals: decimals, unlike floats, add up
    to the same sum in any order.
#}
{% macro decayed_points(points, age_days, half_life_days) -%}
    cast(
        case
            when {{ half_life_days }} is null then {{ points }}
            else
                {{ points }}
                * power(cast(0.5 as {{ type_double() }}), {{ age_days }} / {{ half_life_days }})
        end as {{ contract_type('decimal(18, 10)') }}
    )
{%- endmacro %}
