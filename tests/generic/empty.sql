{# Fails with every row there is. #}
{% test empty(model) %}

    select * from {{ model }}

{% endtest %}
