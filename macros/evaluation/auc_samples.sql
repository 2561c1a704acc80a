{#
    CTEs that end in <name>, with the keys, replicate and auc: the AUC among the leads of each bootstrap sample.

    source   CTE of rows with the keys, lead_group, score and is_converted
    weights  CTE of bootstrap_weights

    Only scores with which somebody converted tell pairs apart: all scores between two of them are one step.
    That leaves few steps to rank in every sample, and the same AUC.
#}
{% macro auc_samples(name, source, weights, keys) -%}
    {{ name }}_series as (

        select
            *,
            dense_rank() over (order by {{ keys | join(', ') }}) as series
        from {{ source }}

    ),

    {{ name }}_scores as (

        select
            series,
            score,
            max(case when is_converted then 1 else 0 end) as has_conversion
        from {{ name }}_series
        group by series, score

    ),

    {{ name }}_steps as (

        select
            series,
            score,
            cast(
                2 * sum(has_conversion) over (
                    partition by series
                    order by score
                    rows between unbounded preceding and current row
                ) - has_conversion
                as integer
            ) as step
        from {{ name }}_scores

    ),

    {{ name }}_groups as (

        select
            cast({{ name }}_series.series as integer) as series,
            {{ name }}_steps.step as score,
            {{ name }}_series.lead_group,
            cast(count(*) as integer) as scored_rows,
            cast(count(case when {{ name }}_series.is_converted then 1 end) as integer) as conversions
        from {{ name }}_series
        inner join {{ name }}_steps
            on
                {{ name }}_series.series = {{ name }}_steps.series
                and {{ name }}_series.score = {{ name }}_steps.score
        group by {{ name }}_series.series, {{ name }}_steps.step, {{ name }}_series.lead_group

    ),

    {{ name }}_drawn as (

        select
            {{ name }}_groups.series,
            {{ weights }}.replicate,
            {{ name }}_groups.score,
            sum({{ weights }}.weight * {{ name }}_groups.scored_rows) as scored_rows,
            sum({{ weights }}.weight * {{ name }}_groups.conversions) as conversions
        from {{ name }}_groups
        inner join {{ weights }} on {{ name }}_groups.lead_group = {{ weights }}.lead_group
        group by {{ name }}_groups.series, {{ weights }}.replicate, {{ name }}_groups.score

    ),

    {{ auc(name ~ '_aucs', name ~ '_drawn', ['series', 'replicate']) | indent(4) }},

    {{ name }}_names as (

        select distinct
            series,
            {{ keys | join(', ') }}
        from {{ name }}_series

    ),

    {{ name }} as (

        select
            {%- for key in keys %}
                {{ name }}_names.{{ key }},
            {%- endfor %}
            {{ name }}_aucs.replicate,
            {{ name }}_aucs.auc
        from {{ name }}_aucs
        inner join {{ name }}_names on {{ name }}_aucs.series = {{ name }}_names.series

    )
{%- endmacro %}
