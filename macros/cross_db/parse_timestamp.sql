{# A timestamp in UTC from a timestamp or its text, null when unreadable. Text may carry an offset. #}
{% macro parse_timestamp(expression) -%}
    {{ return(adapter.dispatch('parse_timestamp', 'lead_scoring')(expression)) }}
{%- endmacro %}

{#
    Only texts with an offset, or of another shape, need the slow parser that knows time zones. DuckDB reads more than is
    written clearly, such as the year 1 in 1/2/26, so that text has to look like a time first; the usual shape is told
    from others without a pattern, in half the time. Times finer than microseconds go as text, which cuts digits off.
#}
{% macro default__parse_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    case
        when typeof({{ expression }}) = 'TIMESTAMP'
            then case
                when isfinite(try_cast({{ expression }} as timestamp))
                    then try_cast({{ expression }} as timestamp)
            end
        when
            {{ text }} like '____-__-_____:__:__'
            and {{ text }} not like '______________% %'
            and substring({{ text }}, 11, 1) in (' ', 'T')
            and {{ text }} > '0001'
            then try_cast({{ text }} as timestamp)
        when regexp_full_match({{ text }}, '{{ timestamp_pattern() }}') and ltrim({{ text }}) > '0001'
            then cast(try_cast(rtrim({{ text }}) as timestamptz) as timestamp)
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
        when {{ text }} ~ ':.*{{ offset_pattern() }} *$'
            then cast(
                regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1') as timestamptz
            ) at time zone 'UTC'
        else cast(regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1') as timestamp)
    end
{%- endmacro %}

{#
    Spark reads times that others do not, and not all that they do. Text has to look like a time first; then it is
    written as Spark has it: bars for slashes, single blanks, no point without decimals, midnight as 00:00, and seconds
    before an offset.
#}
{% macro spark__parse_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as string)' -%}
    case
        when {{ text }} rlike '^(?! *0000){{ timestamp_pattern() }}\\z'
            then try_cast(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            translate(replace({{ text }}, ' UTC', 'Z'), '/', '-'), '[.](?![0-9])|(?<=[ T]) +', ''
                        ),
                        '([ T])24:', '$100:'
                    ),
                    '([ T][0-9]+:[0-9]+)(?=[Z+-])', '$1:00'
                ) as timestamp
            ) + case when {{ text }} rlike '[ T]24:' then interval 1 day else interval 0 day end
    end
{%- endmacro %}

{#
    Snowflake reads times by formats of the session. The text has to look like a time first; then the time is put together
    from its parts, of which each may be beyond its range: hour 24 is midnight, and an offset is taken off.
#}
{% macro snowflake__parse_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    {%- set clock = '[ T] *([0-9]+):([0-9]+)(:([0-9]+)([.]([0-9]*))?)?'
        ~ '(Z| UTC|([+-])([0-9][0-9]):?([0-9][0-9])?(:([0-9][0-9]))?)? *$' -%}
    {%- set part = {} -%}
    {%- for name, group in {
        'hour': 1, 'minute': 2, 'second': 4, 'fraction': 6, 'sign': 8, 'hours': 9, 'minutes': 10, 'seconds': 12,
    }.items() -%}
        {%- do part.update({
            name: 'regexp_substr(' ~ text ~ ", '" ~ clock ~ "', 1, 1, 'e', " ~ group ~ ')',
        }) -%}
    {%- endfor -%}
    case
        when regexp_like({{ text }}, '{{ timestamp_pattern() }}') and ltrim({{ text }}) not like '0000%'
            then timestamp_ntz_from_parts(
                {%- for number in (1, 2, 3) %}
                try_to_number(regexp_substr({{ text }}, '[0-9]+', 1, {{ number }})),
                {%- endfor %}
                {%- for name in ('hour', 'minute', 'second') %}
                coalesce(try_to_number({{ part[name] }}), 0)
                - coalesce(try_to_number({{ part.sign }} || {{ part[name ~ 's'] }}), 0),
                {%- endfor %}
                coalesce(try_to_number(rpad(left({{ part.fraction }}, 6), 9, '0')), 0)
            )
    end
{%- endmacro %}

{#
    BigQuery reads a time with seconds, whose offset has a colon; digits beyond microseconds are cut off, and midnight is
    00:00. An offset with seconds it cannot read.
#}
{% macro bigquery__parse_timestamp(expression) -%}
    {%- set text = 'cast(' ~ expression ~ ' as string)' -%}
    {%- set written = namespace(text='translate(replace(trim(' ~ text ~ "), ' UTC', 'Z'), '/', '-')") -%}
    {%- for pattern, replacement in (
        ('[.]([^0-9]|$)', '\\\\1'),
        ('([.][0-9]{6})[0-9]+', '\\\\1'),
        ('([ T]) +', '\\\\1'),
        ('([ T][0-9]+:[0-9]+)([^:0-9]|$)', '\\\\1:00\\\\2'),
        ('(:[0-9.]+[+-][0-9]{2})([0-9]{2})$', '\\\\1:\\\\2'),
        ('([ T])24:', '\\\\100:'),
    ) -%}
        {%- set written.text = 'regexp_replace(' ~ written.text ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "')" -%}
    {%- endfor -%}
    case
        when regexp_contains({{ text }}, '^({{ timestamp_pattern() }})$') and ltrim({{ text }}) not like '0000%'
            then datetime_add(
                cast(safe_cast({{ written.text }} as timestamp) as datetime),
                interval case when regexp_contains({{ text }}, '[ T] *24:') then 1 else 0 end day
            )
    end
{%- endmacro %}
