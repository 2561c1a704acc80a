{# Fails with the combinations of the columns that occur more than once, or miss one that is not optional. #}
{% test unique_combination(model, columns, optional=[]) %}

    select
        {{ columns | join(', ') }},
        count(*) as rows_found
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns if column not in optional %}
            or max(case when {{ column }} is null then 1 else 0 end) = 1
        {%- endfor %}

{% endtest %}
