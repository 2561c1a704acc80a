{# Rate with it against rate without it at the same stratum, from the columns of `mantel_haenszel_sums`. #}
{% macro mantel_haenszel_ratio() -%}
    ratio_above / nullif(ratio_below, 0)
{%- endmacro %}
