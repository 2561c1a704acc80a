{# Where a lead lies between 0 and 1 when leads are left aside for the chances of fitted scorecards. #}
{% macro calibration_share(lead_id) -%}
    {{ return(hash_share(["'calibration'", lead_id])) }}
{%- endmacro %}
