{#
    Lower (`side` is -) or upper (+) end of the Wilson interval of a rate (Wilson 1927); missing without rows.
    Rounding must not push it out of 0 to 1.
#}
{% macro wilson_bound(successes, trials, z, side) -%}
    {%- set n = 'nullif(cast(' ~ trials ~ ' as ' ~ type_double() ~ '), 0)' -%}
    {%- set p = '(' ~ successes ~ ' / ' ~ n ~ ')' -%}
    least(
        greatest(
            (
                {{ p }} + {{ z }} * {{ z }} / (2 * {{ n }})
                {{ side }} {{ z }} * sqrt(
                    greatest({{ p }} * (1 - {{ p }}), 0) / {{ n }}
                    + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }})
                )
            ) / (1 + {{ z }} * {{ z }} / {{ n }}),
            0 * {{ n }}
        ),
        1 + 0 * {{ n }}
    )
{%- endmacro %}
