{#
    CTEs that fit by how many log odds rows convert better or worse than their chances say, the last one named <name>. It
    has the keys, shift and weight; 1 / weight is the squared standard error of the shift if all rows are independent.

    name      what the result is called
    source    CTE with the keys, log_odds, scored_rows, conversions
    keys      columns that tell the shifts apart
    prior_sd  column of the CTE settings: standard deviation of the normal prior around zero

    The most likely shift by Newton's method, two CTEs for each step. Where a group is unlike all others a longer step
    than two log odds would overshoot.
#}
{% macro shift_fit(name, source, keys, prior_sd) -%}
    {%- set steps = 10 -%}
    {%- set prior_weight = '1 / power(settings.' ~ prior_sd ~ ', 2)' -%}
    {{ name }}_step_0 as (

        select distinct
            {{ keys | join(', ') }},
            cast(0 as {{ type_double() }}) as shift,
            cast(null as {{ type_double() }}) as weight
        from {{ source }}

    ),

    {% for step in range(1, steps + 1) %}
        {{ name }}_chances_{{ step }} as (

            select
                fitted.*,
                to_fit.scored_rows,
                to_fit.conversions,
                {{ logistic('to_fit.log_odds + fitted.shift') }} as chance
            from {{ source }} as to_fit
            inner join {{ name }}_step_{{ step - 1 }} as fitted
                on
                    {%- for key in keys %}
                        to_fit.{{ key }} = fitted.{{ key }}{{ ' and' if not loop.last }}
                    {%- endfor %}

        ),

        {{ name }}_step_{{ step }} as (

            select
                {%- for key in keys %}
                    shifted.{{ key }},
                {%- endfor %}
                shifted.shift + least(
                    greatest(
                        (
                            sum(shifted.conversions - shifted.scored_rows * shifted.chance)
                            - shifted.shift * {{ prior_weight }}
                        ) / (
                            sum(shifted.scored_rows * shifted.chance * (1 - shifted.chance))
                            + {{ prior_weight }}
                        ),
                        -2
                    ),
                    2
                ) as shift,
                sum(shifted.scored_rows * shifted.chance * (1 - shifted.chance))
                + {{ prior_weight }} as weight
            from {{ name }}_chances_{{ step }} as shifted
            cross join settings
            group by
                {%- for key in keys %}
                    shifted.{{ key }},
                {%- endfor %}
                shifted.shift,
                settings.{{ prior_sd }}

        ),
    {% endfor %}

    {{ name }} as (

        select
            {{ keys | join(', ') }},
            shift,
            weight
        from {{ name }}_step_{{ steps }}

    )
{%- endmacro %}
