{# Points as the exact decimal every score is made of; null when missing or unreadable. #}
{% macro parse_points(expression) -%}
    cast({{ parse_number(clean_text(expression)) }} as decimal(12, 2))
{%- endmacro %}
