{#
    Standard errors by which conversions with it exceed what rates of the strata expect (Cochran, Mantel, Haenszel,
    without continuity correction), from the columns of `mantel_haenszel_sums`; missing when nothing can differ.
#}
{% macro mantel_haenszel_z() -%}
    surplus / nullif(sqrt(surplus_variance), 0)
{%- endmacro %}
