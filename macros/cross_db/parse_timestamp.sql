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

{#
    PostgreSQL cannot be asked whether a cast would fail, so the text has to look like a time first. Text without an
    offset is UTC, whatever the time zone of the session; digits beyond microseconds are cut off. Of names of time
    zones only UTC is known.
#}
{% macro postgres__parse_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as text)' -%}
    {%- set time = '([ T] *(([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]*)?)?|24:00(:00([.]0*)?)?)' -%}
    {%- set offset = '(Z| UTC|[+-](0[0-9]|1[0-5])(:?[0-5][0-9](:[0-5][0-9])?)?)' -%}
    case
        when {{ text }} !~ '^ *{{ day_pattern("[-/]", "0?") }}{{ time }}{{ offset }}?)? *$'
            or ltrim({{ text }}) like '0000%'
            then null
        when {{ text }} ~ '{{ offset }} *$'
            then cast(
                regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1') as timestamptz
            ) at time zone 'UTC'
        else cast(regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1') as timestamp)
    end
{%- endmacro %}
