{# Whether a score lies in a calibration bin; the first bin has no lower and the last no upper end. #}
{% macro score_in_bin(score, bins) -%}
    {{ score }} >= coalesce({{ bins }}.from_score, {{ score }})
            and ({{ bins }}.below_score is null or {{ score }} < {{ bins }}.below_score)
{%- endmacro %}
