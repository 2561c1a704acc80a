{#
    CTEs that fit chance = 1 / (1 + exp(-(slope * x + intercept))) by maximum likelihood: Newton's method,
    a CTE for each step, the last one named <name>. It has the keys, slope, intercept and is_converged.

    name     what the result is called
    source   CTE with the keys, x (best with mean 0 and standard deviation 1), scored_rows, conversions
    keys     columns that tell the fits apart
#}
{% macro logistic_fit(name, source, keys) -%}
    {%- set steps = 25 -%}
    {{ name }}_step_0 as (

        select
            {{ keys | join(', ') }},
            cast(0 as {{ type_double() }}) as slope,
            -- The base rate as log odds; half a row keeps it finite.
            ln((sum(conversions) + 0.5) / (sum(scored_rows - conversions) + 0.5)) as intercept,
            cast(1 as {{ type_double() }}) as last_step
        from {{ source }}
        group by {{ keys | join(', ') }}

    ),

    {% for step in range(1, steps + 1) %}
        {%- set before = name ~ '_step_' ~ (step - 1) %}
        {{ name }}_chances_{{ step }} as (

            select
                {%- for key in keys %}
                    {{ source }}.{{ key }},
                {%- endfor %}
                {{ source }}.x,
                {{ source }}.scored_rows,
                {{ source }}.conversions,
                {{ before }}.slope,
                {{ before }}.intercept,
                {{ logistic(before ~ '.slope * ' ~ source ~ '.x + ' ~ before ~ '.intercept') }} as chance
            from {{ source }}
            inner join {{ before }}
                on
                    {%- for key in keys %}
                        {{ source }}.{{ key }} = {{ before }}.{{ key }}
                        {{- ' and' if not loop.last }}
                    {%- endfor %}

        ),

        {{ name }}_sums_{{ step }} as (

            select
                {{ keys | join(', ') }},
                slope,
                intercept,
                sum((conversions - scored_rows * chance) * x) as slope_gradient,
                sum(conversions - scored_rows * chance) as intercept_gradient,
                sum(scored_rows * chance * (1 - chance) * x * x) as slope_weight,
                sum(scored_rows * chance * (1 - chance) * x) as cross_weight,
                sum(scored_rows * chance * (1 - chance)) as intercept_weight
            from {{ name }}_chances_{{ step }}
            group by {{ keys | join(', ') }}, slope, intercept

        ),

        {{ name }}_moves_{{ step }} as (

            select
                *,
                coalesce(
                    (slope_gradient * intercept_weight - intercept_gradient * cross_weight)
                    / nullif(slope_weight * intercept_weight - cross_weight * cross_weight, 0),
                    0
                ) as slope_move,
                coalesce(
                    (intercept_gradient * slope_weight - slope_gradient * cross_weight)
                    / nullif(slope_weight * intercept_weight - cross_weight * cross_weight, 0),
                    intercept_gradient / nullif(intercept_weight, 0),
                    0
                ) as intercept_move
            from {{ name }}_sums_{{ step }}

        ),

        {{ name }}_step_{{ step }} as (

            -- A step of more than 2 would overshoot.
            select
                {{ keys | join(', ') }},
                slope + least(greatest(slope_move, -2), 2) as slope,
                intercept + least(greatest(intercept_move, -2), 2) as intercept,
                greatest(abs(slope_move), abs(intercept_move)) as last_step
            from {{ name }}_moves_{{ step }}

        ),
    {% endfor %}

    {{ name }} as (

        -- Scores that part converted from not converted without a mistake have no finite slope.
        select
            {{ keys | join(', ') }},
            slope,
            intercept,
            last_step < 0.00000001 as is_converged
        from {{ name }}_step_{{ steps }}

    )
{%- endmacro %}
