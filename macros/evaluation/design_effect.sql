{#
    How many rows count as one piece of evidence for a rate (the design effect of Kish 1965), because the rows
    of one lead convert together: how many conversions the lead of a conversion has on average. Without
    conversions how many rows a lead has.
#}
{% macro design_effect(counts) -%}
    case
        when {{ counts }}.conversions > 0
            then
                cast({{ counts }}.squared_conversions as {{ type_double() }})
                / {{ counts }}.conversions
        else cast({{ counts }}.scored_rows as {{ type_double() }}) / nullif({{ counts }}.leads, 0)
    end
{%- endmacro %}
