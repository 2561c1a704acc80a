{#
    Standard error of the logarithm of the ratio, from the columns of `mantel_haenszel_sums`; missing when one side has
    no conversion.
#}
{% macro mantel_haenszel_error() -%}
    sqrt(greatest(ratio_variation, 0) / nullif(ratio_above * ratio_below, 0))
{%- endmacro %}
