{#
    Whether a condition holds for an actual value: the one place that knows what operators mean.
    `actual` and `conditions` are relations of the query: `actual` has value_text (trimmed, lower case),
    value_canonical and value_number; `conditions` is stg_config__conditions.
    A missing value meets only `is missing`; a number operator on what is no number does not hold.
#}
{% macro condition_holds(actual, conditions) -%}
    coalesce(
        case {{ conditions }}.operator
            when 'is missing' then {{ actual }}.value_text is null
            when 'is present' then {{ actual }}.value_text is not null
            when '=' then {{ actual }}.value_canonical = {{ conditions }}.value_canonical
            when '!=' then {{ actual }}.value_canonical <> {{ conditions }}.value_canonical
            when 'in' then {{ is_in_list(actual, conditions) }}
            when 'not in' then not {{ is_in_list(actual, conditions) }}
            when '>' then {{ actual }}.value_number > {{ conditions }}.value_number
            when '>=' then {{ actual }}.value_number >= {{ conditions }}.value_number
            when '<' then {{ actual }}.value_number < {{ conditions }}.value_number
            when '<=' then {{ actual }}.value_number <= {{ conditions }}.value_number
            when 'between'
                then
                    {{ actual }}.value_number >= {{ conditions }}.range_low
                    and {{ actual }}.value_number <= {{ conditions }}.range_high
            when 'contains'
                then
                    {{ dbt.position(conditions ~ '.value_text', actual ~ '.value_text') }} > 0
            when 'starts with'
                then
                    left({{ actual }}.value_text, length({{ conditions }}.value_text))
                    = {{ conditions }}.value_text
        end,
        false
    )
{%- endmacro %}
