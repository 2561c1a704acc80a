{#
    CTEs that end in <name>, with the keys and auc: the share of pairs of a converted and another row that the
    score puts in the right order, ties counting half. It is missing when one of the two kinds is.

    source   CTE with one row per keys and score: scored_rows, conversions (counts or weights)
#}
{% macro auc(name, source, keys) -%}
    {{ name }}_ranked as (

        select
            *,
            coalesce(
                sum(scored_rows - conversions) over (
                    partition by {{ keys | join(', ') }}
                    order by score
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as lower_others
        from {{ source }}

    ),

    {{ name }} as (

        select
            {{ keys | join(', ') }},
            sum(
                conversions
                * (lower_others + cast(scored_rows - conversions as {{ type_double() }}) / 2)
            ) / nullif(
                cast(sum(conversions) as {{ type_double() }}) * sum(scored_rows - conversions), 0
            ) as auc
        from {{ name }}_ranked
        group by {{ keys | join(', ') }}

    )
{%- endmacro %}
