{# Query of a relation with one row per item of a delimited text, in one more column, `item`; none without a text. #}
{% macro split_to_rows(relation, text_column, delimiter) -%}
    {{ return(adapter.dispatch('split_to_rows', 'lead_scoring')(relation, text_column, delimiter)) }}
{%- endmacro %}

{% macro default__split_to_rows(relation, text_column, delimiter) -%}
    select
        *,
        unnest(string_split({{ text_column }}, '{{ delimiter }}')) as item
    from {{ relation }}
{%- endmacro %}

{% macro postgres__split_to_rows(relation, text_column, delimiter) -%}
    select
        *,
        unnest(string_to_array({{ text_column }}, '{{ delimiter }}')) as item
    from {{ relation }}
{%- endmacro %}

{% macro spark__split_to_rows(relation, text_column, delimiter) -%}
    select
        *,
        explode(split({{ text_column }}, '\\Q{{ delimiter }}\\E')) as item
    from {{ relation }}
{%- endmacro %}

{% macro snowflake__split_to_rows(relation, text_column, delimiter) -%}
    select
        {{ relation }}.*,
        items.value as item
    from {{ relation }},
        lateral split_to_table({{ relation }}.{{ text_column }}, '{{ delimiter }}') as items
{%- endmacro %}

{% macro bigquery__split_to_rows(relation, text_column, delimiter) -%}
    select
        {{ relation }}.*,
        item
    from {{ relation }}
    cross join unnest(split({{ relation }}.{{ text_column }}, '{{ delimiter }}')) as item
{%- endmacro %}
