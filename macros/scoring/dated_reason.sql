{# A reason as a sentence with how often and when: `Requested a demo (on 2026-06-24)`. #}
{% macro dated_reason(reason, event_count, last_date) -%}
    case
        when {{ event_count }} = 1
            then {{ reason }} || ' (on ' || cast({{ last_date }} as {{ dbt.type_string() }}) || ')'
        else
            {{ reason }} || ' (' || cast({{ event_count }} as {{ dbt.type_string() }})
            || ' times, last on ' || cast({{ last_date }} as {{ dbt.type_string() }}) || ')'
    end
{%- endmacro %}
