{#
    Statement before each model, for engines that have to be told how to run it; empty for those that plan well by
    themselves.
#}
{% macro plan_as_written() -%}
    {{ return(adapter.dispatch('plan_as_written', 'lead_scoring')()) }}
{%- endmacro %}

{% macro default__plan_as_written() -%}
{%- endmacro %}

{#
    PostgreSQL knows nothing about the rows of a step in the middle of a query, guesses too few, and joins them in loops
    that never end. The models are written in an order that keeps the steps small: joined in that order, by hash,
    they take seconds. Compiling such wide queries takes longer than running them. A database can be set to texts of
    times that are not those of the other engines. All of it holds for one transaction.
#}
{% macro postgres__plan_as_written() -%}
    set local enable_nestloop = off;
    set local join_collapse_limit = 1;
    set local from_collapse_limit = 1;
    set local jit = off;
    set local timezone = 'UTC';
    set local datestyle = 'ISO, YMD'
{%- endmacro %}

{#
    Snowflake can be set to weeks and texts of times that are not those of the other engines. It is told before each
    model, as every thread has a session of its own.
#}
{% macro snowflake__plan_as_written() -%}
    alter session set
        timezone = 'UTC',
        timestamp_type_mapping = 'TIMESTAMP_NTZ',
        timestamp_ntz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6',
        timestamp_ltz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6TZH:TZM',
        timestamp_tz_output_format = 'YYYY-MM-DD HH24:MI:SS.FF6TZH:TZM',
        date_output_format = 'YYYY-MM-DD',
        week_start = 1
{%- endmacro %}
