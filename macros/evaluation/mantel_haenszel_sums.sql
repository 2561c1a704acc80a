{#
    Sums over strata from which the ratio of two conversion rates at the same stratum, its standard error and a test are
    made: Mantel and Haenszel 1959 (test), Greenland and Robins 1985 (variance of the ratio). Arguments are columns
    of type double.
#}
{% macro mantel_haenszel_sums(leads, conversions, other_leads, other_conversions) -%}
    {%- set all_leads = '(' ~ leads ~ ' + ' ~ other_leads ~ ')' -%}
    {%- set all_conversions = '(' ~ conversions ~ ' + ' ~ other_conversions ~ ')' -%}
    sum({{ conversions }} * {{ other_leads }} / {{ all_leads }}) as ratio_above,
    sum({{ other_conversions }} * {{ leads }} / {{ all_leads }}) as ratio_below,
    sum(
        (
            {{ all_conversions }} * {{ leads }} * {{ other_leads }}
            - {{ conversions }} * {{ other_conversions }} * {{ all_leads }}
        ) / ({{ all_leads }} * {{ all_leads }})
    ) as ratio_variation,
    sum({{ conversions }} - {{ leads }} * {{ all_conversions }} / {{ all_leads }}) as surplus,
    sum(
        {{ leads }} * {{ other_leads }} * {{ all_conversions }}
        * ({{ all_leads }} - {{ all_conversions }})
        / nullif({{ all_leads }} * {{ all_leads }} * ({{ all_leads }} - 1), 0)
    ) as surplus_variance
{%- endmacro %}
