{# The outcomes of the raw contract. #}
{% macro outcome_names() -%}
    {{ return([
        'sales_accepted', 'sales_rejected', 'opportunity', 'won', 'lost', 'reopened', 'churned'
    ]) }}
{%- endmacro %}
