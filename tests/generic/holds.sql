{# Fails with the rows for which a condition does not hold. #}
{% test holds(model, expression) %}

    select *
    from {{ model }}
    where not coalesce({{ expression }}, false)

{% endtest %}
