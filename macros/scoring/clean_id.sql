{#
    An id as `clean_text` leaves it, without the `.0` that whole numbers get when a column with gaps is kept as
    floating-point numbers: 42.0 in one table and 42 in another are the same record.
#}
{% macro clean_id(expression) -%}
    {%- set text = clean_text(expression) -%}
    case
        when {{ text }} like '_%.0' and translate({{ text }}, '0123456789', '') = '.'
            then left({{ text }}, length({{ text }}) - 2)
        else {{ text }}
    end
{%- endmacro %}
