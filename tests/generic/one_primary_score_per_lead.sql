{# Fails with the leads that several scorecards speak for. #}
{% test one_primary_score_per_lead(model) %}

    select
        lead_id,
        count(*) as primary_rows
    from {{ model }}
    where is_primary
    group by lead_id
    having count(*) > 1

{% endtest %}
