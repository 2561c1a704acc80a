{#
    What one part of a distribution adds to its population stability index, from its share of the rows now and then,
    neither of which is 0.
#}
{% macro psi_term(share, reference_share) -%}
    ({{ share }} - {{ reference_share }}) * ln({{ share }} / {{ reference_share }})
{%- endmacro %}
