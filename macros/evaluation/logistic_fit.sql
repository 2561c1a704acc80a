{#
    CTEs that fit chance = 1 / (1 + exp(-(slope * x + intercept))) by maximum likelihood, the last one named <name>.
    It has the keys, slope, intercept and is_converged.

    name     what the result is called
    source   CTE with the keys, x (best with mean 0 and standard deviation 1), scored_rows, conversions
    keys     columns that tell the fits apart

    Newton's method, three CTEs for each step. `climb` is how steeply the likelihood rose along the last move.
    Where it now falls by more than half of that, the move went too far: part of it is taken back, to
    where a straight line through the two slopes says the top is.
#}
{% macro logistic_fit(name, source, keys) -%}
    {%- set steps = 20 -%}
    {%- set determinant = 'nullif(sum(weight * x * x) * sum(weight) - power(sum(weight * x), 2), 0)' -%}
    {{ name }}_step_0 as (

        select
            {{ keys | join(', ') }},
            cast(0 as {{ type_double() }}) as slope,
            -- The base rate as log odds; half a row keeps it finite.
            ln((sum(conversions) + 0.5) / (sum(scored_rows - conversions) + 0.5)) as intercept,
            cast(0 as {{ type_double() }}) as slope_move,
            cast(0 as {{ type_double() }}) as intercept_move,
            cast(0 as {{ type_double() }}) as climb,
            cast(1 as {{ type_double() }}) as last_step
        from {{ source }}
        group by {{ keys | join(', ') }}

    ),

    {% for step in range(1, steps + 1) %}
        {{ name }}_errors_{{ step }} as (

            select
                fitted.*,
                to_fit.x,
                to_fit.conversions - to_fit.scored_rows
                * {{ logistic('fitted.slope * to_fit.x + fitted.intercept') }} as error,
                to_fit.scored_rows
                * {{ logistic('fitted.slope * to_fit.x + fitted.intercept') }}
                * (1 - {{ logistic('fitted.slope * to_fit.x + fitted.intercept') }}) as weight
            from {{ source }} as to_fit
            inner join {{ name }}_step_{{ step - 1 }} as fitted
                on
                    {%- for key in keys %}
                        to_fit.{{ key }} = fitted.{{ key }}{{ ' and' if not loop.last }}
                    {%- endfor %}

        ),

        {{ name }}_sums_{{ step }} as (

            select
                {{ keys | join(', ') }},
                slope,
                intercept,
                slope_move,
                intercept_move,
                climb,
                sum(error * x) as slope_gradient,
                sum(error) as intercept_gradient,
                (sum(error * x) * sum(weight) - sum(error) * sum(weight * x))
                / {{ determinant }} as slope_newton,
                (sum(error) * sum(weight * x * x) - sum(error * x) * sum(weight * x))
                / {{ determinant }} as intercept_newton,
                climb > 0
                and sum(error * x) * slope_move + sum(error) * intercept_move < -climb / 2
                    as is_too_far,
                least(
                    greatest(
                        climb / nullif(
                            climb - sum(error * x) * slope_move - sum(error) * intercept_move, 0
                        ),
                        0.1
                    ),
                    0.9
                ) as kept_share
            from {{ name }}_errors_{{ step }}
            group by
                {{ keys | join(', ') }},
                slope,
                intercept,
                slope_move,
                intercept_move,
                climb

        ),

        {{ name }}_step_{{ step }} as (

            -- Without a determinant there is nothing to fit.
            select
                {{ keys | join(', ') }},
                slope + case
                    when is_too_far then (kept_share - 1) * slope_move
                    else coalesce(slope_newton, 0)
                end as slope,
                intercept + case
                    when is_too_far then (kept_share - 1) * intercept_move
                    else coalesce(intercept_newton, 0)
                end as intercept,
                case when is_too_far then kept_share * slope_move else slope_newton end
                    as slope_move,
                case when is_too_far then kept_share * intercept_move else intercept_newton end
                    as intercept_move,
                case
                    when is_too_far then kept_share * climb
                    else slope_gradient * slope_newton + intercept_gradient * intercept_newton
                end as climb,
                abs(slope_newton) + abs(intercept_newton) as last_step
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
