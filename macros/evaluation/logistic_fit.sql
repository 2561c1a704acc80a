{#
    CTEs that fit chance = 1 / (1 + exp(-(slope * x + intercept))) by maximum likelihood: Newton's method,
    a CTE for each step, the last one named <name>. It has the keys, slope, intercept and is_converged.

    name     what the result is called
    source   CTE with the keys, x (best with mean 0 and standard deviation 1), scored_rows, conversions
    keys     columns that tell the fits apart
#}
{% macro logistic_fit(name, source, keys) -%}
    {%- set steps = 15 -%}
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
                fitted.*,
                rows_to_fit.x,
                rows_to_fit.conversions - rows_to_fit.scored_rows
                * {{ logistic('fitted.slope * rows_to_fit.x + fitted.intercept') }} as error,
                rows_to_fit.scored_rows
                * {{ logistic('fitted.slope * rows_to_fit.x + fitted.intercept') }}
                * (1 - {{ logistic('fitted.slope * rows_to_fit.x + fitted.intercept') }}) as weight
            from {{ source }} as rows_to_fit
            inner join {{ before }} as fitted
                on
                    {%- for key in keys %}
                        rows_to_fit.{{ key }} = fitted.{{ key }}{{ ' and' if not loop.last }}
                    {%- endfor %}

        ),

        {{ name }}_sums_{{ step }} as (

            select
                {{ keys | join(', ') }},
                slope,
                intercept,
                sum(error * x) as gradient_1,
                sum(error) as gradient_0,
                sum(weight * x * x) as weight_11,
                sum(weight * x) as weight_10,
                sum(weight) as weight_00,
                nullif(
                    sum(weight * x * x) * sum(weight) - sum(weight * x) * sum(weight * x), 0
                ) as determinant
            from {{ name }}_chances_{{ step }}
            group by {{ keys | join(', ') }}, slope, intercept

        ),

        {{ name }}_step_{{ step }} as (

            -- A step of more than 2 would overshoot. Without a determinant there is nothing to fit.
            select
                {{ keys | join(', ') }},
                slope + least(greatest(
                    coalesce((gradient_1 * weight_00 - gradient_0 * weight_10) / determinant, 0),
                    -2
                ), 2) as slope,
                intercept + least(greatest(
                    coalesce((gradient_0 * weight_11 - gradient_1 * weight_10) / determinant, 0),
                    -2
                ), 2) as intercept,
                greatest(
                    abs((gradient_1 * weight_00 - gradient_0 * weight_10) / determinant),
                    abs((gradient_0 * weight_11 - gradient_1 * weight_10) / determinant)
                ) as last_step
            from {{ name }}_sums_{{ step }}

        ),
    {% endfor %}

    {{ name }} as (

        -- Scores that part converted from not converted without a mistake have no finite slope.
        select
            {{ keys | join(', ') }},
            slope,
            intercept,
            coalesce(last_step < 0.00000001, false) as is_converged
        from {{ name }}_step_{{ steps }}

    )
{%- endmacro %}
