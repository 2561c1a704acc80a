{# Days within which a conversion counts for a score, from the var; stops dbt when it is no whole number. #}
{% macro conversion_horizon_days() -%}
    {{ return(whole_number_var('conversion_horizon_days', 1)) }}
{%- endmacro %}
