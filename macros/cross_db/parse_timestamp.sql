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
    case
        when {{ text }} !~ '^{{ timestamp_pattern() }}$'
            or ltrim({{ text }}) like '0000%'
            then null
        when {{ text }} ~ '{{ offset_pattern() }} *$'
            then cast(
                regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1') as timestamptz
            ) at time zone 'UTC'
        else cast(regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1') as timestamp)
    end
{%- endmacro %}

{#
    Spark reads times that others do not, and not all that they do. Text has to look like a time first; then it is
    written as Spark has it: bars for slashes, single blanks, no point without decimals, and midnight as 00:00.
#}
{% macro spark__parse_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as string)' -%}
    case
        when {{ text }} rlike '^(?! *0000){{ timestamp_pattern() }}\\z'
            then try_cast(
                regexp_replace(
                    regexp_replace(
                        translate(replace({{ text }}, ' UTC', 'Z'), '/', '-'), '[.](?![0-9])|(?<=[ T]) +', ''
                    ),
                    '([ T])24:', '$100:'
                ) as timestamp
            ) + case when {{ text }} rlike '[ T]24:' then interval 1 day else interval 0 day end
    end
{%- endmacro %}
