{#
    How many leads sales can work per day: the number in the var, or `auto` for what the active reps of the
    relation take together; anything else stops dbt.
#}
{% macro sales_capacity(reps) -%}
    {%- set capacity = var('sales_capacity_leads_per_day') -%}
    {%- set is_number = capacity is number and capacity is not boolean and capacity > 0 -%}
    {%- if capacity != 'auto' and not is_number -%}
        {{ exceptions.raise_compiler_error(
            "The var sales_capacity_leads_per_day is '" ~ capacity
            ~ "': write a number above 0, such as 20, or auto for what sales_reps.csv says."
        ) }}
    {%- endif -%}
    {%- if is_number -%}
        select cast({{ capacity }} as {{ type_double() }}) as leads_per_day
    {%- else -%}
        select coalesce(cast(sum(daily_capacity) as {{ type_double() }}), 0) as leads_per_day
        from {{ reps }}
        where is_active
    {%- endif -%}
{%- endmacro %}
