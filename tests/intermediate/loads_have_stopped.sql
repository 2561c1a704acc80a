-- Newest data that is older than loads should leave it (var max_data_age_days): the queue and
-- scores of an old day would look like those of today.
{{ config(severity='warn') }}
{%- set days = var('max_data_age_days') %}
{%- if days is not none and days is not integer -%}
    {{ exceptions.raise_compiler_error(
        "The var max_data_age_days is '" ~ days ~ "': write a whole number of days such as 3, or null."
    ) }}
{%- endif %}
select newest_date
from {{ ref('int_clock__as_of') }}
where {{ days_between('newest_date', wall_clock_date()) }} > {{ 'null' if days is none else days }}
