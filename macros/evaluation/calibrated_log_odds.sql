{# Log odds of a score before the lead's age is looked at: the logistic curve, or the lines between the rates of bins. #}
{% macro calibrated_log_odds(score, calibration, bins) -%}
    case {{ calibration }}.method
        when 'platt' then {{ calibration }}.slope * {{ score }} + {{ calibration }}.intercept
        when 'binned'
            then
                ln({{ bins }}.smoothed_rate / (1 - {{ bins }}.smoothed_rate))
                + ({{ score }} - {{ bins }}.centre_score)
                * case
                    when {{ score }} < {{ bins }}.centre_score then {{ bins }}.slope_below
                    else {{ bins }}.slope_above
                end
    end
{%- endmacro %}
