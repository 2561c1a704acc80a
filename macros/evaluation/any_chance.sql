{#
    Chance that at least one of the rows of a group comes true, when they do so independently (noisy-or). Logarithms are
    added as decimals, so that the sum is the same in any order.
#}
{% macro any_chance(chance) -%}
    case
        when max({{ chance }}) >= 1 then 1
        else
            1 - exp(
                cast(
                    sum(
                        cast(
                            ln(
                                cast(
                                    case when {{ chance }} < 1 then 1 - {{ chance }} end
                                    as {{ type_double() }}
                                )
                            ) as {{ contract_type('decimal(18, 12)') }}
                        )
                    ) as {{ type_double() }}
                )
            )
    end
{%- endmacro %}
