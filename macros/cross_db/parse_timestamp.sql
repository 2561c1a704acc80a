{# A timestamp in UTC from a timestamp or its text, null when unreadable. Text may carry an offset. #}
{% macro parse_timestamp(expression) -%}
    {{ return(adapter.dispatch('parse_timestamp', 'lead_scoring')(expression)) }}
{%- endmacro %}

{% macro default__parse_timestamp(expression) -%}
    case
        when isfinite(try_cast({{ expression }} as timestamptz))
            then cast(try_cast({{ expression }} as timestamptz) as timestamp)
    end
{%- endmacro %}
