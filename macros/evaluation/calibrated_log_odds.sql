{# Log odds of a score before the lead's age is looked at: the logistic curve, or the rate of its bin. #}
{% macro calibrated_log_odds(score, calibration, bins) -%}
    case {{ calibration }}.method
        when 'platt' then {{ calibration }}.slope * {{ score }} + {{ calibration }}.intercept
        when 'binned' then ln({{ bins }}.smoothed_rate / (1 - {{ bins }}.smoothed_rate))
    end
{%- endmacro %}
