{#
    How many rows of one lead are one piece of evidence for a rate: the rows that a converted lead has on
    average, because a lead's days convert together; without conversions the rows of any lead.
#}
{% macro rows_per_lead(counts) -%}
    case
        when {{ counts }}.conversions > 0
            then cast({{ counts }}.conversions as {{ type_double() }}) / {{ counts }}.converted_leads
        else cast({{ counts }}.scored_rows as {{ type_double() }}) / nullif({{ counts }}.leads, 0)
    end
{%- endmacro %}
